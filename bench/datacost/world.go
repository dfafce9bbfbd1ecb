package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
)

// subject is one server with its documents, and the scripts that call it.
type subject struct {
	server  *load.Server
	scripts map[string]string
}

// serve fills a database and starts a server on it, with further settings.
func serve(ctx context.Context, w *load.World, address string, documents int, env ...string) (*subject, error) {
	folder, err := w.Declare(strings.ReplaceAll(address, ":", "-"), notes.Declaration)
	if err != nil {
		return nil, err
	}
	ids, err := notes.Fill(ctx, "sqlite:"+filepath.Join(folder, "postern.db"), w.Issuer.URL(), documents)
	if err != nil {
		return nil, fmt.Errorf("fill: %w", err)
	}
	s := &subject{}
	if s.scripts, err = notes.Postern(w.Issuer.Token(nil)).Scripts(folder, ids); err != nil {
		return nil, err
	}
	s.server, err = w.Serve(ctx, folder, address, env...)
	return s, err
}
