package rehearse

import (
	"bytes"
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/postern-dev/postern/collection/declare"
)

// audience is the API that the tokens of tests are for.
const audience = "https://tests.invalid"

// usualIssuer is that of people whose issuer does not matter.
const usualIssuer = "https://issuer.invalid/"

// address is where the API of tests is, for which proofs are made.
const address = "https://tests.invalid"

// issuer signs tokens for the people of tests, and hands out its keys without
// a network: it is the transport of the verifier.
type issuer struct {
	signer jose.Signer
	keySet []byte
	// prover makes the proofs of those whose tokens are bound to its key.
	prover     jose.Signer
	thumbprint string
}

func newIssuer() (*issuer, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, err
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256,
		Key: jose.JSONWebKey{Key: key, KeyID: "tests"}}, (&jose.SignerOptions{}).WithType("at+jwt"))
	if err != nil {
		return nil, err
	}
	keySet, err := json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: key.Public(), KeyID: "tests", Algorithm: "RS256", Use: "sig"}}})
	if err != nil {
		return nil, err
	}
	thumbprint, err := (&jose.JSONWebKey{Key: key.Public()}).Thumbprint(crypto.SHA256)
	if err != nil {
		return nil, err
	}
	prover, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key},
		(&jose.SignerOptions{EmbedJWK: true}).WithType("dpop+jwt"))
	return &issuer{signer, keySet, prover, base64.RawURLEncoding.EncodeToString(thumbprint)}, err
}

// token is what the person sends.
func (i *issuer) token(person declare.Person) (string, error) {
	name := person.Issuer
	if name == "" {
		name = usualIssuer
	}
	now := time.Now()
	claims := map[string]any{
		"iss": name, "sub": person.Subject, "aud": audience, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"scope": strings.Join(person.Scopes, " "), "permissions": append([]string{}, person.Permissions...),
	}
	if person.ACR != "" {
		claims["acr"] = person.ACR
	}
	if person.Login != nil {
		claims["auth_time"] = now.Add(-*person.Login).Unix()
	}
	if person.Proof {
		claims["cnf"] = map[string]any{"jkt": i.thumbprint}
	}
	return sign(i.signer, claims)
}

// proof is what makes a bound token good for this request.
func (i *issuer) proof(r *http.Request, token string) (string, error) {
	hash := sha256.Sum256([]byte(token))
	return sign(i.prover, map[string]any{
		"jti": rand.Text(), "htm": r.Method, "htu": address + r.URL.EscapedPath(), "iat": time.Now().Unix(),
		"ath": base64.RawURLEncoding.EncodeToString(hash[:]),
	})
}

func sign(signer jose.Signer, claims map[string]any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", err
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return signed.CompactSerialize()
}

// RoundTrip answers every request with the key set.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header:        http.Header{"Content-Type": {"application/json"}},
		ContentLength: int64(len(i.keySet)),
		Body:          io.NopCloser(bytes.NewReader(i.keySet)),
	}, nil
}
