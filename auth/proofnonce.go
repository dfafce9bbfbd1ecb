package auth

import (
	"encoding/binary"
	"time"
)

// Sealer makes nonces that nobody else can make. Servers that share its secret
// accept each other's.
type Sealer interface {
	// Seal returns data as text that only Open with the same purpose reads.
	Seal(purpose string, data []byte) string
	// Open returns what Seal sealed, or an error.
	Open(purpose, text string) ([]byte, error)
}

const (
	noncePurpose = "dpop-nonce"
	// nonceLife is how long a nonce counts. From half of it on, answers bring
	// the next one.
	nonceLife = 5 * time.Minute
)

// nonces are the server's own (RFC 9449, section 8): the sealed time of their
// making, so that nothing has to be kept.
type nonces struct{ sealer Sealer }

func (n nonces) next(now time.Time) string {
	return n.sealer.Seal(noncePurpose, binary.BigEndian.AppendUint64(nil, uint64(now.Unix())))
}

// madeAt returns when the nonce was made, and whether it counts.
func (n nonces) madeAt(nonce string, now time.Time, skew time.Duration) (time.Time, bool) {
	data, err := n.sealer.Open(noncePurpose, nonce)
	if err != nil || len(data) != 8 {
		return time.Time{}, false
	}
	at := time.Unix(int64(binary.BigEndian.Uint64(data)), 0)
	// One of the near future was made by another server.
	return at, now.Sub(at) < nonceLife && at.Sub(now) <= skew
}
