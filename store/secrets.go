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
	fresh := make([]byte, 32)
	rand.Read(fresh)
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
