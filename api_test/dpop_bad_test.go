package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

// badProof is one that has to be refused: a good one changed in this way.
type badProof struct {
	name           string
	header, claims map[string]any
	code           string
}

func headerOf(name string, value any) map[string]any { return map[string]any{name: value} }

func TestABadProofIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, takesProofs, noRateLimit)
	h, other := authtest.NewHolder("ES256"), authtest.NewHolder("ES256")
	token := boundTo(s.Issuer, h, nil)
	key := func(changes map[string]any) map[string]any {
		jwk := h.PublicKey()
		for name, value := range changes {
			jwk[name] = value
		}
		return headerOf("jwk", jwk)
	}
	const form, where = "proof_malformed", "proof_mismatch"
	now := time.Now().Unix()
	for _, tt := range []badProof{
		{"an access token's type", headerOf("typ", "JWT"), nil, form},
		{"the type of RFC 9068", headerOf("typ", "at+jwt"), nil, form},
		{"no type", headerOf("typ", authtest.Absent), nil, form},
		{"an empty type", headerOf("typ", ""), nil, form},
		{"a type that is a number", headerOf("typ", 1), nil, form},
		{"a media type in full", headerOf("typ", "application/dpop+jwt"), nil, form},
		{"alg none", headerOf("alg", "none"), nil, form},
		{"alg with a shared secret", headerOf("alg", "HS256"), nil, form},
		{"no alg", headerOf("alg", authtest.Absent), nil, form},
		{"an alg in small letters", headerOf("alg", "es256"), nil, form},
		{"an alg of another curve", headerOf("alg", "ES384"), nil, form},
		{"an alg of another kind of key", headerOf("alg", "RS256"), nil, form},
		{"no key", headerOf("jwk", authtest.Absent), nil, form},
		{"a key that is null", headerOf("jwk", nil), nil, form},
		{"a key that is text", headerOf("jwk", "key"), nil, form},
		{"a list of keys", headerOf("jwk", []any{h.PublicKey()}), nil, form},
		{"an empty key", headerOf("jwk", map[string]any{}), nil, form},
		{"a private key", key(map[string]any{"d": "AAAA"}), nil, form},
		{"a member of a private RSA key", key(map[string]any{"p": "AAAA"}), nil, form},
		{"a shared secret", headerOf("jwk", map[string]any{"kty": "oct", "k": "AAAA"}), nil, form},
		{"a secret beside the key", key(map[string]any{"k": "AAAA"}), nil, form},
		{"a key for encryption", key(map[string]any{"use": "enc"}), nil, form},
		{"a key of another algorithm", key(map[string]any{"alg": "ES512"}), nil, form},
		{"a key that may not verify", key(map[string]any{"key_ops": []string{"sign"}}), nil, form},
		{"a key of an unknown kind", key(map[string]any{"kty": "ABC"}), nil, form},
		{"a key of an unknown curve", key(map[string]any{"crv": "P-1"}), nil, form},
		{"a point that is not on the curve", key(map[string]any{"x": h.PublicKey()["y"]}), nil, form},
		{"half of a point", key(map[string]any{"y": ""}), nil, form},
		{"somebody else's key", headerOf("jwk", other.PublicKey()), nil, "proof_key_wrong"},
		{"critical members", headerOf("crit", []string{"exp"}), nil, form},
		{"another coding of the payload", headerOf("b64", false), nil, form},
		{"a compressed payload", headerOf("zip", "DEF"), nil, form},
		{"the address of a key", headerOf("jku", "https://evil.example/keys"), nil, form},
		{"the address of a certificate", headerOf("x5u", "https://evil.example/"), nil, form},
		{"a certificate", headerOf("x5c", []string{"AAAA"}), nil, form},

		{"no jti", nil, headerOf("jti", authtest.Absent), form},
		{"an empty jti", nil, headerOf("jti", ""), form},
		{"a jti that is a number", nil, headerOf("jti", 7), form},
		{"a jti too long", nil, headerOf("jti", strings.Repeat("x", 257)), form},
		{"a jti with a line break", nil, headerOf("jti", "a\nb"), form},
		{"no htm", nil, headerOf("htm", authtest.Absent), form},
		{"another method", nil, headerOf("htm", "POST"), where},
		{"a method in small letters", nil, headerOf("htm", "get"), where},
		{"methods in a list", nil, headerOf("htm", []string{"GET"}), form},
		{"no htu", nil, headerOf("htu", authtest.Absent), form},
		{"another path", nil, headerOf("htu", outside+"/api/v1/you"), where},
		{"a slash too many", nil, headerOf("htu", outside+whoAmI+"/"), where},
		{"two slashes", nil, headerOf("htu", outside+"//api/v1/me"), where},
		{"a path in capitals", nil, headerOf("htu", outside+"/API/v1/me"), where},
		{"an escaped slash", nil, headerOf("htu", outside+"/api%2Fv1/me"), where},
		{"no path", nil, headerOf("htu", outside), where},
		{"a path alone", nil, headerOf("htu", whoAmI), where},
		{"another host", nil, headerOf("htu", "https://api.example.com.evil.example"+whoAmI), where},
		{"a user before the host", nil, headerOf("htu", "https://api.example.com@evil.example"+whoAmI), where},
		{"a user before our host", nil, headerOf("htu", "https://ada@api.example.com"+whoAmI), where},
		{"a dot behind the host", nil, headerOf("htu", "https://api.example.com."+whoAmI), where},
		{"http", nil, headerOf("htu", "http://api.example.com"+whoAmI), where},
		{"another port", nil, headerOf("htu", "https://api.example.com:8443"+whoAmI), where},
		{"a broken escape", nil, headerOf("htu", outside+"/api/v1/%zz"), where},
		{"a bad address", nil, headerOf("htu", "https://[::1"+whoAmI), where},
		{"no ath", nil, headerOf("ath", authtest.Absent), form},
		{"the ath of another token", nil, headerOf("ath", "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo"), where},
		{"the token itself as ath", nil, headerOf("ath", token), where},
		{"no iat", nil, headerOf("iat", authtest.Absent), form},
		{"an iat that is text", nil, headerOf("iat", "now"), form},
		{"an iat with a fraction", nil, headerOf("iat", 1.5), form},
		{"an iat before 1970", nil, headerOf("iat", -1), form},
		{"an iat in milliseconds", nil, headerOf("iat", now*1000), form},
		{"an iat of two minutes ago", nil, headerOf("iat", now-120), "proof_stale"},
		{"an iat of the day before", nil, headerOf("iat", now-86400), "proof_stale"},
		{"an iat in two minutes", nil, headerOf("iat", now+120), "proof_stale"},
		{"a nonce that is a number", nil, headerOf("nonce", 1), form},
		{"a nonce of one's own", nil, headerOf("nonce", "mine"), "proof_nonce"},
		{"a nonce as long as ours", nil, headerOf("nonce", strings.Repeat("A", 64)), "proof_nonce"},
	} {
		proof := h.Proof("GET", outside+whoAmI, token, tt.header, tt.claims)
		s.mustRefuseProof(t, tt.name, token, tt.code, proof)
	}
}

