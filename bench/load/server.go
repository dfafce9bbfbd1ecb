// Package load starts servers as operators do, Postern and others, and measures
// what requests cost them: the CPU time of their processes, and how long clients
// wait. It needs wrk and Linux.
package load

import (
	"cmp"
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

// Server is a running server.
type Server struct {
	Address string
	command *exec.Cmd
	ended   chan struct{}
}

// Program is what is started, and in which folder. Its log is a file.
type Program struct {
	Path    string
	Args    []string
	Env     []string // beside that of this process
	Folder  string
	Log     string
	Address string
	// Ready is the path that is answered 200 when it is ready, with the token
	// where there is one. It is asked Every so often, 20 ms unless set.
	Ready, Token string
	Every        time.Duration
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

// Launch starts a program, and waits until it is ready.
func Launch(ctx context.Context, p Program) (*Server, error) {
	s, err := launch(ctx, p)
	if err != nil {
		return nil, err
	}
	if err := s.waitReady(ctx, p); err != nil {
		said, _ := os.ReadFile(p.Log) // what it says helps, and need not be there
		return nil, errors.Join(fmt.Errorf("%s: %w\n%s", p.Path, err, said[max(0, len(said)-2000):]), s.Stop())
	}
	return s, nil
}

// launch starts a program that writes on behind what its log has already.
func launch(ctx context.Context, p Program) (*Server, error) {
	log, err := os.OpenFile(p.Log, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return nil, err
	}
	s := &Server{Address: p.Address, command: exec.CommandContext(ctx, p.Path, p.Args...), ended: make(chan struct{})}
	s.command.Dir = p.Folder
	s.command.Stdout, s.command.Stderr = log, log
	s.command.Env = slices.Concat(os.Environ(), p.Env)
	if err := errors.Join(s.command.Start(), log.Close()); err != nil {
		return nil, err
	}
	go func() {
		_ = s.command.Wait() // Code tells how it ended
		close(s.ended)
	}()
	return s, nil
}

// PID is the server's process.
func (s *Server) PID() int { return s.command.Process.Pid }

// Signal sends a signal.
func (s *Server) Signal(signal os.Signal) error { return s.command.Process.Signal(signal) }

// Ended is closed when the server has ended.
func (s *Server) Ended() <-chan struct{} { return s.ended }

// Code waits for the server's end and is its exit code; -1 where a signal
// ended it.
func (s *Server) Code() int {
	<-s.ended
	return s.command.ProcessState.ExitCode()
}

// Stop ends the server, its processes with it, at once, and waits for that.
func (s *Server) Stop() error {
	select {
	case <-s.ended:
		return nil
	default:
	}
	var err error
	for _, pid := range family(s.command.Process.Pid) {
		if p, findErr := os.FindProcess(pid); findErr == nil {
			err = errors.Join(err, ignoreDone(p.Kill()))
		}
	}
	<-s.ended
	return err
}

func ignoreDone(err error) error {
	if errors.Is(err, os.ErrProcessDone) {
		return nil
	}
	return err
}

// waitReady asks, for ten seconds, until it is answered 200.
func (s *Server) waitReady(ctx context.Context, p Program) error {
	client := &http.Client{Timeout: 5 * time.Second}
	every := cmp.Or(p.Every, 20*time.Millisecond)
	for began := time.Now(); time.Since(began) < 10*time.Second; time.Sleep(every) {
		select {
		case <-s.ended:
			return fmt.Errorf("it ended with %d", s.Code())
		default:
		}
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+s.Address+p.Ready, nil)
		if err != nil {
			return err
		}
		if p.Token != "" {
			request.Header.Set("Authorization", "Bearer "+p.Token)
		}
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
	}
	return errors.New("it was not ready in time")
}

// Median is the middle of the values, of which there is at least one.
func Median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	if n := len(sorted); n%2 == 0 {
		return (sorted[n/2-1] + sorted[n/2]) / 2
	}
	return sorted[len(sorted)/2]
}
