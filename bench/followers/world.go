package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"

	"github.com/postern-dev/postern/bench/load"
)

const declaration = `collections:
  notes: {owner: true, read: owner, write: owner}
  board: {read: authenticated, write: authenticated}
`

// world is the server and those who follow it.
type world struct {
	*load.World
	server    *load.Server
	followers load.Followers
}

func newWorld(ctx context.Context, p plan) (_ *world, err error) {
	w := &world{}
	if w.World, err = load.NewWorld(ctx, "followers"); err != nil {
		return nil, err
	}
	folder, err := w.Declare("serve", declaration)
	if err != nil {
		return nil, err
	}
	if p.database == "" {
		p.database = "sqlite:" + filepath.Join(folder, "postern.db")
	}
	w.server, err = w.Serve(ctx, folder, "127.0.0.1:16063", "DATABASE_URL="+p.database,
		"POSTERN_MAX_FOLLOWERS="+strconv.Itoa(p.idle+p.told+1))
	if err != nil {
		return nil, err
	}
	return w, w.write(ctx, -1)
}

func (w *world) close() {
	w.followers.Close()
	w.Close()
}

// follow has so many come, each with a token of its own.
func (w *world) follow(ctx context.Context, path string, count int, arrived chan<- load.Arrival) error {
	token := func(n int) string { return w.Token("auth0|" + strconv.Itoa(n)) }
	return w.followers.Follow(ctx, w.server, path, count, token, arrived)
}

// write stores a document that everybody may read.
func (w *world) write(ctx context.Context, n int) error {
	return w.Create(ctx, w.server, "board", "auth0|writer", fmt.Sprintf(`{"n":%d,"text":"what one writes and all the others read"}`, n))
}