func (s *server) mustRefuseProof(t *testing.T, name, token, code string, proofs ...string) {
	t.Helper()
	c := proved(call{Path: whoAmI}, token, proofs...)
	c.Header.Set("Origin", app)
	a := s.do(t, c)
	if a.Status != 401 || a.Problem.Code != code || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "DPoP realm=") {
		t.Errorf("%s: %d %s %q, want %s", name, a.Status, a.Body, a.Header.Get("WWW-Authenticate"), code)
	}
	mustBeReadable(t, a)
}

func TestAProofOfAnotherFormIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, takesProofs, noRateLimit)
	h := authtest.NewHolder("ES256")
	token := boundTo(s.Issuer, h, nil)
	good := func() string { return h.Proof("GET", outside+whoAmI, token, nil, nil) }
	parts := strings.Split(good(), ".")
	used := good()
	if a := s.do(t, proved(call{Path: whoAmI}, token, used)); a.Status != 200 {
		t.Fatalf("the good one: %d %s", a.Status, a.Body)
	}
	same := h.Proof("GET", outside+whoAmI, token, nil, headerOf("jti", "one"))
	again := h.Proof("GET", outside+whoAmI, token, nil, map[string]any{"jti": "one", "iat": time.Now().Unix() - 30})
	s.do(t, proved(call{Path: whoAmI}, token, same))
	for _, tt := range []struct {
		name, code string
		proofs     []string
	}{
		{"an empty one", "proof_malformed", []string{""}},
		{"two headers", "proof_malformed", []string{good(), good()}},
		{"two in one header", "proof_malformed", []string{good() + ", " + good()}},
		{"one word", "proof_malformed", []string{"proof"}},
		{"two parts", "proof_malformed", []string{parts[0] + "." + parts[1]}},
		{"four parts", "proof_malformed", []string{good() + ".x"}},
		{"an encrypted one", "proof_malformed", []string{"a.b.c.d.e"}},
		{"a blank within", "proof_malformed", []string{parts[0] + " ." + parts[1] + "." + parts[2]}},
		{"padding", "proof_malformed", []string{good() + "="}},
		{"one too large", "proof_malformed", []string{h.Proof("GET", outside+whoAmI, token, nil, headerOf("x", strings.Repeat("x", 8<<10)))}},
		{"the access token", "proof_malformed", []string{token}},
		{"a member twice", "proof_malformed", []string{h.SignRaw([]byte(`{"typ":"dpop+jwt","typ":"dpop+jwt","alg":"ES256"}`), []byte(`{}`))}},
		{"claims that are a list", "proof_malformed", []string{authtest.Compact([]byte(`{"typ":"dpop+jwt"}`), []byte(`[]`), []byte("x"))}},
		{"a deep header", "proof_malformed", []string{h.SignRaw([]byte(strings.Repeat(`{"a":`, 40)+"1"+strings.Repeat("}", 40)), []byte(`{}`))}},
		{"no signature", "proof_signature_bad", []string{parts[0] + "." + parts[1] + "."}},
		{"the signature of another proof", "proof_signature_bad", []string{parts[0] + "." + parts[1] + "." + strings.Split(good(), ".")[2]}},
		{"signed by somebody else", "proof_signature_bad", []string{authtest.NewHolder("ES256").Proof("GET", outside+whoAmI, token, headerOf("jwk", h.PublicKey()), nil)}},
		{"one that was used", "proof_replayed", []string{used}},
		{"a jti that was used, at another time", "proof_replayed", []string{again}},
	} {
		s.mustRefuseProof(t, tt.name, token, tt.code, tt.proofs...)
	}
}
