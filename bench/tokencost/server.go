package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
)

const address = "127.0.0.1:16060"

// subject is the server under measurement and what calls it.
type subject struct {
	server  *load.Server
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
	binary, err := load.Build(ctx, folder)
	if err != nil {
		return nil, err
	}
	s.server, err = load.Start(ctx, binary, folder, address, "POSTERN_ISSUER="+s.issuer.URL(), "AUTH0_AUDIENCE="+s.issuer.Audience())
	if err != nil {
		return nil, err
	}
	if err := s.writeScripts(tokens); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

func (s *subject) stop() error {
	s.issuer.Close()
	return errors.Join(s.server.Stop(), os.RemoveAll(s.folder))
}

// writeScripts mints the tokens and has wrk send them in turn.
func (s *subject) writeScripts(tokens int) error {
	var list strings.Builder
	for i := range tokens {
		list.WriteString(s.issuer.Token(map[string]any{"sub": fmt.Sprintf("auth0|user-%d", i)}) + "\n")
	}
	file := filepath.Join(s.folder, "tokens")
	many := load.Headers + fmt.Sprintf(`local requests, n = {}, 0
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
	one := load.Headers + `wrk.headers["Authorization"] = "Bearer ` + s.issuer.Token(nil) + "\"\n"
	s.scripts.none, s.scripts.one, s.scripts.many = filepath.Join(s.folder, "none.lua"), filepath.Join(s.folder, "one.lua"), filepath.Join(s.folder, "many.lua")
	return errors.Join(
		os.WriteFile(file, []byte(list.String()), 0o600),
		os.WriteFile(s.scripts.none, []byte(load.Headers), 0o600),
		os.WriteFile(s.scripts.one, []byte(one), 0o600),
		os.WriteFile(s.scripts.many, []byte(many), 0o600),
	)
}
