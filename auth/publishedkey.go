package auth

import (
	"errors"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json/jsontext"
)

// publishedKey is what is read of a JWK (RFC 7517, section 4). Certificates and
// addresses of certificates are left alone: the trust comes from where the key
// was fetched, or from the thumbprint that a token names.
type publishedKey struct {
	kind, use, algorithm, id, curve string
	operations                      []string
	hasUse, hasOperations           bool
	n, e, x, y                      []byte
	// private is the name of a member that belongs to the secret half; empty
	// where the key shows none.
	private string
}

// member reads one member; null counts as not there.
func (p *publishedKey) member(name string, d *jsontext.Decoder) (bool, error) {
	var err error
	switch name {
	// RFC 7518, section 6, and RFC 8037. A key with k would not even be one of
	// two halves.
	case "d", "p", "q", "dp", "dq", "qi", "oth", "k":
		p.private = name
		return false, nil
	}
	if d.PeekKind() == 'n' {
		return false, nil
	}
	switch name {
	case "kty":
		p.kind, err = readString(name, d)
	case "use":
		p.hasUse = true
		p.use, err = readString(name, d)
	case "key_ops":
		p.hasOperations = true
		p.operations, err = readList(name, d)
	case "alg":
		p.algorithm, err = readString(name, d)
	case "kid":
		p.id, err = readString(name, d)
	case "crv":
		p.curve, err = readString(name, d)
	case "n":
		p.n, err = readBytes(name, d)
	case "e":
		p.e, err = readBytes(name, d)
	case "x":
		p.x, err = readBytes(name, d)
	case "y":
		p.y, err = readBytes(name, d)
	default:
		return false, nil
	}
	return true, err
}

func readList(name string, d *jsontext.Decoder) ([]string, error) {
	if d.PeekKind() != '[' {
		return nil, errKind{name, "a list of strings"}
	}
	return readStrings(name, d)
}

// readBytes reads what is written in base64url.
func readBytes(name string, d *jsontext.Decoder) ([]byte, error) {
	text, err := readString(name, d)
	if err != nil || text == "" {
		return nil, err
	}
	value, err := decodePart(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return value, nil
}

// decodeKey reads one JWK and refuses what cannot verify tokens and proofs.
func decodeKey(raw []byte) (key, error) {
	var p publishedKey
	if err := readObject(raw, p.member); err != nil {
		return key{}, err
	}
	return p.key()
}

// key judges what was read.
func (p *publishedKey) key() (key, error) {
	k := key{id: p.id}
	switch {
	case p.kind != "RSA" && p.kind != "EC" && p.kind != "OKP":
		return k, fmt.Errorf("key type %.20q is not used for access tokens", p.kind)
	case p.private != "":
		return k, fmt.Errorf("has the private member %s, so anybody can sign with it", p.private)
	case p.hasUse && p.use != "sig":
		return k, fmt.Errorf("use is %.20q", p.use)
	case p.hasOperations && !slices.Contains(p.operations, "verify"):
		return k, errors.New("key_ops lacks verify")
	case len(p.id) > maxKeyID || hasControl(p.id):
		return k, errors.New("kid is too long or has control characters")
	}
	if err := k.decodePublic(p); err != nil {
		return k, err
	}
	k.algorithms = algorithmsOf(k.public)
	if p.algorithm != "" {
		if !slices.Contains(k.algorithms, p.algorithm) {
			return k, fmt.Errorf("alg %.20q does not fit the key", p.algorithm)
		}
		k.algorithms = []string{p.algorithm}
	}
	return k, nil
}
