package auth_test

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// oddKey is a row: a published key with id "odd", and what becomes of a token
// that the private part of the key has signed.
type oddKey struct {
	name  string
	spoil func(jwk map[string]any)
	code  auth.Code
}

// member sets a member of the key, or takes it away.
func member(name string, value any) func(map[string]any) {
	return func(jwk map[string]any) {
		if jwk[name] = value; value == authtest.Absent {
			delete(jwk, name)
		}
	}
}

// instead is another key altogether.
func instead(members map[string]any) func(map[string]any) {
	return func(jwk map[string]any) {
		clear(jwk)
		for name, value := range members {
			jwk[name] = value
		}
		jwk["kid"] = "odd"
	}
}

const (
	x32 = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"
	y32 = "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0"
)

func TestAnOddKeyCostsOnlyItself(t *testing.T) { // K15, K18, K19
	t.Parallel()
	for _, tt := range []oddKey{
		{"as it should be", func(map[string]any) {}, ""},
		{"a bad x5c", member("x5c", []string{"not a certificate"}), ""},
		{"an x5c that is no list", member("x5c", 1), ""},
		{"a bad x5t", member("x5t", "?"), ""},
		{"an x5u", member("x5u", "https://tenant.example/cert"), ""},
		{"unknown members", member("acme", map[string]any{"a": []int{1}}), ""},
		{"key_ops verify", member("key_ops", []string{"verify"}), ""},
		{"key_ops null", member("key_ops", nil), ""},
		{"no alg", member("alg", authtest.Absent), ""},
		{"no use", member("use", authtest.Absent), ""},
		{"its private part", member("d", x32), auth.KeyUnknown},
		{"kty of a time to come", member("kty", "AKP"), auth.KeyUnknown},
		{"kty in another case", member("kty", "rsa"), auth.KeyUnknown},
		{"kty is missing", member("kty", authtest.Absent), auth.KeyUnknown},
		{"kty is a number", member("kty", 1), auth.KeyUnknown},
		{"secp256k1", instead(map[string]any{"kty": "EC", "crv": "secp256k1", "x": x32, "y": y32}), auth.KeyUnknown},
		{"a point that is not on its curve", instead(map[string]any{"kty": "EC", "crv": "P-256", "x": x32, "y": y32}), auth.KeyUnknown},
		{"a point of the wrong length", instead(map[string]any{"kty": "EC", "crv": "P-256", "x": "AQAB", "y": "AQAB"}), auth.KeyUnknown},
		{"Ed448", instead(map[string]any{"kty": "OKP", "crv": "Ed448", "x": x32 + x32[:33]}), auth.KeyUnknown},
		{"X25519", instead(map[string]any{"kty": "OKP", "crv": "X25519", "x": x32}), auth.KeyUnknown},
		{"Ed25519 of the wrong length", instead(map[string]any{"kty": "OKP", "crv": "Ed25519", "x": "AQAB"}), auth.KeyUnknown},
		{"oct", instead(map[string]any{"kty": "oct", "k": "c2VjcmV0", "alg": "HS256"}), auth.KeyUnknown},
		{"nothing but an id", instead(nil), auth.KeyUnknown},
		{"kid is a number", member("kid", 1), auth.KeyUnknown},
		{"kid has a line break", member("kid", "odd\n"), auth.KeyUnknown},
		{"kid is very long", member("kid", strings.Repeat("k", 257)), auth.KeyUnknown},
		{"use enc", member("use", "enc"), auth.KeyUnknown},
		{"use is empty", member("use", ""), auth.KeyUnknown},
		{"use is a number", member("use", 1), auth.KeyUnknown},
		{"alg RSA-OAEP", member("alg", "RSA-OAEP"), auth.KeyUnknown},
		{"alg PS512", member("alg", "PS512"), auth.KeyUnknown},
		{"alg HS256", member("alg", "HS256"), auth.KeyUnknown},
		{"alg ES256", member("alg", "ES256"), auth.KeyUnknown},
		{"key_ops encrypt", member("key_ops", []string{"encrypt"}), auth.KeyUnknown},
		{"key_ops empty", member("key_ops", []string{}), auth.KeyUnknown},
		{"no modulus", member("n", authtest.Absent), auth.KeyUnknown},
		{"an empty modulus", member("n", ""), auth.KeyUnknown},
		{"a modulus that is no base64", member("n", "?"), auth.KeyUnknown},
		{"no exponent", member("e", authtest.Absent), auth.KeyUnknown},
		{"exponent 1", member("e", "AQ"), auth.KeyUnknown},
		{"exponent 3", member("e", "Aw"), auth.KeyUnknown},
		{"an even exponent", member("e", "AQAC"), auth.KeyUnknown},
		{"an exponent beyond 64 bits", member("e", "AQAAAAAAAAAAAQ"), auth.KeyUnknown},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			wantOdd(t, authtest.NewKey("odd", "RS256"), tt)
		})
	}
}

