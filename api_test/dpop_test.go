package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

// outside is the address that clients call, and that proofs are made for.
const outside = "https://api.example.com"

// takesProofs lets tokens be bound to a key.
func takesProofs(s *config.Settings) {
	s.PublicURL, s.DPoPNonce = outside, "needed"
	for i := range s.Issuers {
		s.Issuers[i].DPoP = "allowed"
	}
}

// boundTo is a good token, bound to the holder's key, changed by the claims.
func boundTo(i *authtest.Issuer, h authtest.Holder, claims map[string]any) string {
	all := h.Confirmation()
	for name, value := range claims {
		all[name] = value
	}
	return i.Token(all)
}

// proved is the call with a token that is bound, and these proofs.
func proved(c call, token string, proofs ...string) call {
	c.Header = http.Header{"Authorization": {"DPoP " + token}}
	if len(proofs) > 0 {
		c.Header["Dpop"] = proofs
	}
	return c
}

const whoAmI = "/api/v1/me"

func TestAProofLetsABoundTokenPass(t *testing.T) {
	t.Parallel()
	s := start(t, takesProofs, noRateLimit)
	for _, algorithm := range []string{"ES256", "ES384", "ES512", "EdDSA", "RS256", "RS512", "PS256"} {
		h := authtest.NewHolder(algorithm)
		token := boundTo(s.Issuer, h, nil)
		if a := s.do(t, proved(call{Path: whoAmI}, token, h.Proof("GET", outside+whoAmI, token, nil, nil))); a.Status != 200 {
			t.Errorf("%s: %d %s", algorithm, a.Status, a.Body)
		}
	}
	h := authtest.NewHolder("ES256")
	token := boundTo(s.Issuer, h, nil)
	for _, tt := range []struct {
		name, method, path, address string
		header, claims              map[string]any
	}{
		{"the query of the request does not count", "GET", whoAmI + "?a=1", outside + whoAmI, nil, nil},
		{"the query of the proof does not count", "GET", whoAmI, outside + whoAmI + "?b=2#c", nil, nil},
		{"capitals of scheme and host do not count", "GET", whoAmI, "HTTPS://API.Example.COM" + whoAmI, nil, nil},
		{"the default port does not count", "GET", whoAmI, "https://api.example.com:443" + whoAmI, nil, nil},
		{"an escape that is not needed does not count", "GET", whoAmI, outside + "/api/v1/%6De", nil, nil},
		{"HEAD is a method", "HEAD", whoAmI, outside + whoAmI, nil, nil},
		{"a proof of a minute ago", "GET", whoAmI, outside + whoAmI, nil, map[string]any{"iat": time.Now().Unix() - 60}},
		{"a proof of the near future", "GET", whoAmI, outside + whoAmI, nil, map[string]any{"iat": time.Now().Unix() + 20}},
		{"a type in capitals", "GET", whoAmI, outside + whoAmI, map[string]any{"typ": "DPoP+JWT"}, nil},
		{"a key id beside the key", "GET", whoAmI, outside + whoAmI, map[string]any{"kid": "mine"}, nil},
		{"a claim that nobody knows", "GET", whoAmI, outside + whoAmI, nil, map[string]any{"device": "phone"}},
	} {
		proof := h.Proof(tt.method, tt.address, token, tt.header, tt.claims)
		if a := s.do(t, proved(call{Method: tt.method, Path: tt.path}, token, proof)); a.Status != 200 {
			t.Errorf("%s: %d %s", tt.name, a.Status, a.Body)
		}
	}
	// An escape in the request is undone on both sides alike.
	proof := h.Proof("GET", outside+"/api/v1/%2e%2e/v1/me", token, nil, nil)
	if a := s.do(t, proved(call{Path: whoAmI}, token, proof)); a.Problem.Code != "proof_mismatch" {
		t.Errorf("a path that resolves to the same: %d %s", a.Status, a.Body)
	}
}

