package auth

import (
	"fmt"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// joseHeader is what counts in a token's protected header (RFC 7515, section
// 4).
type joseHeader struct {
	algorithm string
	keyID     string
	hasKeyID  bool
	tokenType string
	hasType   bool
}

// maxKeyID bounds the key id, which a log line may quote.
const maxKeyID = 256

func parseHeader(data []byte) (joseHeader, *Refusal) {
	var h joseHeader
	err := readObject(data, func(name string, d *jsontext.Decoder) (bool, error) {
		var err error
		switch name {
		case "alg":
			h.algorithm, err = readString(name, d)
		case "kid":
			h.hasKeyID = true
			h.keyID, err = readKeyID(d)
		case "typ":
			h.hasType = true
			h.tokenType, err = readString(name, d)
		case "nonce":
			// Not used, but the library's reader insists on it as well.
			_, err = readString(name, d)
		case "crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5u", "x5c":
			// Each of these changes how the token is to be read or brings
			// a key along. Unknown others are harmless.
			err = fmt.Errorf("the header member %s is not accepted", name)
		default:
			return false, nil
		}
		return true, err
	})
	if err != nil {
		return h, refuse(TokenMalformed).becausef("header: %w", err)
	}
	return h, nil
}

func readKeyID(d *jsontext.Decoder) (string, error) {
	id, err := readString("kid", d)
	if err == nil && (id == "" || len(id) > maxKeyID || hasControl(id)) {
		err = fmt.Errorf("kid is empty, longer than %d bytes or has control characters", maxKeyID)
	}
	return id, err
}

// acceptedType tells whether a token of this type may be an access token: RFC
// 9068 tokens say at+jwt, older ones JWT or nothing (RFC 8725, section 3.11).
func (h joseHeader) acceptedType() bool {
	if !h.hasType {
		return true
	}
	for _, accepted := range [...]string{"JWT", "at+jwt", "application/at+jwt"} {
		if strings.EqualFold(h.tokenType, accepted) {
			return true
		}
	}
	return false
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < 0x20 || r == 0x7f })
}
