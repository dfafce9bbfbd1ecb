package devtenant

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"slices"
	"sync"

	"github.com/go-jose/go-jose/v4"
)

const keyBits = 2048

// maxKeys bounds what is published, so that a script which rotates all day
// does not grow the key set past what verifiers read.
const maxKeys = 10

// keyring holds the signing keys, the one in use first. Keys live in memory
// only: a restart is a rotation with withdrawal.
type keyring struct {
	mu   sync.RWMutex
	keys []jose.JSONWebKey
}

func newKeyring() (*keyring, error) {
	k := &keyring{}
	return k, k.rotate(false)
}

// rotate puts a new key in use. The former ones stay published, the oldest
// falling out after maxKeys, unless withdraw takes them all away.
func (k *keyring) rotate(withdraw bool) error {
	key, err := newKey() // takes long, so nobody waits for the lock meanwhile
	if err != nil {
		return err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if withdraw {
		k.keys = nil
	}
	k.keys = append([]jose.JSONWebKey{key}, k.keys[:min(len(k.keys), maxKeys-1)]...)
	return nil
}

// current returns the key in use, private part included.
func (k *keyring) current() jose.JSONWebKey {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.keys[0]
}

// published returns the public parts of all keys, the one in use first.
func (k *keyring) published() jose.JSONWebKeySet {
	k.mu.RLock()
	defer k.mu.RUnlock()
	set := jose.JSONWebKeySet{Keys: slices.Clone(k.keys)}
	for i := range set.Keys {
		set.Keys[i] = set.Keys[i].Public()
	}
	return set
}

// newKey makes an RSA key that is named by its thumbprint (RFC 7638), so no
// two keys can share a name.
func newKey() (jose.JSONWebKey, error) {
	private, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return jose.JSONWebKey{}, fmt.Errorf("make a signing key: %w", err)
	}
	key := jose.JSONWebKey{Key: private, Algorithm: string(jose.RS256), Use: "sig"}
	thumbprint, err := key.Thumbprint(crypto.SHA256)
	if err != nil {
		return jose.JSONWebKey{}, fmt.Errorf("name a signing key: %w", err)
	}
	key.KeyID = base64.RawURLEncoding.EncodeToString(thumbprint)
	return key, nil
}
