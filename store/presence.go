package store

import (
	"context"
	"fmt"
	"time"
)

// A server that serves says so in a row that it renews. Whoever did not for
// beatLife is counted no longer; its row goes some time later.
const (
	beat     = 5 * time.Second
	beatLife = 4 * beat
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

// beat goes by the clock of the database; those of the servers may differ.
func (s *Store) beat(ctx context.Context) error {
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
	if err != nil {
		return fmt.Errorf("count the servers: %w", err)
	}
	s.servers.Store(alive)
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
