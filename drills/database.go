package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/store/pgtest"
)

func databaseDrills() []drill {
	return []drill{
		{name: "crash-postgres", breaks: "`pg_ctl stop -m immediate` of PostgreSQL while 8 clients write, down for a second, started again",
			passes: "0 acknowledged writes lost; 503 with Retry-After while it is down, never 500; tokens are judged and health answers throughout; " +
				"writes again within 5 s, without a restart of the API; check --database finds nothing",
			short: size{rounds: 1}, long: size{rounds: 30}, run: crashPostgres},
	}
}

// enough is how soon writes have to go on once the database is back.
const enough = 5 * time.Second

func crashPostgres(ctx context.Context, s *stage) (f figures, err error) {
	postgres, url, err := s.postgres(ctx)
	if err != nil {
		return nil, err
	}
	at, err := address()
	if err != nil {
		return nil, err
	}
	server, err := s.Serve(ctx, s.folder, at, "DATABASE_URL="+url)
	if err != nil {
		return nil, err
	}
	c := s.crowd(at, 8)
	c.patient = true
	slowest := time.Duration(0)
	for round := range s.size.rounds {
		took, err := s.crash(ctx, c, server, postgres)
		if err != nil {
			return f, fmt.Errorf("round %d: %w", round, err)
		}
		slowest = max(slowest, took)
	}
	says, err := s.check(ctx, url)
	f.say("%d writes acknowledged, 0 lost", c.acknowledged.Load())
	f.say("%d answers of 503, all with Retry-After, %d writes replayed", c.refused.Load(), c.replayed.Load())
	f.say("writes went on %.1f s after the database was back at the latest", slowest.Seconds())
	f.say("%s", says)
	if err == nil && slowest > enough {
		err = fmt.Errorf("writes went on after %v only", slowest)
	}
	return f, err
}

// crash does it once and returns how long it took until writes went on.
func (s *stage) crash(ctx context.Context, c *crowd, server *load.Server, postgres *pgtest.Server) (took time.Duration, err error) {
	c.begin()
	time.Sleep(300*time.Millisecond + rand.N(time.Second))
	if err := postgres.Crash(); err != nil {
		return 0, err
	}
	for range 10 {
		if err := s.mustJudge(ctx, server); err != nil {
			return 0, err
		}
		time.Sleep(100 * time.Millisecond)
	}
	if err := postgres.Restart(); err != nil {
		return 0, err
	}
	back := time.Now()
	if err := c.await(20 * time.Second); err != nil {
		return 0, err
	}
	took = time.Since(back)
	c.end()
	return took, c.settle(ctx)
}

// await waits until some more writes are acknowledged.
func (c *crowd) await(most time.Duration) error {
	before, began := c.acknowledged.Load(), time.Now()
	for c.acknowledged.Load() < before+int64(len(c.writers)) {
		if time.Since(began) > most {
			return fmt.Errorf("nothing was written within %v; %w", most, c.faults())
		}
		time.Sleep(5 * time.Millisecond)
	}
	return nil
}

// mustJudge holds what needs no database: the process is alive, a good token
// is good and none is refused.
func (s *stage) mustJudge(ctx context.Context, server *load.Server) error {
	for _, tt := range []struct {
		path, token string
		status      int
	}{
		{"/healthz", "", http.StatusOK},
		{"/readyz", "", http.StatusOK},
		{"/api/messages/protected", s.Token("auth0|judged"), http.StatusOK},
		{"/api/messages/protected", "none.of.yours", http.StatusUnauthorized},
		{"/api/v1/items", "none.of.yours", http.StatusUnauthorized},
	} {
		began := time.Now()
		status, _, err := ask(ctx, server.Address, tt.path, tt.token)
		if err != nil || status != tt.status || time.Since(began) > time.Second {
			return fmt.Errorf("%s was answered %d after %v, want %d: %w", tt.path, status, time.Since(began), tt.status, err)
		}
	}
	return nil
}
