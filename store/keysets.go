package store

import (
	"context"
	"fmt"
	"time"
)

// Load returns the raw key set of the issuer and when its fetch began; nil
// where none is kept.
func (s *Store) Load(ctx context.Context, issuer string) (raw []byte, fetched time.Time, err error) {
	err = s.engine.read(ctx, func(on session) error {
		var at int64
		found, err := one(on, `SELECT raw, fetched FROM keysets WHERE issuer = $1`, []any{issuer}, &raw, &at)
		if found {
			fetched = time.UnixMilli(at).UTC()
		}
		return err
	})
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("load a key set: %w", err)
	}
	return raw, fetched, nil
}

// Save replaces the kept key set of the issuer, unless a later fetch is kept:
// servers that share a database fetch each for itself.
func (s *Store) Save(ctx context.Context, issuer string, raw []byte, fetched time.Time) error {
	err := s.engine.write(ctx, func(on session) error {
		_, err := on.exec(`INSERT INTO keysets (issuer, raw, fetched) VALUES ($1, $2, $3) ON CONFLICT (issuer)
			DO UPDATE SET raw = excluded.raw, fetched = excluded.fetched WHERE excluded.fetched >= keysets.fetched`,
			issuer, raw, fetched.UnixMilli())
		return s.engine.explain(err)
	})
	if err != nil {
		return fmt.Errorf("save a key set: %w", err)
	}
	return nil
}
