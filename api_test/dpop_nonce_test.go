package api_test

import (
	"crypto/rand"
	"crypto/rsa"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
)

// askNonce sends a proof of yesterday and returns the nonce that it is refused
// with.
func askNonce(t *testing.T, s *server, h authtest.Holder, token string) string {
	t.Helper()
	old := map[string]any{"iat": time.Now().Unix() - 86400}
	a := s.do(t, proved(call{Path: whoAmI}, token, h.Proof("GET", outside+whoAmI, token, nil, old)))
	if a.Problem.Code != "proof_stale" || a.Header.Get("DPoP-Nonce") == "" {
		t.Fatalf("%d %s %v", a.Status, a.Body, a.Header)
	}
	return a.Header.Get("DPoP-Nonce")
}

// withNonce asks with a proof that carries the nonce.
func withNonce(t *testing.T, s *server, h authtest.Holder, token, nonce string) answer {
	t.Helper()
	c := proved(call{Path: whoAmI}, token, h.Proof("GET", outside+whoAmI, token, nil, map[string]any{"nonce": nonce}))
	return s.do(t, c.with("Origin", app))
}

// Servers of one database take each other's nonces, and no others.
func TestANonceIsGoodAtAllServersOfADatabase(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	p.a.promise(t)
	p.b.promise(t)
	nonce := askNonce(t, p.a, p.holder, p.token)
	for name, s := range map[string]*server{"its server": p.a, "the other": p.b} {
		if a := withNonce(t, s, p.holder, p.token, nonce); a.Status != 200 {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
	}
	alone := startWith(t, p.a.Issuer, takesProofs)
	a := withNonce(t, alone, p.holder, p.token, nonce)
	if a.Status != 401 || a.Problem.Code != "proof_nonce" || a.Header.Get("DPoP-Nonce") == "" {
		t.Errorf("a server without the database: %d %s", a.Status, a.Body)
	}
}

// An answer brings the next nonce before the present one ends, so that a client
// with a wrong clock is asked once, and not every five minutes.
func TestAnAnswerRenewsTheNonce(t *testing.T) {
	t.Parallel()
	now := &clock{}
	s := launchOptions(t, authtest.NewIssuer(t), serve.Options{Clock: now.Now}, takesProofs)
	s.waitReady(t)
	s.promised = mustPromise(t)
	h := authtest.NewHolder("ES256")
	token := boundTo(s.Issuer, h, nil)
	now.pass(0)
	first := askNonce(t, s, h, token)
	mustRenew := func(what, nonce string, renew bool) string {
		t.Helper()
		a := withNonce(t, s, h, token, nonce)
		next := a.Header.Get("DPoP-Nonce")
		if a.Status != 200 || (next != "") != renew || next == nonce {
			t.Errorf("%s: %d %s, the next nonce is %q", what, a.Status, a.Body, next)
		}
		mustBeReadable(t, a)
		return next
	}
	now.pass(2 * time.Minute)
	mustRenew("young", first, false)
	now.pass(time.Minute)
	second := mustRenew("old", first, true)
	mustRenew("the next one", second, false)
	now.pass(2 * time.Minute)
	if a := withNonce(t, s, h, token, first); a.Problem.Code != "proof_nonce" {
		t.Errorf("at its end: %d %s", a.Status, a.Body)
	}
	mustRenew("the next one goes on", second, false)
}

// The thumbprint alone does not make a key that others can work out a good one.
func TestAProofOfAWeakKeyIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, takesProofs)
	for bits, code := range map[int]string{1024: "proof_malformed", 2047: "proof_malformed", 2048: ""} {
		private, err := rsa.GenerateKey(rand.Reader, bits)
		if err != nil {
			t.Fatal(err)
		}
		h := authtest.Holder{Key: &authtest.Key{Algorithm: "RS256", Private: private}}
		token := boundTo(s.Issuer, h, nil)
		a := s.do(t, proved(call{Path: whoAmI}, token, h.Proof("GET", outside+whoAmI, token, nil, nil)))
		if a.Problem.Code != code || (a.Status == 200) != (code == "") {
			t.Errorf("%d bits: %d %s, want %q", bits, a.Status, a.Body, code)
		}
	}
}
