package store

import (
	"context"
	"fmt"
	"time"
)

// A server that serves says so in a row that it renews. Whoever did not for
// beatLife is counted no longer; its row goes some time later.
const (
	beat     = time.Second
	beatLife = 20 * time.Second
	// beatPatience bounds one beat, and writableFor how old the last good one
	// may be of a database that can be written to.
	beatPatience = 3 * time.Second
	writableFor  = 4 * time.Second
	// leaving is how long a server that stops tries to say so.
	leaving = 2 * time.Second
)

// Attend says to the other servers of this database that this one serves, and
// goes on saying so until Close. [Store.Servers] counts them from then on.
func (s *Store) Attend(ctx context.Context) error {
	if !s.engine.shared() {
		return nil
	}
	if err := s.beat(ctx); err != nil {
		return err
	}
	s.attends.Store(true)
	s.every(s.beatPause, s.beat)
	return nil
}

// Servers is how many servers serve from this database, this one included: at
// least 1. It is as old as the last beat, some seconds, and asks nobody. While
// the database cannot be asked it stays what it was.
func (s *Store) Servers() int { return max(1, int(s.servers.Load())) }

// Writable tells whether the database took a write within the last seconds. It
// asks nobody. What nobody else uses is taken to be writable.
func (s *Store) Writable() bool {
	last := s.lastBeat.Load()
	return last == nil || time.Since(*last) < writableFor
}

// beat goes by the clock of the database; those of the servers may differ.
func (s *Store) beat(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, beatPatience)
	defer cancel()
	began := time.Now()
	var alive int64
	err := s.engine.read(ctx, func(on session) error {
		_, err := on.exec(`INSERT INTO servers (name, beat) VALUES ($1, `+dbClock+`)
			ON CONFLICT (name) DO UPDATE SET beat = excluded.beat`, s.name)
		if err == nil {
			_, err = on.exec(`DELETE FROM servers WHERE beat < `+dbClock+` - $1`, 10*beatLife.Milliseconds())
		}
		if err == nil {
			_, err = one(on, `SELECT count(*) FROM servers WHERE beat > `+dbClock+` - $1`, []any{beatLife.Milliseconds()}, &alive)
		}
		return s.engine.explain(err)
	})
	if err == nil {
		err = ctx.Err() // a commit whose waiting for a standby was cut off looks well
	}
	if err != nil {
		return fmt.Errorf("count the servers: %w", err)
	}
	s.servers.Store(alive)
	s.lastBeat.Store(&began)
	return nil
}

// leave gives the others their share at once. They find out by themselves
// where it fails.
func (s *Store) leave() {
	if !s.attends.Load() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaving)
	defer cancel()
	_ = s.engine.read(ctx, func(on session) error {
		_, err := on.exec(`DELETE FROM servers WHERE name = $1`, s.name)
		return err
	})
}