func TestRSAKeysHaveFrom2048To4096Bits(t *testing.T) { // K20
	t.Parallel()
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	wantOdd(t, &authtest.Key{ID: "odd", Algorithm: "RS256", Private: short}, oddKey{"", func(map[string]any) {}, auth.KeyUnknown})
	large := authtest.NewKey("odd", "RS256")
	for bits, code := range map[int]auth.Code{4096: auth.SignatureBad, 4097: auth.KeyUnknown} {
		modulus := new(big.Int).SetBit(big.NewInt(1), bits-1, 1)
		wantOdd(t, large, oddKey{"", member("n", encodeInt(modulus)), code})
	}
}

func encodeInt(n *big.Int) string {
	return strings.Split(authtest.Compact(n.Bytes(), nil, nil), ".")[0]
}

// wantOdd publishes the odd key before and behind a good one. The good one
// must serve in any case.
func wantOdd(t *testing.T, odd *authtest.Key, row oddKey) {
	t.Helper()
	issuer := authtest.NewIssuer(t)
	jwk := odd.JWK()
	row.spoil(jwk)
	for _, set := range [][]map[string]any{{jwk, issuer.Key().JWK()}, {issuer.Key().JWK(), jwk}} {
		issuer.Publish(authtest.Set(set...))
		verifier := newVerifier(t, auth.Config{}, issuer)
		wantCode(t, verifier, issuer.Token(nil), "")
		wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), odd), row.code)
	}
}

func TestElementsThatAreNoKeysCostNothing(t *testing.T) { // K15
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	good := strings.TrimSuffix(strings.TrimPrefix(string(issuer.KeySet()), `{"keys":[`), `]}`)
	for _, odd := range []string{
		"null", "1", `"key"`, "[]", "{}", `{"kty":"RSA","kty":"RSA"}`, `{"kid":"` + "\xff" + `"}`,
		`{"a":{"b":1,"b":2}}`, `{"x5c":[1,2,{"a":null}]}`,
	} {
		issuer.Publish([]byte(`{"x":1,"keys":[` + odd + `,` + good + `],"y":{"z":[]}}`))
		t.Run(odd, func(t *testing.T) { wantCode(t, newVerifier(t, auth.Config{}, issuer), issuer.Token(nil), "") })
	}
	t.Run("256 keys", func(t *testing.T) {
		issuer.Publish([]byte(`{"keys":[` + strings.Repeat(`null,`, 255) + good + `]}`))
		wantCode(t, newVerifier(t, auth.Config{}, issuer), issuer.Token(nil), "")
	})
	t.Run("257 keys", func(t *testing.T) {
		issuer.Publish([]byte(`{"keys":[` + strings.Repeat(`null,`, 256) + good + `]}`))
		wantCode(t, newVerifier(t, auth.Config{}, issuer), issuer.Token(nil), auth.KeysUnavailable)
	})
}
