package auth

import (
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds on a key set. A set that is larger is refused whole.
const (
	maxKeySetSize = 512 << 10
	maxKeys       = 256
	minRSABits    = 2048
	maxRSABits    = 4096
	// maxTwins bounds the keys of one id that are tried for one token.
	maxTwins = 4
)

// key is one usable verification key.
type key struct {
	id         string
	public     any
	algorithms []string
	thumbprint [sha256.Size]byte // RFC 7638
}

// keySet is what an issuer published at one moment. It never changes.
type keySet struct {
	keys        []key
	byID        map[string][]key
	thumbprints map[[sha256.Size]byte]struct{}
	// fetched is when the fetch that brought the set began; life is for how
	// long it is fresh.
	fetched time.Time
	life    time.Duration
}

// skippedKey says why a published key is not used.
type skippedKey struct {
	index int
	err   error
}

// decodeKeySet reads a JSON Web Key Set (RFC 7517, section 5). Each key stands
// on its own: one that is odd is skipped and named, the others serve. A set
// without a single usable key is an error.
func decodeKeySet(data []byte) (*keySet, []skippedKey, error) {
	if len(data) > maxKeySetSize {
		return nil, nil, fmt.Errorf("key set is larger than %d bytes", maxKeySetSize)
	}
	if !depthWithin(data, maxDepth) {
		return nil, nil, fmt.Errorf("key set is nested more than %d deep", maxDepth)
	}
	var document struct {
		Keys []jsontext.Value `json:"keys"`
	}
	// Oddities inside one key must not cost the others.
	lenient := json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := json.Unmarshal(data, &document, lenient); err != nil {
		return nil, nil, fmt.Errorf("read key set: %w", err)
	}
	if len(document.Keys) > maxKeys {
		return nil, nil, fmt.Errorf("key set has %d keys, more than %d", len(document.Keys), maxKeys)
	}
	set := &keySet{byID: map[string][]key{}, thumbprints: map[[sha256.Size]byte]struct{}{}}
	var skipped []skippedKey
	for i, raw := range document.Keys {
		k, err := decodeKey(raw)
		if err != nil {
			skipped = append(skipped, skippedKey{i, err})
			continue
		}
		set.add(k)
	}
	if len(set.keys) == 0 {
		return nil, skipped, errors.New("key set has no usable key")
	}
	return set, skipped, nil
}

func (s *keySet) add(k key) {
	s.keys = append(s.keys, k)
	s.byID[k.id] = append(s.byID[k.id], k)
	s.thumbprints[k.thumbprint] = struct{}{}
}

// find returns the keys of this id that can verify the algorithm.
func (s *keySet) find(id, algorithm string) []key {
	return fitting(s.byID[id], algorithm)
}

// fitting returns at most maxTwins keys that can verify the algorithm, each
// once however often it is published. In the usual case, one key and it fits,
// nothing is allocated.
func fitting(keys []key, algorithm string) []key {
	if len(keys) == 1 && slices.Contains(keys[0].algorithms, algorithm) {
		return keys
	}
	var fit []key
	for _, k := range keys {
		same := func(other key) bool { return other.thumbprint == k.thumbprint }
		if len(fit) < maxTwins && slices.Contains(k.algorithms, algorithm) && !slices.ContainsFunc(fit, same) {
			fit = append(fit, k)
		}
	}
	return fit
}

func (s *keySet) has(thumbprint [sha256.Size]byte) bool {
	_, ok := s.thumbprints[thumbprint]
	return ok
}

// publishedKey is what is read of a JWK. Certificates and addresses of
// certificates are left alone: the trust comes from where the set was fetched.
type publishedKey struct {
	Type       string   `json:"kty"`
	Use        *string  `json:"use,omitzero"`
	Operations []string `json:"key_ops,omitzero"`
	Algorithm  string   `json:"alg,omitzero"`
	ID         string   `json:"kid,omitzero"`
	Curve      string   `json:"crv,omitzero"`
	N          string   `json:"n,omitzero"`
	E          string   `json:"e,omitzero"`
	X          string   `json:"x,omitzero"`
	Y          string   `json:"y,omitzero"`
	// Private is there where an issuer has published its secret.
	Private jsontext.Value `json:"d,omitzero"`
}

// decodeKey reads one JWK (RFC 7517, section 4) and refuses what cannot verify
// access tokens.
func decodeKey(raw []byte) (key, error) {
	var p publishedKey
	if err := json.Unmarshal(raw, &p); err != nil {
		return key{}, err
	}
	switch {
	case p.Type != "RSA" && p.Type != "EC" && p.Type != "OKP":
		return key{}, fmt.Errorf("key type %.20q is not used for access tokens", p.Type)
	case p.Use != nil && *p.Use != "sig":
		return key{}, fmt.Errorf("use is %.20q", *p.Use)
	case p.Operations != nil && !slices.Contains(p.Operations, "verify"):
		return key{}, errors.New("key_ops lacks verify")
	case p.Private != nil:
		return key{}, errors.New("its private part is published, so anybody can sign with it")
	case len(p.ID) > maxKeyID || hasControl(p.ID):
		return key{}, errors.New("kid is too long or has control characters")
	}
	k := key{id: p.ID}
	if err := k.decodePublic(p); err != nil {
		return key{}, err
	}
	k.algorithms = algorithmsOf(k.public)
	if p.Algorithm != "" {
		if !slices.Contains(k.algorithms, p.Algorithm) {
			return key{}, fmt.Errorf("alg %.20q does not fit the key", p.Algorithm)
		}
		k.algorithms = []string{p.Algorithm}
	}
	return k, nil
}

// decodePublic builds the public key with the library's decoder, which checks
// curves and points, from the few members that make it.
func (k *key) decodePublic(p publishedKey) error {
	material, err := json.Marshal(publishedKey{Type: p.Type, Curve: p.Curve, N: p.N, E: p.E, X: p.X, Y: p.Y})
	if err != nil {
		return err
	}
	var jwk jose.JSONWebKey
	if err := jwk.UnmarshalJSON(material); err != nil {
		return err
	}
	if !jwk.Valid() || !jwk.IsPublic() {
		return errors.New("is not a valid public key")
	}
	if public, ok := jwk.Key.(*rsa.PublicKey); ok {
		bits := public.N.BitLen()
		if bits < minRSABits || bits > maxRSABits || public.E < 65537 || public.E%2 == 0 {
			return fmt.Errorf("RSA key of %d bits with exponent %d", bits, public.E)
		}
	}
	if algorithmsOf(jwk.Key) == nil {
		return errors.New("no accepted algorithm fits the key")
	}
	thumbprint, err := jwk.Thumbprint(crypto.SHA256)
	if err != nil {
		return err
	}
	k.public = jwk.Key
	copy(k.thumbprint[:], thumbprint)
	return nil
}
