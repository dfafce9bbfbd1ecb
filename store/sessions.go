package store

import (
	"context"
	"fmt"
	"time"

	sessions "github.com/postern-dev/postern/session"
)

var _ sessions.Keeper = (*Store)(nil)

// inSessions runs one statement that writes, and tells how many rows it changed.
func (s *Store) inSessions(ctx context.Context, doing, sql string, args ...any) (n int64, err error) {
	err = s.engine.write(ctx, func(on session) (err error) {
		n, err = on.exec(sql, args...)
		return s.engine.explain(err)
	})
	if err != nil {
		return 0, fmt.Errorf("%s a session: %w", doing, err)
	}
	return n, nil
}

// AddSession implements [sessions.Keeper].
func (s *Store) AddSession(ctx context.Context, r sessions.Record) error {
	_, err := s.inSessions(ctx, "keep", `INSERT INTO sessions
		(key, issuer, subject, sid, version, began, ends, idle_until, claimed_until, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9)`,
		r.Key, r.Issuer, r.Subject, r.SessionID, r.Version, r.Began.UnixMilli(), r.Ends.UnixMilli(), r.IdleUntil.UnixMilli(), r.Sealed)
	return err
}

// Session implements [sessions.Keeper].
func (s *Store) Session(ctx context.Context, key string) (sessions.Record, error) {
	r := sessions.Record{Key: key}
	var began, ends, idle int64
	found := false
	err := s.engine.read(ctx, func(on session) (err error) {
		found, err = one(on, `SELECT issuer, subject, sid, version, began, ends, idle_until, sealed FROM sessions WHERE key = $1`,
			[]any{key}, &r.Issuer, &r.Subject, &r.SessionID, &r.Version, &began, &ends, &idle, &r.Sealed)
		return err
	})
	if err != nil {
		return r, fmt.Errorf("read a session: %w", err)
	}
	if !found {
		return r, sessions.ErrEnded
	}
	r.Began, r.Ends, r.IdleUntil = time.UnixMilli(began).UTC(), time.UnixMilli(ends).UTC(), time.UnixMilli(idle).UTC()
	return r, nil
}

// ClaimSession implements [sessions.Keeper]. It goes by the clock of the database;
// those of the servers may differ.
func (s *Store) ClaimSession(ctx context.Context, key string, version int64, lease time.Duration) (bool, error) {
	clock := s.engine.dialect().clock
	n, err := s.inSessions(ctx, "claim", `UPDATE sessions SET claimed_until = `+clock+` + $3
		WHERE key = $1 AND version = $2 AND claimed_until < `+clock, key, version, lease.Milliseconds())
	return n == 1, err
}

// ReleaseSession implements [sessions.Keeper].
func (s *Store) ReleaseSession(ctx context.Context, key string, version int64) error {
	_, err := s.inSessions(ctx, "release", `UPDATE sessions SET claimed_until = 0 WHERE key = $1 AND version = $2`, key, version)
	return err
}

// ReplaceSession implements [sessions.Keeper].
func (s *Store) ReplaceSession(ctx context.Context, key string, version int64, sealed string) error {
	n, err := s.inSessions(ctx, "replace", `UPDATE sessions SET version = version + 1, claimed_until = 0, sealed = $3
		WHERE key = $1 AND version = $2`, key, version, sealed)
	if err == nil && n == 0 {
		return sessions.ErrEnded
	}
	return err
}

// TouchSession implements [sessions.Keeper].
func (s *Store) TouchSession(ctx context.Context, key string, idleUntil time.Time) error {
	_, err := s.inSessions(ctx, "touch", `UPDATE sessions SET idle_until = $2 WHERE key = $1 AND idle_until < $2`, key, idleUntil.UnixMilli())
	return err
}

// DropSession implements [sessions.Keeper].
func (s *Store) DropSession(ctx context.Context, key string) error {
	_, err := s.inSessions(ctx, "forget", `DELETE FROM sessions WHERE key = $1`, key)
	return err
}

// forgetSessions removes those that are over.
func (s *Store) forgetSessions(ctx context.Context) error {
	_, err := s.inSessions(ctx, "forget", `DELETE FROM sessions WHERE ends < $1 OR idle_until < $1`, time.Now().UnixMilli())
	return err
}
