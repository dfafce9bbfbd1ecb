package rehearse

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
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

// issuer signs tokens for the people of tests, and hands out its keys without
// a network: it is the transport of the verifier.
type issuer struct {
	signer jose.Signer
	keySet []byte
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
	return &issuer{signer, keySet}, err
}

// token is what the person sends.
func (i *issuer) token(person declare.Person) (string, error) {
	name := person.Issuer
	if name == "" {
		name = usualIssuer
	}
	now := time.Now()
	claims, err := json.Marshal(map[string]any{
		"iss": name, "sub": person.Subject, "aud": audience, "iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		"scope": strings.Join(person.Scopes, " "), "permissions": append([]string{}, person.Permissions...),
	})
	if err != nil {
		return "", err
	}
	signed, err := i.signer.Sign(claims)
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
