package store

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/postern-dev/postern/collection"
)

// claimPatience is how long a claim lasts whose transaction never kept an
// answer.
const claimPatience = 24 * time.Hour

// Claim reserves an idempotency key. The row comes first, so that a twin in
// another transaction waits at it until this one is over.
func (t *tx) Claim(key collection.IdempotencyKey) (*collection.Kept, error) {
	if t.err != nil {
		return nil, t.err
	}
	kept, err := t.claim(key)
	return kept, t.fail("claim an idempotency key", err)
}

func (t *tx) claim(key collection.IdempotencyKey) (*collection.Kept, error) {
	scope, now := key.Scope[:], time.Now()
	n, err := t.on.exec(`INSERT INTO idempotency (scope, name, kept_until) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
		scope, key.Key, now.Add(claimPatience).UnixMilli())
	if err != nil {
		return nil, err
	}
	if n == 0 {
		kept, err := t.kept(key)
		if err != nil || kept != nil && kept.Until.After(now) {
			return kept, err
		}
		// Out of date, or without an answer: it is as if nobody had used it.
		_, err = t.on.exec(`UPDATE idempotency SET request = NULL, answer = NULL, kept_until = $3
			WHERE scope = $1 AND name = $2`, scope, key.Key, now.Add(claimPatience).UnixMilli())
		if err != nil {
			return nil, err
		}
	}
	t.claimed = hex.EncodeToString(key.Writer[:]) + ":" + key.Key
	return nil, nil
}

// kept reads what is kept under the key; nil where that is no answer.
func (t *tx) kept(key collection.IdempotencyKey) (*collection.Kept, error) {
	var kept collection.Kept
	var request []byte
	var until int64
	found, err := one(t.on, `SELECT coalesce(request, $3), coalesce(answer, $3), kept_until FROM idempotency
		WHERE scope = $1 AND name = $2`+t.store.engine.dialect().forUpdate,
		[]any{key.Scope[:], key.Key, []byte{}}, &request, &kept.Answer, &until)
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("%w: the key was forgotten at this moment", collection.ErrUnavailable)
	case len(request) != len(kept.Request):
		return nil, nil
	}
	copy(kept.Request[:], request)
	kept.Until = time.UnixMilli(until).UTC()
	return &kept, nil
}

// Keep stores the answer under the key that this transaction claimed.
func (t *tx) Keep(key collection.IdempotencyKey, kept collection.Kept) error {
	if t.err != nil {
		return t.err
	}
	n, err := t.on.exec(`UPDATE idempotency SET request = $3, answer = $4, kept_until = $5 WHERE scope = $1 AND name = $2`,
		key.Scope[:], key.Key, kept.Request[:], kept.Answer, kept.Until.UnixMilli())
	if err == nil && n == 0 {
		err = errors.New("the key was not claimed")
	}
	return t.fail("keep an answer", err)
}

// forget removes answers that nobody may ask for any more.
func (s *Store) forget(ctx context.Context) error {
	return s.whileFull(ctx, func(on session) (int64, error) {
		return on.exec(`DELETE FROM idempotency WHERE (scope, name) IN (SELECT scope, name FROM idempotency
			WHERE kept_until < $1 ORDER BY kept_until LIMIT $2)`, time.Now().UnixMilli(), int64(forgetBatch))
	})
}
