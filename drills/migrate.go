package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func migrationDrills() []drill {
	const breaks = "kill -9 while the server adapts the database to a declaration with another index, another unique and another rule, at a random moment of the time that this takes, or of its last 300 ms, "
	const passes = "the start after it completes: check --database finds nothing, no index is missing, and every document is there"
	return []drill{
		{name: "migration-sqlite", breaks: breaks + "SQLite", passes: passes, short: size{rounds: 2}, long: size{rounds: 40},
			run: func(ctx context.Context, s *stage) (figures, error) { return s.migrate(ctx, s.sqlite()) }},
		{name: "migration-postgres", breaks: breaks + "PostgreSQL", passes: passes, short: size{rounds: 1}, long: size{rounds: 15},
			run: func(ctx context.Context, s *stage) (figures, error) {
				_, url, err := s.postgres(ctx)
				if err != nil {
					return nil, err
				}
				return s.migrate(ctx, url)
			}},
	}
}

// another is a declaration that asks for more, and for other things each time.
func another(round int) string {
	member := []string{"readers", "editors"}[round%2]
	more := strings.Replace(declaration, "member: readers", "member: "+member, 1)
	more = strings.Replace(more, "indexes: [n, [text, -n]]", fmt.Sprintf("indexes: [n, sum, [%s, -n]]", []string{"slug", "text"}[round%2]), 1)
	more = strings.Replace(more, "unique: [[owner, slug]]", fmt.Sprintf("unique: [[owner, slug]%s]", []string{", [owner, sum]", ""}[round%2]), 1)
	return strings.Replace(more, "readers: {type", "editors: {type: array, items: {type: string}}, readers: {type", 1)
}

func (s *stage) migrate(ctx context.Context, database string) (f figures, err error) {
	server, err := s.start(ctx, database)
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 8)
	c.keeps = true
	c.begin()
	time.Sleep(3 * time.Second)
	c.end()
	if err := c.settle(ctx); err != nil {
		return nil, err
	}
	if err := server.Stop(); err != nil {
		return nil, err
	}
	whole, err := s.adapt(ctx, c, database, 0)
	if err != nil {
		return f, err
	}
	slowest, unready, unfinished := time.Duration(0), 0, 0
	for round := range s.size.rounds {
		early, halfway, err := s.interrupt(ctx, c, database, round, whole)
		if err != nil {
			return f, err
		}
		took, err := s.adapt(ctx, c, database, round+1)
		if err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
		slowest, unready, unfinished = max(slowest, took), unready+early, unfinished+halfway
	}
	documents := 0
	for _, w := range c.writers {
		documents += len(w.known)
	}
	f.say("%d documents, 0 lost; undisturbed it takes %.1f s", documents, whole.Seconds())
	f.say("%d of %d kills came before the server was ready, %d before all was built", unready, s.size.rounds, unfinished)
	f.say("the next start had everything built after %.1f s at the latest", slowest.Seconds())
	return f, nil
}

// interrupt kills a server that adapts the database, and tells (as 0 or 1)
// whether it was not ready then, and whether something is left to build.
func (s *stage) interrupt(ctx context.Context, c *crowd, database string, round int, whole time.Duration) (unready, unfinished int, err error) {
	if err := s.declareAnother(round + 1); err != nil {
		return 0, 0, err
	}
	killed, err := s.Begin(ctx, nil, s.folder, c.address, "DATABASE_URL="+database)
	if err != nil {
		return 0, 0, err
	}
	moment := rand.N(whole)
	if round%2 == 1 {
		moment = whole - rand.N(min(whole, 300*time.Millisecond))
	}
	time.Sleep(moment)
	if status, _, err := ask(ctx, c.address, "/readyz", ""); err != nil || status != http.StatusOK {
		unready = 1
	}
	if err := killed.Stop(); err != nil {
		return 0, 0, err
	}
	built, err := s.built(ctx, database)
	if !built {
		unfinished = 1
	}
	return unready, unfinished, err
}

// built tells whether nothing is left to build, for the declaration that is
// there.
func (s *stage) built(ctx context.Context, database string) (bool, error) {
	out, err := s.command(ctx, database, "check", "--offline", "--database").CombinedOutput()
	if err != nil {
		return false, fmt.Errorf("check: %w\n%s", err, out)
	}
	return !strings.Contains(string(out), "is still being built"), nil
}

func (s *stage) declareAnother(round int) error {
	return os.WriteFile(filepath.Join(s.folder, "postern.yaml"), []byte(another(round)), 0o600)
}

// adapt starts the server with the declaration of this round, waits until
// nothing is left to build, and looks whether everything is there.
func (s *stage) adapt(ctx context.Context, c *crowd, database string, round int) (took time.Duration, err error) {
	if err := s.declareAnother(round); err != nil {
		return 0, err
	}
	began := time.Now()
	server, err := s.await(ctx, c.address, database)
	if err != nil {
		return 0, err
	}
	for built := false; !built; time.Sleep(50 * time.Millisecond) {
		asked := time.Now()
		if built, err = s.built(ctx, database); err != nil {
			return 0, err
		}
		if took = asked.Sub(began); took > time.Minute {
			return 0, errors.New("it still builds after a minute")
		}
	}
	if err := c.verify(ctx); err != nil {
		return 0, err
	}
	return took, server.Stop()
}
