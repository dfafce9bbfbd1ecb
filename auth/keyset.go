package auth

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Bounds on a key set. A set that is larger is refused whole.
const (
	maxKeySetSize = 512 << 10
	maxKeys       = 256
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
