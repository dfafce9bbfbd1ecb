package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/postern-dev/postern/revocation"
)

// clocksApart is how far the clocks of servers may differ: what was noted so
// long before the last look is looked at again.
const clocksApart = 5 * time.Minute

// Revoke keeps revocations for all servers of the database. It returns when
// they are durable.
func (s *Store) Revoke(ctx context.Context, revocations ...revocation.Revocation) error {
	err := s.engine.write(ctx, func(on session) error {
		for _, r := range revocations {
			if err := revoke(on, r); err != nil {
				return s.engine.explain(err)
			}
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("keep a revocation: %w", err)
	}
	return nil
}

func revoke(on session, r revocation.Revocation) error {
	known := int64(0)
	if r.SessionKnown {
		known = 1
	}
	_, err := on.exec(`INSERT INTO revocations (kind, issuer, value, at, session_known, kept_until, noted) VALUES ($1, $2, $3, $4, $5, $6, $7)
		ON CONFLICT (kind, issuer, value) DO UPDATE SET
			at = CASE WHEN excluded.at > revocations.at THEN excluded.at ELSE revocations.at END,
			session_known = CASE WHEN excluded.session_known < revocations.session_known THEN excluded.session_known ELSE revocations.session_known END,
			kept_until = CASE WHEN excluded.kept_until > revocations.kept_until THEN excluded.kept_until ELSE revocations.kept_until END,
			noted = excluded.noted`,
		string(r.Kind), r.Issuer, r.Value, r.At.Unix(), known, r.Until.Unix(), time.Now().UnixMilli())
	return err
}

// RevokeBeside does what Revoke does, in a SQLite file that a server has open or
// in the PostgreSQL of running servers. They notice within two seconds.
func RevokeBeside(ctx context.Context, url string, revocations ...revocation.Revocation) error {
	path, isFile := strings.CutPrefix(url, "sqlite:")
	if !isFile {
		s, err := Open(ctx, url, Options{})
		if err != nil {
			return err
		}
		defer s.Close()
		return s.Revoke(ctx, revocations...)
	}
	conn, err := openLite(path, false, append([]string{"synchronous(FULL)"}, pragmas(otherPages)...)...)
	if err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	defer conn.close()
	// One short statement each: the server's writer waits for it as it would for
	// a backup.
	for _, r := range revocations {
		if err := revoke(liteSession{conn, ctx}, r); err != nil {
			return fmt.Errorf("keep a revocation in %s: %w", path, err)
		}
	}
	return nil
}

// Revocations returns those that count and were noted since, and those shortly
// before; all of them for the zero time.
func (s *Store) Revocations(ctx context.Context, since time.Time) (list []revocation.Revocation, err error) {
	after := int64(0)
	if !since.IsZero() {
		after = since.Add(-clocksApart).UnixMilli()
	}
	err = s.engine.read(ctx, func(on session) (err error) {
		list, err = all(on, readRevocation, `SELECT kind, issuer, value, at, session_known, kept_until FROM revocations
			WHERE noted > $1 AND kept_until > $2 ORDER BY noted`, after, time.Now().Unix())
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read revocations: %w", err)
	}
	return list, nil
}

func readRevocation(from row) (r revocation.Revocation, err error) {
	var kind string
	var at, known, until int64
	err = from.scan(&kind, &r.Issuer, &r.Value, &at, &known, &until)
	r.Kind, r.At, r.SessionKnown, r.Until = revocation.Kind(kind), time.Unix(at, 0), known == 1, time.Unix(until, 0)
	return r, err
}

// forgetRevoked removes what can be good no more.
func (s *Store) forgetRevoked(ctx context.Context) error {
	return s.engine.write(ctx, func(on session) error {
		_, err := on.exec(`DELETE FROM revocations WHERE kept_until < $1`, time.Now().Unix())
		return s.engine.explain(err)
	})
}
