// Package seal makes what the server hands out and wants back, such as cursors,
// positions and nonces, opaque and authentic: nobody else can read it, change
// it, or use it for anything but its purpose. It knows nobody.
package seal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

const (
	// SecretSize is the length of a secret in bytes.
	SecretSize = 32
	// MaxText is the length in bytes of the longest text that [Sealer.Open]
	// looks at.
	MaxText = 32 << 10
)

// ErrForeign says that a text was not sealed with one of the secrets for this
// purpose, or was damaged since.
var ErrForeign = errors.New("text was not sealed here for this purpose")

// letters need no escaping in an address. A text has one spelling only.
var letters = base64.RawURLEncoding.Strict()

// Sealer seals and opens. It never changes; any number of goroutines may use
// it.
type Sealer struct{ ciphers []*extended }

// New returns a sealer that seals with the first secret, the newest, and opens
// with all of them. Each has to have [SecretSize] bytes.
func New(secrets ...[]byte) (*Sealer, error) {
	if len(secrets) == 0 {
		return nil, errors.New("sealing needs a secret")
	}
	s := &Sealer{}
	for _, secret := range secrets {
		if len(secret) != SecretSize {
			return nil, fmt.Errorf("a secret for sealing has %d bytes, not %d", len(secret), SecretSize)
		}
		s.ciphers = append(s.ciphers, extend(secret))
	}
	return s, nil
}

// Seal returns data as base64url text that only [Sealer.Open] with the same
// purpose understands. The same data gives another text each time.
func (s *Sealer) Seal(purpose string, data []byte) string {
	sealed := make([]byte, nonceSize, nonceSize+len(data)+tagSize)
	rand.Read(sealed) // never fails: it ends the program instead
	return letters.EncodeToString(s.ciphers[0].seal(sealed, data, []byte(purpose)))
}

// Open returns what was sealed for the purpose. The error is [ErrForeign].
func (s *Sealer) Open(purpose, text string) ([]byte, error) {
	// The decoder skips line ends.
	if len(text) > MaxText || strings.ContainsAny(text, "\r\n") {
		return nil, ErrForeign
	}
	sealed, err := letters.DecodeString(text)
	if err != nil || len(sealed) < nonceSize+tagSize {
		return nil, ErrForeign
	}
	for _, c := range s.ciphers {
		if data, err := c.open(sealed, []byte(purpose)); err == nil {
			return data, nil
		}
	}
	return nil, ErrForeign
}
