//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
	"github.com/postern-dev/postern/store/pgtest"
)

// settling is how long a server may take to give positions to the last writes.
const settling = 3 * time.Second

// engine is one database with its servers and what is measured of them.
type engine struct {
	world         *load.World
	name          string
	first, second *load.Server // one file has one server
	database      func() (float64, error)
	vacuum        func(context.Context) error
	written       float64 // requests that wrote
	scripts       map[string]string
	followers     load.Followers
	samples       map[string][]float64
}

// sqlite works within the server. Its reads are measured without the cache.
func sqlite(ctx context.Context, w *load.World, documents int) (*engine, error) {
	e := &engine{world: w, name: "sqlite", database: func() (float64, error) { return 0, nil },
		vacuum: func(context.Context) error { return nil }}
	return e, e.start(ctx, "sqlite:"+filepath.Join(w.Folder, "postern.db"), documents, "127.0.0.1:16064", "POSTERN_DOCUMENT_CACHE=0")
}

// postgres has a second server, which shows what that adds. Its vacuum comes
// when it is told to, so that it does not fall on requests that only read.
func postgres(ctx context.Context, w *load.World, documents int) (*engine, error) {
	s, err := pgtest.Start("autovacuum=off")
	if err != nil {
		return nil, err
	}
	w.Defer(func() error { s.Stop(); return nil })
	url, err := s.URL(ctx)
	if err != nil {
		return nil, err
	}
	e := &engine{world: w, name: "postgres", database: func() (float64, error) { return load.FamilyCPU(s.PID()) },
		vacuum: func(ctx context.Context) error { return vacuum(ctx, url) }}
	if err := e.start(ctx, url, documents, "127.0.0.1:16065"); err != nil {
		return nil, err
	}
	e.second, err = w.Serve(ctx, filepath.Join(w.Folder, e.name), "127.0.0.1:16066", "DATABASE_URL="+url)
	return e, err
}

// start fills the database and begins to serve it to one follower.
func (e *engine) start(ctx context.Context, url string, documents int, address string, env ...string) error {
	e.samples = map[string][]float64{}
	folder, err := e.world.Declare(e.name, notes.Declaration+"  board: {read: authenticated, write: authenticated}\n")
	if err != nil {
		return err
	}
	ids, err := notes.Fill(ctx, url, e.world.Issuer.URL(), documents)
	if err != nil {
		return fmt.Errorf("fill: %w", err)
	}
	if e.scripts, err = notes.Postern(e.world.Issuer.Token(nil)).Scripts(folder, ids); err != nil {
		return err
	}
	if e.first, err = e.world.Serve(ctx, folder, address, append(env, "DATABASE_URL="+url)...); err != nil {
		return err
	}
	return e.followers.Follow(ctx, e.first, "/api/v1/notes/changes", 1, e.token, nil)
}

func (e *engine) token(n int) string { return e.world.Token("auth0|" + strconv.Itoa(n)) }

// used is the CPU time so far, in milliseconds.
func (e *engine) used() (c cost, err error) {
	if c.Server, err = e.first.CPU(); err == nil {
		c.Database, err = e.database()
	}
	return c.times(1000), err
}

// vacuum does at once what a database does beside its work, when everything
// that was written has its position.
func vacuum(ctx context.Context, url string) error {
	time.Sleep(settling)
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, "VACUUM (ANALYZE)")
	return errors.Join(err, conn.Close(ctx))
}
