package auth_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestTwoIssuersNeverVouchForEachOther(t *testing.T) {
	t.Parallel()
	one, two := authtest.NewIssuer(t), authtest.NewIssuer(t, authtest.Audience("https://second.example/"))
	verifier := newVerifier(t, auth.Config{}, one, two)
	if one.Key().ID != two.Key().ID {
		t.Fatal("the key ids differ, so this proves nothing")
	}
	wantCode(t, verifier, one.Token(nil), "")
	wantCode(t, verifier, two.Token(nil), "")
	for _, tt := range []struct {
		name         string
		signer, says *authtest.Issuer
		kid          string
		audience     string
		code         auth.Code
	}{
		{"the second signs for the first", two, one, "key-1", one.Audience(), auth.SignatureBad},
		{"the first signs for the second", one, two, "key-1", two.Audience(), auth.SignatureBad},
		{"the second's audience with the first", one, one, "key-1", two.Audience(), auth.AudienceWrong},
		{"the first's audience with the second", two, two, "key-1", one.Audience(), auth.AudienceWrong},
	} {
		t.Run(tt.name, func(t *testing.T) {
			payload := tt.says.Payload(map[string]any{"aud": tt.audience})
			wantCode(t, verifier, tt.signer.Sign(map[string]any{"kid": tt.kid}, payload, nil), tt.code)
		})
	}
	two.Rotate()
	wantCode(t, verifier, two.Token(nil), "")
	foreign := two.Sign(nil, one.Payload(nil), nil) // key-2, which the first does not have
	wantCode(t, verifier, foreign, auth.KeyUnknown)
	// One issuer's outage is not the other's.
	one.Break(authtest.Down())
	two.Rotate()
	wantCode(t, verifier, two.Token(nil), "")
	wantCode(t, verifier, two.Sign(nil, one.Payload(nil), nil), auth.KeysUnavailable)
}

func TestEachIssuerHasItsOwnAlgorithms(t *testing.T) {
	t.Parallel()
	one, two := authtest.NewIssuer(t), authtest.NewIssuer(t, authtest.Algorithm("ES256"))
	verifier := newVerifier(t, auth.Config{}, one, two)
	wantCode(t, verifier, one.Token(nil), "")
	wantCode(t, verifier, two.Token(nil), "")
	wantCode(t, verifier, two.Sign(nil, one.Payload(nil), nil), auth.AlgorithmRefused)
	wantCode(t, verifier, one.Sign(nil, two.Payload(nil), nil), auth.AlgorithmRefused)
}

func TestAnIssuerMayHaveHadAnotherName(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	trusted := trusting(issuer)
	trusted.Formerly = []string{"https://tenant.eu.auth0.com/"}
	verifier := newVerifier(t, auth.Config{Issuers: []auth.Issuer{trusted}})
	for _, name := range []string{issuer.URL(), "https://tenant.eu.auth0.com/"} {
		identity, err := verifier.Verify(t.Context(), issuer.Token(map[string]any{"iss": name}))
		if err != nil {
			t.Fatal(err)
		}
		if identity.Issuer != name {
			t.Errorf("the issuer is %q, want %q", identity.Issuer, name)
		}
	}
	wantCode(t, verifier, issuer.Token(map[string]any{"iss": "https://tenant.us.auth0.com/"}), auth.IssuerUnknown)
	wantCode(t, verifier, issuer.Token(map[string]any{"iss": "https://tenant.eu.auth0.com"}), auth.IssuerSlash)
	if n := issuer.KeySets(); n != 1 {
		t.Errorf("%d fetches for one issuer with two names, want 1", n)
	}
}

