package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// world is what the servers share.
type world struct {
	folder, binary string
	issuer         *authtest.Issuer
	servers        []*load.Server
}

func newWorld(ctx context.Context) (*world, error) {
	folder, err := os.MkdirTemp("", "datacost")
	if err != nil {
		return nil, err
	}
	w := &world{folder: folder, issuer: authtest.Start()}
	w.binary, err = load.Build(ctx, folder)
	return w, err
}

func (w *world) close() error {
	var err error
	for _, s := range w.servers {
		err = errors.Join(err, s.Stop())
	}
	w.issuer.Close()
	return errors.Join(err, os.RemoveAll(w.folder))
}

// subject is one server with its documents, and the scripts that call it.
type subject struct {
	server  *load.Server
	scripts map[string]string
}

// serve fills a database and starts a server on it, with further settings.
func (w *world) serve(ctx context.Context, address string, documents int, env ...string) (*subject, error) {
	folder := filepath.Join(w.folder, strings.ReplaceAll(address, ":", "-"))
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(folder, "postern.yaml"), []byte(notes.Declaration), 0o600); err != nil {
		return nil, err
	}
	ids, err := notes.Fill(ctx, "sqlite:"+filepath.Join(folder, "postern.db"), w.issuer.URL(), documents)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	s := &subject{}
	if s.scripts, err = notes.Scripts(folder, w.issuer.Token(nil), ids); err != nil {
		return nil, err
	}
	s.server, err = load.Start(ctx, w.binary, folder, address,
		append(env, "POSTERN_ISSUER="+w.issuer.URL(), "AUTH0_AUDIENCE="+w.issuer.Audience())...)
	if err == nil {
		w.servers = append(w.servers, s.server)
	}
	return s, err
}
