package store

import (
	"context"
	"crypto/rand"
	"fmt"
	"time"
)

// Secret returns the named shared secret, newest first and at most two. The
// first server that asks makes it.
func (s *Store) Secret(ctx context.Context, name string) ([][]byte, error) {
	secrets, err := s.secrets(ctx, name)
	if err != nil || len(secrets) > 0 {
		return secrets, err
	}
	fresh := newSecret()
	err = s.engine.write(ctx, func(on session) error {
		_, err := on.exec(`INSERT INTO secrets (name, generation, secret, made) VALUES ($1, 1, $2, $3) ON CONFLICT DO NOTHING`,
			name, fresh, time.Now().UnixMilli())
		return s.engine.explain(err)
	})
	if err != nil {
		return nil, fmt.Errorf("make the secret %s: %w", name, err)
	}
	return s.secrets(ctx, name)
}

func (s *Store) secrets(ctx context.Context, name string) (list [][]byte, err error) {
	err = s.engine.read(ctx, func(on session) (err error) {
		list, err = all(on, func(r row) (secret []byte, err error) {
			err = r.scan(&secret)
			return secret, err
		}, `SELECT secret FROM secrets WHERE name = $1 ORDER BY generation DESC LIMIT 2`, name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the secret %s: %w", name, err)
	}
	return list, nil
}

// RotateSecret puts a fresh secret before the named one where that is older than
// age. The one before it stays valid, and no other. Two servers that find the same
// secret old make one new one.
func (s *Store) RotateSecret(ctx context.Context, name string, age time.Duration) error {
	fresh := newSecret()
	now := time.Now()
	err := s.engine.write(ctx, func(on session) error {
		_, err := on.exec(`INSERT INTO secrets (name, generation, secret, made)
			SELECT name, generation + 1, $2, $3 FROM secrets AS newest
			WHERE name = $1 AND made < $4 AND generation = (SELECT max(generation) FROM secrets WHERE name = $1)
			ON CONFLICT DO NOTHING`, name, fresh, now.UnixMilli(), now.Add(-age).UnixMilli())
		if err == nil {
			_, err = on.exec(`DELETE FROM secrets WHERE name = $1 AND generation < (SELECT max(generation) - 1 FROM secrets WHERE name = $1)`, name)
		}
		return s.engine.explain(err)
	})
	if err != nil {
		return fmt.Errorf("renew the secret %s: %w", name, err)
	}
	return nil
}

func newSecret() []byte {
	fresh := make([]byte, 32)
	rand.Read(fresh) // never fails: it ends the program instead
	return fresh
}
