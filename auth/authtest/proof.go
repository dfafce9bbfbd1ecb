package authtest

import (
	"crypto"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Holder is a client that holds the key its tokens are bound to (RFC 9449).
type Holder struct{ *Key }

// NewHolder returns a client with a new key for the algorithm.
func NewHolder(algorithm string) Holder { return Holder{NewKey("", algorithm)} }

// Thumbprint is that of the key, as `jkt` has it.
func (h Holder) Thumbprint() string {
	jwk := jose.JSONWebKey{Key: h.Private.Public()}
	return encode(must(jwk.Thumbprint(crypto.SHA256)))
}

// Confirmation is the claim that binds a token to the key, for
// [Issuer.Token].
func (h Holder) Confirmation() map[string]any {
	return map[string]any{"cnf": map[string]any{"jkt": h.Thumbprint()}}
}

// PublicKey is the `jwk` of the holder's proofs. The caller may spoil it.
func (h Holder) PublicKey() map[string]any {
	members := h.JWK()
	for _, name := range []string{"kid", "alg", "use"} {
		delete(members, name)
	}
	return members
}

// Proof makes a good proof for one request with the token, changed by the
// members of header and claims that are given; [Absent] leaves one out.
func (h Holder) Proof(method, address, token string, header, claims map[string]any) string {
	members := merge(map[string]any{"typ": "dpop+jwt", "alg": h.Algorithm, "jwk": h.PublicKey()}, header)
	hash := sha256.Sum256([]byte(token))
	id := make([]byte, 16)
	rand.Read(id)
	payload := merge(map[string]any{
		"jti": base64.RawURLEncoding.EncodeToString(id), "htm": method, "htu": address,
		"iat": time.Now().Unix(), "ath": encode(hash[:]),
	}, claims)
	return h.SignRaw(must(json.Marshal(members)), must(json.Marshal(payload)))
}
