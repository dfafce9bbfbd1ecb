package auth

import (
	"context"
	"time"
)

// KeptKeySets keeps the key sets of issuers across restarts. Sets of issuers
// on loopback are never kept: another development tenant may stand there the
// next time.
type KeptKeySets interface {
	// Load returns the raw set of the issuer and when its fetch began; nil
	// where none is kept.
	Load(ctx context.Context, issuer string) (raw []byte, fetched time.Time, err error)
	// Save replaces the kept set of the issuer.
	Save(ctx context.Context, issuer string, raw []byte, fetched time.Time) error
}
