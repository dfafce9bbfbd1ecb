package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"
)

func slowDrills() []drill {
	return []drill{
		{name: "slow-postgres", breaks: "another program holds the lock of the table (LOCK TABLE … ACCESS EXCLUSIVE), 4 clients write and 40 read it",
			passes: "requests for documents are 503 with Retry-After within the request's time limit; health answers, good tokens are good and bad ones refused within a second; " +
				"writes go on once the lock is gone; 0 acknowledged writes lost",
			short: size{length: 17 * time.Second}, long: size{length: 30 * time.Second}, run: slowPostgres},
		{name: "readonly-postgres", breaks: "PostgreSQL becomes read-only (default_transaction_read_only) while 4 clients write, and writable again",
			passes: "writes are 503 with Retry-After, reads 200, /readyz says degraded with 200; writes go on without a restart; 0 acknowledged writes lost",
			short:  size{length: time.Second}, long: size{length: 30 * time.Second}, run: readOnlyPostgres},
	}
}

func slowPostgres(ctx context.Context, s *stage) (f figures, err error) {
	_, url, err := s.postgres(ctx)
	if err != nil {
		return nil, err
	}
	server, err := s.start(ctx, url)
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 4)
	c.begin()
	if err := c.await(20 * time.Second); err != nil {
		return nil, err
	}
	other, err := pgx.Connect(ctx, url)
	if err != nil {
		return nil, err
	}
	if _, err := other.Exec(ctx, `BEGIN; LOCK TABLE c_items, c_notes IN ACCESS EXCLUSIVE MODE`, pgx.QueryExecModeSimpleProtocol); err != nil {
		return nil, err
	}
	var readers []*pulse
	for range 40 {
		readers = append(readers, s.pulse(ctx, server.Address, "/api/v1/items?limit=5", s.Token("auth0|w0"), http.StatusServiceUnavailable, 100*time.Millisecond))
	}
	time.Sleep(time.Second) // everybody waits
	judged := time.Duration(0)
	for began := time.Now(); time.Since(began) < s.size.length; {
		at := time.Now()
		if err := s.mustJudge(ctx, server); err != nil {
			return f, err
		}
		judged = max(judged, time.Since(at)/5)
	}
	var slowest time.Duration
	refused := 0
	for _, r := range readers {
		r.stop()
	}
	if _, err := other.Exec(ctx, `ROLLBACK`); err != nil {
		return f, err
	}
	over := time.Now()
	for _, r := range readers {
		r.ended.Wait()
		for _, took := range r.took {
			slowest = max(slowest, took)
		}
		refused += len(r.took) - len(r.bad)
	}
	if err := c.await(30 * time.Second); err != nil {
		return f, err
	}
	again := time.Since(over)
	c.end()
	f.say("%d reads and %d writes refused with 503 while the table was locked for %v, the slowest after %.1f s", refused, c.refused.Load(), s.size.length, slowest.Seconds())
	f.say("health and tokens judged within %s meanwhile", ms(judged))
	f.say("writes went on %.1f s after the lock was gone, %d acknowledged, 0 lost", again.Seconds(), c.acknowledged.Load())
	if refused == 0 || slowest > 20*time.Second {
		return f, errors.New("reads were not refused in time")
	}
	return f, errors.Join(other.Close(ctx), c.settle(ctx))
}

func readOnlyPostgres(ctx context.Context, s *stage) (f figures, err error) {
	_, url, err := s.postgres(ctx)
	if err != nil {
		return nil, err
	}
	server, err := s.start(ctx, url)
	if err != nil {
		return nil, err
	}
	c := s.crowd(server.Address, 4)
	c.begin()
	if err := c.await(20 * time.Second); err != nil {
		return nil, err
	}
	if err := readOnly(ctx, url, "on"); err != nil {
		return nil, err
	}
	if err := c.awaitRefusals(20 * time.Second); err != nil {
		return nil, err
	}
	if err := awaitReadiness(ctx, server.Address, `{"status":"degraded"}`); err != nil {
		return nil, err
	}
	p := s.pulse(ctx, server.Address, "/api/v1/items?limit=5", s.Token("auth0|w0"), http.StatusOK, 50*time.Millisecond)
	time.Sleep(s.size.length)
	took, err := p.end()
	if err := errors.Join(err, readOnly(ctx, url, "off")); err != nil {
		return f, err
	}
	over := time.Now()
	if err := c.await(30 * time.Second); err != nil {
		return f, err
	}
	again := time.Since(over)
	c.end()
	f.say("%d writes refused with 503 and Retry-After, %d reads, all 200, /readyz degraded", c.refused.Load(), len(took))
	f.say("writes went on %.1f s after it was writable again, %d acknowledged, 0 lost", again.Seconds(), c.acknowledged.Load())
	if err := awaitReadiness(ctx, server.Address, `{"status":"ok"}`); err != nil {
		return f, err
	}
	return f, c.settle(ctx)
}

// readOnly changes what new connections may do, and ends the others.
func readOnly(ctx context.Context, url, state string) error {
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, `SET default_transaction_read_only = off`); err != nil {
		return errors.Join(err, conn.Close(ctx))
	}
	_, err = conn.Exec(ctx, `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = `+state+`', current_database()); END $$;
		SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`, pgx.QueryExecModeSimpleProtocol)
	return errors.Join(err, conn.Close(ctx))
}

// awaitReadiness waits until /readyz says so, with 200.
func awaitReadiness(ctx context.Context, address, body string) error {
	status, said := 0, ""
	for began := time.Now(); time.Since(began) < 20*time.Second; time.Sleep(50 * time.Millisecond) {
		var err error
		if status, said, err = ask(ctx, address, "/readyz", ""); err == nil && status == http.StatusOK && said == body {
			return nil
		}
	}
	return fmt.Errorf("/readyz says %d %s and not %s", status, said, body)
}