func TestADiscoveryDocumentThatIsNotTheIssuersIsRefused(t *testing.T) { // K12
	t.Parallel()
	const name = "https://tenant.example/"
	document := func(members map[string]any) func(*authtest.Issuer) {
		return func(i *authtest.Issuer) { i.Announce(members) }
	}
	answer := func(fault authtest.Fault) func(*authtest.Issuer) {
		return func(i *authtest.Issuer) { i.BreakDiscovery(fault) }
	}
	for _, tt := range []struct {
		name  string
		spoil func(*authtest.Issuer)
		code  auth.Code
	}{
		{"as it should be", func(*authtest.Issuer) {}, ""},
		{"with unknown members", document(map[string]any{"x": []any{1, "a", nil}}), ""},
		{"of another issuer", document(map[string]any{"issuer": "https://evil.example/"}), auth.KeysUnavailable},
		{"of the issuer without its slash", document(map[string]any{"issuer": strings.TrimSuffix(name, "/")}), auth.KeysUnavailable},
		{"of the issuer in capital letters", document(map[string]any{"issuer": "https://TENANT.example/"}), auth.KeysUnavailable},
		{"without an issuer", document(map[string]any{"issuer": authtest.Absent}), auth.KeysUnavailable},
		{"with ISSUER in capital letters", document(map[string]any{"issuer": authtest.Absent, "ISSUER": name}), auth.KeysUnavailable},
		{"with a number as issuer", document(map[string]any{"issuer": 1}), auth.KeysUnavailable},
		{"with keys over plain http", document(map[string]any{"jwks_uri": "http://tenant.example/.well-known/jwks.json"}), auth.KeysUnavailable},
		{"with keys on loopback", document(map[string]any{"jwks_uri": "http://127.0.0.1/.well-known/jwks.json"}), auth.KeysUnavailable},
		{"with keys in a file", document(map[string]any{"jwks_uri": "file:///etc/passwd"}), auth.KeysUnavailable},
		{"with keys at a path", document(map[string]any{"jwks_uri": "/.well-known/jwks.json"}), auth.KeysUnavailable},
		{"with keys behind a password", document(map[string]any{"jwks_uri": "https://a:b@tenant.example/.well-known/jwks.json"}), auth.KeysUnavailable},
		{"without an address of keys", document(map[string]any{"jwks_uri": authtest.Absent}), auth.KeysUnavailable},
		{"that redirects", answer(authtest.Redirect("https://evil.example/")), auth.KeysUnavailable},
		{"that is a page", answer(authtest.Page()), auth.KeysUnavailable},
		{"that is right but for its status", answer(withStatus(500)), auth.KeysUnavailable},
		{"with the issuer twice", answer(authtest.Answer(200, "application/json", `{"issuer":"https://evil.example/","issuer":"https://tenant.example/","jwks_uri":"https://tenant.example/.well-known/jwks.json"}`)), auth.KeysUnavailable},
		{"nested without end", answer(authtest.Answer(200, "application/json", `{"issuer":"https://tenant.example/","x":`+nest(50_000)+`}`)), auth.KeysUnavailable},
		{"that is too large", answer(authtest.Oversized(1 << 20)), auth.KeysUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := remote(t)
			tt.spoil(issuer)
			verifier := newVerifier(t, auth.Config{Transport: issuer.Transport()}, issuer)
			wantCode(t, verifier, issuer.Token(nil), tt.code)
			if tt.code != "" && issuer.KeySets() != 0 {
				t.Error("the key set was fetched all the same")
			}
			issuer.Heal()
			eventually(t, 5*time.Second, "a right document heals it", func() bool {
				_, err := verifier.Verify(t.Context(), issuer.Token(nil))
				return err == nil
			})
		})
	}
}

// hosts is a transport that knows several names.
type hosts map[string]http.RoundTripper

func (h hosts) RoundTrip(r *http.Request) (*http.Response, error) {
	if next := h[r.URL.Host]; next != nil {
		return next.RoundTrip(r)
	}
	return nil, http.ErrServerClosed
}

func TestAKeySetMayBeOnTheHostThatDiscoveryNames(t *testing.T) {
	t.Parallel()
	issuer, keys := remote(t), authtest.NewIssuer(t, authtest.Name("https://keys.example/"))
	keys.Publish(issuer.KeySet())
	issuer.Announce(map[string]any{"jwks_uri": keys.KeySetURL()})
	net := hosts{"tenant.example": issuer.Transport(), "keys.example": keys.Transport()}
	wantCode(t, newVerifier(t, auth.Config{Transport: net}, issuer), issuer.Token(nil), "")
	if issuer.KeySets() != 0 || keys.KeySets() != 1 {
		t.Errorf("%d and %d fetches, want none and one", issuer.KeySets(), keys.KeySets())
	}
}

func TestAKeySetThatMovesIsFoundAgain(t *testing.T) {
	t.Parallel()
	issuer, keys := remote(t), authtest.NewIssuer(t, authtest.Name("https://keys.example/"))
	net := hosts{"tenant.example": issuer.Transport(), "keys.example": keys.Transport()}
	verifier := newVerifier(t, auth.Config{Transport: net}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	issuer.Rotate()
	keys.Publish(issuer.KeySet())
	issuer.Announce(map[string]any{"jwks_uri": keys.KeySetURL()})
	issuer.BreakKeySet(authtest.Answer(http.StatusGone, "text/plain", "moved"))
	wantCode(t, verifier, issuer.Token(nil), auth.KeysUnavailable)
	wantCode(t, verifier, issuer.Token(nil), "")
}

func TestAConfiguredKeySetNeedsNoDiscovery(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.BreakDiscovery(authtest.Down())
	trusted := trusting(issuer)
	trusted.KeySetURL = issuer.KeySetURL()
	wantCode(t, newVerifier(t, auth.Config{Issuers: []auth.Issuer{trusted}}), issuer.Token(nil), "")
	if n := issuer.Discoveries(); n != 0 {
		t.Errorf("%d discoveries, want none", n)
	}
}
