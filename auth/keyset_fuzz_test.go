package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"slices"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
)

// FuzzKeySet reads key sets. Whatever key comes out must be fit to verify.
func FuzzKeySet(f *testing.F) {
	rs, es, ed := authtest.NewKey("a", "RS256").JWK(), authtest.NewKey("b", "ES384").JWK(), authtest.NewKey("c", "EdDSA").JWK()
	f.Add(authtest.Set(rs))
	f.Add(authtest.Set(es, ed))
	f.Add(authtest.Set(authtest.NewKey("", "ES512").JWK(), es, es))
	f.Add([]byte(`{"keys":[null,{"kty":"oct","k":"AQAB"},{"kty":"EC","crv":"secp256k1"}],"keys":[]}`))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"Aw","kid":1,"x5c":[1]}]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		set, skipped, err := decodeKeySet(raw)
		if (set == nil) != (err != nil) {
			t.Fatalf("set %v and error %v", set, err)
		}
		if err != nil {
			return
		}
		if n := len(set.keys); n == 0 || n+len(skipped) > maxKeys || len(raw) > maxKeySetSize {
			t.Fatalf("%d keys and %d skipped of %d bytes", n, len(skipped), len(raw))
		}
		for _, k := range set.keys {
			if why := unfit(k); why != "" {
				t.Fatalf("key %q: %s", k.id, why)
			}
			for _, algorithm := range k.algorithms {
				if len(set.find(k.id, algorithm)) == 0 || !set.has(k.thumbprint) {
					t.Fatalf("key %q is not found for %s", k.id, algorithm)
				}
			}
		}
	})
}

// unfit says why a key must not be used, or nothing.
func unfit(k key) string {
	var fit []string
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < 2048 || public.N.BitLen() > 4096 || public.E < 65537 || public.E%2 == 0 {
			return "a weak RSA key"
		}
		fit = []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	case *ecdsa.PublicKey:
		if _, err := public.ECDH(); err != nil {
			return "a point that is not on its curve"
		}
		fit = map[string][]string{"P-256": {"ES256"}, "P-384": {"ES384"}, "P-521": {"ES512"}}[public.Curve.Params().Name]
	case ed25519.PublicKey:
		if len(public) != ed25519.PublicKeySize {
			return "an Ed25519 key of the wrong size"
		}
		fit = []string{"EdDSA"}
	default:
		return "a key of another kind"
	}
	if len(k.algorithms) == 0 {
		return "no algorithm"
	}
	for _, algorithm := range k.algorithms {
		if !slices.Contains(fit, algorithm) {
			return "the algorithm " + algorithm
		}
	}
	return ""
}
