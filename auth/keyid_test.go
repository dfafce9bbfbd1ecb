package auth_test

import (
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestKeysMayShareAnID(t *testing.T) { // K16
	t.Parallel()
	one, two := authtest.NewKey("one", "RS256"), authtest.NewKey("two", "RS256")
	alias := &authtest.Key{ID: "one", Algorithm: "RS256", Private: two.Private}
	elliptic := authtest.NewKey("one", "ES256")
	bare := one.JWK()
	delete(bare, "alg")
	for _, tt := range []struct {
		name string
		set  []map[string]any
		good []*authtest.Key
	}{
		{"two RSA keys", []map[string]any{one.JWK(), alias.JWK()}, []*authtest.Key{one, alias}},
		{"an elliptic key before an RSA key", []map[string]any{elliptic.JWK(), one.JWK()}, []*authtest.Key{elliptic, one}},
		{"an RSA key before an elliptic key", []map[string]any{one.JWK(), elliptic.JWK()}, []*authtest.Key{elliptic, one}},
		{"the same key twice", []map[string]any{one.JWK(), one.JWK()}, []*authtest.Key{one}},
		{"a key under its own id and under that of another", []map[string]any{one.JWK(), two.JWK(), alias.JWK()}, []*authtest.Key{one, two, alias}},
		{"a key for RS256 and again for all algorithms", []map[string]any{one.JWK(), bare}, []*authtest.Key{one, {ID: "one", Algorithm: "PS256", Private: one.Private}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.NewIssuer(t)
			issuer.Publish(authtest.Set(tt.set...))
			trusted := trusting(issuer)
			trusted.Algorithms = []string{"RS256", "PS256", "ES256"}
			verifier := newVerifier(t, auth.Config{Issuers: []auth.Issuer{trusted}})
			for _, key := range tt.good {
				wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), key), "")
			}
			wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), authtest.NewKey("one", "RS256")), auth.SignatureBad)
		})
	}
}

func TestATokenWithoutAKeyIDNeedsTheOnlyKey(t *testing.T) { // K17
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	first := issuer.Key()
	verifier := newVerifier(t, auth.Config{}, issuer)
	nameless := map[string]any{"kid": authtest.Absent}
	wantCode(t, verifier, issuer.Sign(nameless, issuer.Payload(nil), nil), "")
	wantCode(t, verifier, issuer.Sign(nameless, issuer.Payload(nil), authtest.NewKey("", "RS256")), auth.SignatureBad)
	issuer.Rotate()
	refresh(t, verifier, issuer)
	wantCode(t, verifier, issuer.Sign(nameless, issuer.Payload(map[string]any{"jti": "2"}), first), auth.KeyUnknown)
	wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), first), "")
	// Keys that cannot verify the token do not count.
	encryption := authtest.NewKey("enc", "RS256").JWK()
	encryption["use"] = "enc"
	issuer.Publish(authtest.Set(first.JWK(), first.JWK(), encryption, authtest.NewKey("es", "ES256").JWK()))
	refresh(t, verifier, issuer)
	wantCode(t, verifier, issuer.Sign(nameless, issuer.Payload(map[string]any{"jti": "3"}), first), "")
	// One key under two ids is one key.
	alias := first.JWK()
	alias["kid"] = "alias"
	issuer.Publish(authtest.Set(first.JWK(), alias))
	refresh(t, verifier, issuer)
	wantCode(t, verifier, issuer.Sign(nameless, issuer.Payload(map[string]any{"jti": "4"}), first), "")
}

func TestOfManyKeysThatShareAnIDFourAreTried(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t, authtest.Algorithm("ES256"))
	var keys []*authtest.Key
	var published []map[string]any
	for range 5 {
		keys = append(keys, authtest.NewKey("one", "ES256"))
		published = append(published, keys[len(keys)-1].JWK())
	}
	issuer.Publish(authtest.Set(published...))
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), keys[3]), "")
	wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), keys[4]), auth.SignatureBad)
}

func TestAPublishedKeyWithoutAnIDServesTokensWithoutOne(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	jwk := issuer.Key().JWK()
	delete(jwk, "kid")
	issuer.Publish(authtest.Set(jwk))
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Sign(map[string]any{"kid": authtest.Absent}, issuer.Payload(nil), nil), "")
	wantCode(t, verifier, issuer.Token(nil), auth.KeyUnknown)
}
