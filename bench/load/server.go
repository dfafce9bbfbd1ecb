// Package load starts the server as operators do, and measures what requests
// cost it: the CPU time of its process. It needs wrk and Linux.
package load

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"
)

// Server is a running `postern serve`.
type Server struct {
	Address string
	command *exec.Cmd
}

// Build builds the server into the folder and returns its path.
func Build(ctx context.Context, folder string) (string, error) {
	binary := filepath.Join(folder, "postern")
	out, err := exec.CommandContext(ctx, "go", "build", "-tags", "nodev", "-o", binary, "./cmd/postern").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build: %w\n%s", err, out)
	}
	return binary, nil
}

// Start starts the server in the folder, where its log goes, and waits until
// it is ready. Limits count, and never refuse: address and subject alike.
func Start(ctx context.Context, binary, folder, address string, env ...string) (*Server, error) {
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	s := &Server{Address: address, command: exec.CommandContext(ctx, binary, "serve")}
	s.command.Dir = folder
	s.command.Stdout, s.command.Stderr = log, log
	s.command.Env = slices.Concat(os.Environ(), []string{"POSTERN_ADDR=" + address, "CLIENT_ORIGIN_URL=http://localhost:4040",
		"POSTERN_RATE_LIMIT=1000000", "POSTERN_TRUSTED_PROXIES=127.0.0.1"}, env)
	if err := errors.Join(s.command.Start(), log.Close()); err != nil {
		return nil, err
	}
	if err := s.waitReady(ctx); err != nil {
		return nil, errors.Join(err, s.Stop())
	}
	return s, nil
}

// Stop ends the server at once.
func (s *Server) Stop() error {
	err := s.command.Process.Kill()
	_ = s.command.Wait() // killed, so it always reports that
	return err
}

func (s *Server) waitReady(ctx context.Context) error {
	for range 500 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Address+"/readyz", nil)
		if err != nil {
			return err
		}
		if response, err := http.DefaultClient.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("the server was not ready in time")
}

// Median is the middle of the values, of which there is at least one.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}

// Headers is the part of a wrk script that every request has: an Origin, as
// those of a single-page app do, and a client's address, as those behind a
// balancer do, so that public routes are counted as well.
const Headers = `wrk.headers["Origin"] = "http://localhost:4040"
wrk.headers["X-Forwarded-For"] = "203.0.113.7"
`
