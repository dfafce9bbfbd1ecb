package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"
)

func migrationDrills() []drill {
	const breaks = "kill -9 while the server adapts the database to a declaration with another index, another unique and another rule, at a random moment within 0.6 s of its start, "
	const passes = "the start after it completes: check --database finds nothing, no index is missing, and every document is there"
	return []drill{
		{name: "migration-sqlite", breaks: breaks + "SQLite", passes: passes, short: size{rounds: 2}, long: size{rounds: 40},
			run: func(ctx context.Context, s *stage) (figures, error) { return s.migrate(ctx, s.sqlite()) }},
		{name: "migration-postgres", breaks: breaks + "PostgreSQL", passes: passes, long: size{rounds: 15},
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
	slowest, interrupted := time.Duration(0), 0
	for round := range s.size.rounds {
		if err := os.WriteFile(filepath.Join(s.folder, "postern.yaml"), []byte(another(round)), 0o600); err != nil {
			return f, err
		}
		began := time.Now()
		killed, err := s.Begin(ctx, nil, s.folder, c.address, "DATABASE_URL="+database)
		if err != nil {
			return f, err
		}
		time.Sleep(rand.N(600 * time.Millisecond))
		if status, _, err := ask(ctx, c.address, "/readyz", ""); err != nil || status != http.StatusOK {
			interrupted++
		}
		if err := killed.Stop(); err != nil {
			return f, err
		}
		took, err := s.complete(ctx, c, database)
		if err != nil {
			return f, fmt.Errorf("round %d, killed after %v: %w", round, time.Since(began), err)
		}
		slowest = max(slowest, took)
	}
	documents := 0
	for _, w := range c.writers {
		documents += len(w.known)
	}
	f.say("%d documents, 0 lost; %d of %d kills came before the server was ready", documents, interrupted, s.size.rounds)
	f.say("the next start had everything built after %.1f s at the latest", slowest.Seconds())
	return f, nil
}

// complete starts the server and waits until nothing is left to build.
func (s *stage) complete(ctx context.Context, c *crowd, database string) (took time.Duration, err error) {
	began := time.Now()
	server, err := s.await(ctx, c.address, database)
	if err != nil {
		return 0, err
	}
	for {
		out, err := s.command(ctx, database, "check", "--offline", "--database").CombinedOutput()
		if err != nil {
			return 0, fmt.Errorf("check: %w\n%s", err, out)
		}
		if !strings.Contains(string(out), "is still being built") {
			break
		}
		if time.Since(began) > time.Minute {
			return 0, fmt.Errorf("it still builds after a minute:\n%s", out)
		}
		time.Sleep(200 * time.Millisecond)
	}
	took = time.Since(began)
	if err := c.verify(ctx); err != nil {
		return 0, err
	}
	return took, server.Stop()
}
