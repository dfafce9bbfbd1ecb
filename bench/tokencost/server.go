package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

const address = "127.0.0.1:16060"

// subject is the server under measurement and what calls it.
type subject struct {
	command *exec.Cmd
	issuer  *authtest.Issuer
	folder  string
	scripts struct{ none, one, many string }
}

// start builds the server, starts it against an issuer of its own and writes
// the scripts by which wrk sends tokens.
func start(ctx context.Context, tokens int) (*subject, error) {
	folder, err := os.MkdirTemp("", "tokencost")
	if err != nil {
		return nil, err
	}
	s := &subject{issuer: authtest.Start(), folder: folder}
	binary := filepath.Join(folder, "postern")
	if out, err := exec.CommandContext(ctx, "go", "build", "-tags", "nodev", "-o", binary, "./cmd/postern").CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build: %w\n%s", err, out)
	}
	log, err := os.Create(filepath.Join(folder, "log"))
	if err != nil {
		return nil, err
	}
	s.command = exec.CommandContext(ctx, binary, "serve")
	s.command.Stdout, s.command.Stderr = log, log
	s.command.Env = append(os.Environ(), "POSTERN_ADDR="+address, "POSTERN_ISSUER="+s.issuer.URL(),
		"AUTH0_AUDIENCE="+s.issuer.Audience(), "CLIENT_ORIGIN_URL=http://localhost:4040",
		// Limits count, and never refuse: address and subject alike.
		"POSTERN_RATE_LIMIT=1000000", "POSTERN_TRUSTED_PROXIES=127.0.0.1")
	if err := s.command.Start(); err != nil {
		return nil, err
	}
	if err := s.writeScripts(tokens); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, waitReady(ctx)
}

func (s *subject) stop() error {
	s.issuer.Close()
	err := s.command.Process.Kill()
	_ = s.command.Wait() // killed, so it always reports that
	return errors.Join(err, os.RemoveAll(s.folder))
}

func waitReady(ctx context.Context) error {
	for range 200 {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
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

// writeScripts mints the tokens and has wrk send them in turn. Every request
// carries an Origin, as those of a single-page app do, and a client's address,
// as those behind a balancer do: so the public route is counted as well.
func (s *subject) writeScripts(tokens int) error {
	const origin = `wrk.headers["Origin"] = "http://localhost:4040"
wrk.headers["X-Forwarded-For"] = "203.0.113.7"
`
	var list strings.Builder
	for i := range tokens {
		list.WriteString(s.issuer.Token(map[string]any{"sub": fmt.Sprintf("auth0|user-%d", i)}) + "\n")
	}
	file := filepath.Join(s.folder, "tokens")
	many := origin + fmt.Sprintf(`local requests, n = {}, 0
function init()
  for token in io.lines(%q) do
    requests[#requests + 1] = wrk.format("GET", nil, {["Origin"] = "http://localhost:4040", ["X-Forwarded-For"] = "203.0.113.7", ["Authorization"] = "Bearer " .. token})
  end
end
function request()
  n = n %% #requests + 1
  return requests[n]
end
`, file)
	one := origin + `wrk.headers["Authorization"] = "Bearer ` + s.issuer.Token(nil) + "\"\n"
	s.scripts.none, s.scripts.one, s.scripts.many = filepath.Join(s.folder, "none.lua"), filepath.Join(s.folder, "one.lua"), filepath.Join(s.folder, "many.lua")
	return errors.Join(
		os.WriteFile(file, []byte(list.String()), 0o600),
		os.WriteFile(s.scripts.none, []byte(origin), 0o600),
		os.WriteFile(s.scripts.one, []byte(one), 0o600),
		os.WriteFile(s.scripts.many, []byte(many), 0o600),
	)
}