// The scheme of the credential and the token have to fit each other.
func TestBoundTokensAndTheirScheme(t *testing.T) {
	t.Parallel()
	allowed, off := start(t, takesProofs, noRateLimit), start(t, noRateLimit)
	required := start(t, takesProofs, noRateLimit, func(s *config.Settings) { s.Issuers[0].DPoP = "required" })
	h := authtest.NewHolder("ES256")
	for _, tt := range []struct {
		name            string
		at              *server
		scheme          string
		bound, proved   bool
		claims          map[string]any
		status          int
		code, challenge string
	}{
		{"bound, as a bearer token", allowed, "Bearer", true, true, nil, 401, "token_sender_constrained", `DPoP realm="postern", error="invalid_token"`},
		{"not bound, with a proof", allowed, "DPoP", false, true, nil, 401, "token_unbound", `Bearer realm="postern", error="invalid_token"`},
		{"not bound, as a bearer token", allowed, "Bearer", false, false, nil, 200, "", ""},
		{"not bound, as a bearer token with a proof too many", allowed, "Bearer", false, true, nil, 200, "", ""},
		{"bound, expired", allowed, "DPoP", true, true, map[string]any{"exp": time.Now().Unix() - 600}, 401, "token_expired", `DPoP realm="postern", error="invalid_token"`},
		{"bound, of another audience", allowed, "DPoP", true, true, map[string]any{"aud": "x"}, 401, "audience_wrong", `DPoP `},
		{"bound, no proof", allowed, "DPoP", true, false, nil, 401, "proof_missing", `DPoP realm="postern", error="invalid_dpop_proof"`},
		{"bound by a certificate", allowed, "DPoP", false, true, map[string]any{"cnf": map[string]any{"x5t#S256": h.Thumbprint()}}, 401, "token_sender_constrained", ""},
		{"bound by a certificate as well", allowed, "DPoP", false, true, map[string]any{"cnf": map[string]any{"jkt": h.Thumbprint(), "x5t#S256": "x"}}, 401, "token_sender_constrained", ""},
		{"bound to no thumbprint", allowed, "DPoP", false, true, map[string]any{"cnf": map[string]any{"jkt": "short"}}, 401, "token_sender_constrained", ""},
		{"bound to a list", allowed, "DPoP", false, true, map[string]any{"cnf": []string{h.Thumbprint()}}, 401, "token_sender_constrained", ""},
		{"bound to text", allowed, "DPoP", false, true, map[string]any{"cnf": h.Thumbprint()}, 401, "token_sender_constrained", ""},
		{"required and bound", required, "DPoP", true, true, nil, 200, "", ""},
		{"required and not bound", required, "Bearer", false, false, nil, 401, "proof_required", `DPoP realm="postern", error="invalid_token"`},
		{"required, bound, as a bearer token", required, "Bearer", true, true, nil, 401, "token_sender_constrained", ""},
		{"off, bound", off, "DPoP", true, true, nil, 401, "token_sender_constrained", `Bearer `},
		{"off, bound, as a bearer token", off, "Bearer", true, false, nil, 401, "token_sender_constrained", ""},
	} {
		token := tt.at.Issuer.Token(tt.claims)
		if tt.bound {
			token = boundTo(tt.at.Issuer, h, tt.claims)
		}
		c := call{Path: whoAmI}.with("Origin", app)
		c.Header.Set("Authorization", tt.scheme+" "+token)
		if tt.proved {
			c.Header.Set("DPoP", h.Proof("GET", outside+whoAmI, token, nil, nil))
		}
		a := tt.at.do(t, c)
		if a.Status != tt.status || a.Problem.Code != tt.code || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), tt.challenge) {
			t.Errorf("%s: %d %s %q", tt.name, a.Status, a.Body, a.Header.Get("WWW-Authenticate"))
		}
		if a.Status != 200 {
			mustBeReadable(t, a)
		}
	}
	a := allowed.do(t, call{Path: whoAmI})
	if all := a.Header.Values("WWW-Authenticate"); len(all) != 2 || !strings.HasPrefix(all[1], `DPoP algs="RS256`) {
		t.Errorf("who brings nothing is told %q", all)
	}
}

// A client with a wrong clock learns the server's time by its nonce.
func TestANonceStandsForTheTime(t *testing.T) {
	t.Parallel()
	h := authtest.NewHolder("ES256")
	late := map[string]any{"iat": time.Now().Unix() - 86400}
	for name, s := range map[string]*server{
		"needed": start(t, takesProofs),
		"always": start(t, takesProofs, func(s *config.Settings) { s.DPoPNonce = "always" }),
	} {
		token := boundTo(s.Issuer, h, nil)
		a := s.do(t, proved(call{Path: whoAmI}, token, h.Proof("GET", outside+whoAmI, token, nil, late)))
		nonce := a.Header.Get("DPoP-Nonce")
		code := map[string]string{"needed": "proof_stale", "always": "proof_nonce"}[name]
		if a.Status != 401 || a.Problem.Code != code || nonce == "" || !strings.Contains(a.Header.Get("WWW-Authenticate"), `error="use_dpop_nonce"`) {
			t.Fatalf("%s: %d %s %v", name, a.Status, a.Body, a.Header)
		}
		late["nonce"] = nonce
		a = s.do(t, proved(call{Path: whoAmI}, token, h.Proof("GET", outside+whoAmI, token, nil, late)))
		if a.Status != 200 || a.Header.Get("DPoP-Nonce") != "" {
			t.Errorf("%s: with the nonce %d %s %v", name, a.Status, a.Body, a.Header)
		}
		delete(late, "nonce")
	}
}

func TestAProofIsMadeForTheAddressOutside(t *testing.T) {
	t.Parallel()
	s := start(t, takesProofs, func(s *config.Settings) { s.PublicURL = "https://example.com/backend" })
	h := authtest.NewHolder("ES256")
	token := boundTo(s.Issuer, h, nil)
	for address, status := range map[string]int{
		"https://example.com/backend" + whoAmI: 200, "https://example.com" + whoAmI: 401, s.URL + whoAmI: 401,
	} {
		c := proved(call{Path: whoAmI, Host: "evil.example"}, token, h.Proof("GET", address, token, nil, nil))
		c.Header.Set("X-Forwarded-Host", "evil.example")
		if a := s.do(t, c); a.Status != status {
			t.Errorf("%s: %d %s", address, a.Status, a.Body)
		}
	}
}
