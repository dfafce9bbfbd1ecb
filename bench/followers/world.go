package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/bench/load"
)

const declaration = `collections:
  notes: {owner: true, read: owner, write: owner}
  board: {read: authenticated, write: authenticated}
`

// world is the server and those who follow it.
type world struct {
	folder    string
	issuer    *authtest.Issuer
	server    *load.Server
	followers load.Followers
}

func newWorld(ctx context.Context, p plan) (*world, error) {
	folder, err := os.MkdirTemp("", "followers")
	if err != nil {
		return nil, err
	}
	w := &world{folder: folder, issuer: authtest.Start()}
	if err := os.WriteFile(filepath.Join(folder, "postern.yaml"), []byte(declaration), 0o600); err != nil {
		return nil, err
	}
	binary, err := load.Build(ctx, folder)
	if err != nil {
		return nil, err
	}
	if p.database == "" {
		p.database = "sqlite:" + filepath.Join(folder, "postern.db")
	}
	w.server, err = load.Start(ctx, binary, folder, "127.0.0.1:16063", "POSTERN_ISSUER="+w.issuer.URL(),
		"AUTH0_AUDIENCE="+w.issuer.Audience(), "DATABASE_URL="+p.database,
		"POSTERN_MAX_FOLLOWERS="+strconv.Itoa(p.idle+p.told+1))
	if err != nil {
		return nil, err
	}
	return w, w.write(ctx, -1)
}

func (w *world) close() {
	w.followers.Close()
	if err := errors.Join(w.server.Stop(), os.RemoveAll(w.folder)); err != nil {
		fmt.Fprintln(os.Stderr, "followers: stop:", err)
	}
	w.issuer.Close()
}

func (w *world) token(subject string) string {
	return w.issuer.Token(map[string]any{"sub": subject})
}

// follow has so many come, each with a token of its own.
func (w *world) follow(ctx context.Context, path string, count int, arrived chan<- load.Arrival) error {
	token := func(n int) string { return w.token("auth0|" + strconv.Itoa(n)) }
	return w.followers.Follow(ctx, w.server, path, count, token, arrived)
}

// write stores a document that everybody may read.
func (w *world) write(ctx context.Context, n int) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.server.Address+"/api/v1/board",
		strings.NewReader(fmt.Sprintf(`{"n":%d,"text":"what one writes and all the others read"}`, n)))
	if err != nil {
		return err
	}
	request.Header.Set("Authorization", "Bearer "+w.token("auth0|writer"))
	request.Header.Set("Content-Type", "application/json")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusCreated {
		return fmt.Errorf("a write was answered %s", response.Status)
	}
	return nil
}
