package authtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"strings"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

// Key is a signing key.
type Key struct {
	// ID is published as `kid`.
	ID string
	// Algorithm is published as `alg`; tokens are signed with it unless their
	// header says otherwise.
	Algorithm string
	// Private is an *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey.
	Private crypto.Signer
}

// NewKey makes a key that no issuer in use has. It is published only where a
// test publishes it.
func NewKey(id, algorithm string) *Key {
	return &Key{ID: id, Algorithm: algorithm, Private: privateKey(algorithm)}
}

func privateKey(algorithm string) crypto.Signer {
	switch algorithm {
	case "ES256":
		return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
	case "ES384":
		return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader))
	case "ES512":
		return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader))
	case "EdDSA":
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return must(private, err)
	}
	if strings.HasPrefix(algorithm, "RS") || strings.HasPrefix(algorithm, "PS") {
		return spare.take()
	}
	panic("authtest: no keys for algorithm " + algorithm)
}

// JWK returns the members of the public key as a set publishes them (RFC 7517,
// section 4). The caller may spoil them.
func (k *Key) JWK() map[string]any {
	jwk := jose.JSONWebKey{Key: k.Private.Public(), KeyID: k.ID, Algorithm: k.Algorithm, Use: "sig"}
	var members map[string]any
	if err := json.Unmarshal(must(jwk.MarshalJSON()), &members); err != nil {
		panic(err)
	}
	return members
}

// spare keeps the RSA keys of issuers that have stopped: making one takes long.
// No two issuers that run at the same time have a key in common.
var spare pool

type pool struct {
	mu   sync.Mutex
	free []*rsa.PrivateKey
}

func (p *pool) take() *rsa.PrivateKey {
	p.mu.Lock()
	defer p.mu.Unlock()
	if last := len(p.free) - 1; last >= 0 {
		key := p.free[last]
		p.free = p.free[:last]
		return key
	}
	return must(rsa.GenerateKey(rand.Reader, 2048))
}

func (p *pool) give(key *rsa.PrivateKey) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, key)
}

// recycle gives an issuer's key back when the issuer has stopped.
func recycle(k *Key) {
	if private, ok := k.Private.(*rsa.PrivateKey); ok {
		spare.give(private)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
