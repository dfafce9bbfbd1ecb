package auth_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestTokensAsIssuersWriteThemAreAccepted(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	for _, tt := range []struct {
		name string
		make func(*authtest.Issuer) string
	}{
		{"as the stand-in writes it", claimSet(nil)},
		{"typ at+jwt", header(map[string]any{"typ": "at+jwt"})},
		{"typ AT+JWT", header(map[string]any{"typ": "AT+JWT"})},
		{"typ application/at+jwt", header(map[string]any{"typ": "application/at+jwt"})},
		{"typ jwt in small letters", header(map[string]any{"typ": "jwt"})},
		{"no typ", header(map[string]any{"typ": authtest.Absent})},
		{"no kid, where the issuer has one key", header(map[string]any{"kid": authtest.Absent})},
		{"unknown header members", header(map[string]any{"x5t": "abc", "nonce": "n", "acme": map[string]any{"a": 1}})},
		{"blanks within the header", rawHeader(" {\n\t\"alg\" : \"RS256\" , \"kid\" : \"KID\" }\r\n ")},
		{"escapes within the header", rawHeader(`{"\u0061lg":"RS\u0032\u0035\u0036","kid":"KID"}`)},
		{"several audiences", claim("aud", []string{"https://other.example/", "https://api.example.com/", "https://tenant.example/userinfo"})},
		{"an audience that is also the client", claimSet(map[string]any{"azp": "https://api.example.com/"})},
		{"no iat", claim("iat", authtest.Absent)},
		{"iat in the future within the skew", claim("iat", ago(-20*time.Second))},
		{"nbf in the future within the skew", claim("nbf", ago(-20*time.Second))},
		{"expired within the skew", claim("exp", ago(20*time.Second))},
		{"expires in the year 5138", claim("exp", 99_999_999_999)},
		{"integers of 20 digits in other claims", rawClaim("x", "12345678901234567890")},
		{"numbers beyond every format in other claims", rawClaim("x", "1e999")},
		{"a jti", claim("jti", "3fb2")},
		{"names from all over the world", claim("name", "Ада 艾达 \u0000 \U0001F600")},
		{"claims in namespaces", claim("https://api.example.com/roles", []any{"a", nil, 1})},
		{"the confirmation's name in another case", claim("CNF", map[string]any{"jkt": "x"})},
		{"claims nested 16 deep", rawClaim("x", strings.Repeat("[", 15)+strings.Repeat("]", 15))},
		{"as large as allowed", largest},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token := tt.make(issuer)
			wantCode(t, verifier, token, "")
			wantCode(t, verifier, token, "") // and remembered
		})
	}
}

// largest is a good token of as many bytes as are allowed, or up to two fewer:
// base64 has no text of every length.
func largest(i *authtest.Issuer) string {
	blob := auth.MaxTokenSize * 3 / 4
	for {
		token := i.Token(map[string]any{"blob": strings.Repeat("x", blob)})
		if len(token) <= auth.MaxTokenSize {
			return token
		}
		blob -= max(1, (len(token)-auth.MaxTokenSize)*3/4-4)
	}
}

func TestEveryConfiguredAlgorithmIsAccepted(t *testing.T) {
	t.Parallel()
	for _, algorithm := range auth.Algorithms() {
		t.Run(algorithm, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.NewIssuer(t, authtest.Algorithm(algorithm))
			verifier := newVerifier(t, auth.Config{}, issuer)
			wantCode(t, verifier, issuer.Token(nil), "")
			wantCode(t, verifier, byOtherKey(algorithm)(issuer), auth.SignatureBad)
			wantCode(t, verifier, parts(func(p []string) { p[2] = "AA" })(issuer), auth.SignatureBad)
			bare := issuer.Key().JWK()
			delete(bare, "alg")
			delete(bare, "use")
			issuer.Publish(authtest.Set(bare))
			refresh(t, verifier, issuer)
			wantCode(t, verifier, issuer.Token(map[string]any{"jti": "without alg and use in the set"}), "")
		})
	}
}

func TestOneIssuerMayHaveSeveralAlgorithms(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	keys := []*authtest.Key{issuer.Key(), authtest.NewKey("es", "ES256"), authtest.NewKey("ed", "EdDSA"), authtest.NewKey("ps", "PS512")}
	var published []map[string]any
	for _, key := range keys {
		published = append(published, key.JWK())
	}
	issuer.Publish(authtest.Set(published...))
	trusted := trusting(issuer)
	trusted.Algorithms = []string{"RS256", "ES256", "EdDSA", "PS512"}
	verifier := newVerifier(t, auth.Config{Issuers: []auth.Issuer{trusted}})
	for _, key := range keys {
		wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), key), "")
		// With several algorithms each key still is the only one of its kind.
		wantCode(t, verifier, issuer.Sign(map[string]any{"kid": authtest.Absent}, issuer.Payload(nil), key), "")
	}
	// The set says that this key is for RS256.
	wantCode(t, verifier, issuer.Sign(map[string]any{"alg": "PS512"}, issuer.Payload(nil), nil), auth.KeyUnknown)
}

func TestOnlyExplainTellsValues(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	silent := newVerifier(t, auth.Config{}, issuer)
	telling := newVerifier(t, auth.Config{Explain: true}, issuer)
	token := issuer.Token(map[string]any{"aud": "https://other.example/"})
	for _, tt := range []struct {
		name     string
		verifier *auth.Verifier
		want     bool
	}{{"silent", silent, false}, {"telling", telling, true}} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := tt.verifier.Verify(t.Context(), token)
			refusal, ok := errors.AsType[*auth.Refusal](err)
			if !ok || strings.Contains(refusal.Specific, "https://other.example/") != tt.want || (refusal.Specific != "") != tt.want {
				t.Errorf("got %+v", refusal)
			}
		})
	}
}
