package store

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/postern-dev/postern/collection"
)

// Spend takes note of a proof. The row stands among the idempotency keys, under
// a scope that no request has, and goes with them; a twin in another
// transaction waits at it until this one is over.
func (t *tx) Spend(proof *collection.Proof) error {
	if t.err != nil {
		return t.err
	}
	scope := sha256.Sum256(append([]byte("proof\x00"), proof.Key[:]...))
	id := sha256.Sum256([]byte(proof.ID))
	n, err := t.on.exec(`INSERT INTO idempotency (scope, name, kept_until) VALUES ($1, $2, $3)
		ON CONFLICT (scope, name) DO UPDATE SET kept_until = excluded.kept_until WHERE idempotency.kept_until < $4`,
		scope[:], hex.EncodeToString(id[:]), proof.Until.UnixMilli(), time.Now().UnixMilli())
	if err == nil && n == 0 {
		err = collection.ErrReplayed
	}
	return t.fail("take note of a proof", err)
}
