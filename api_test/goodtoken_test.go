package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestTokensAsIssuersWriteThemAreAccepted(t *testing.T) {
	t.Parallel()
	const admin, notes = "/api/messages/admin", "/trial/scope"
	s := start(t, noRateLimit)
	for _, tt := range []struct {
		name string
		make builder
	}{
		{"a token as Auth0 writes it", good()},
		{"typ at+jwt", header(map[string]any{"typ": "at+jwt"})},
		{"typ AT+JWT in capital letters", header(map[string]any{"typ": "AT+JWT"})},
		{"typ application/at+jwt", header(map[string]any{"typ": "application/at+jwt"})},
		{"typ jwt in small letters", header(map[string]any{"typ": "jwt"})},
		{"no typ", header(map[string]any{"typ": authtest.Absent})},
		{"no kid where there is one key", header(map[string]any{"kid": authtest.Absent})},
		{"header members that nobody knows", header(map[string]any{"x5t": "abc", "x5t#S256": "abc", "acme": []int{1}})},
		{"a nonce in the header", header(map[string]any{"nonce": "n"})},
		{"blanks in the header", rawHeader(" {\r\n\t\"alg\" : \"RS256\" , \"kid\" : \"KID\" } ")},
		{"escapes in the header", rawHeader(`{"\u0061lg":"RS\u0032\u0035\u0036","kid":"KID"}`)},
		{"the least of claims", payload(`{"iss":"ISSUER","sub":"a","aud":"AUDIENCE","exp":LATER}`)},
		{"several audiences", claim("aud", []string{"https://other.example/", "https://api.example.com/", "https://tenant.example/userinfo"})},
		{"the same audience twice", claim("aud", []string{"https://api.example.com/", "https://api.example.com/"})},
		{"an audience that is the client too", claim("azp", "https://api.example.com/")},
		{"no iat", claim("iat", authtest.Absent)},
		{"issued ten years ago", claim("iat", in(-10*365*24*time.Hour))},
		{"expired within the skew", claim("exp", in(-20*time.Second))},
		{"valid within the skew", claim("nbf", in(25*time.Second))},
		{"issued within the skew", claim("iat", in(25*time.Second))},
		{"valid for a hundred years", claim("exp", in(100*365*24*time.Hour))},
		{"huge numbers in other claims", rawClaim("x", "[1e999,12345678901234567890]")},
		{"names from all over the world", claim("name", "Ада 艾达 \U0001F600 \u0000")},
		{"claims in namespaces", claim("https://api.example.com/roles", []any{"admin", nil, 1})},
		{"a confirmation in another case is another claim", claim("CNF", map[string]any{"jkt": "x"})},
		{"a token close to the limit", claim("blob", strings.Repeat("x", auth.MaxTokenSize*3/4-1000))},
		{"bearer in small letters", fields("bearer TOKEN")},
		{"BEARER in capital letters", fields("BEARER TOKEN")},
		{"blanks behind the token, which HTTP drops", fields("Bearer TOKEN   ")},
		{"a query of something else", at("/api/v1/me?token=x&access_tokens=y&q=access_token", good())},
		{"scope as a text", at(notes, claim("scope", "openid read:notes profile"))},
		{"scope with blanks too many", at(notes, claim("scope", "  read:notes  "))},
		{"C7: scope as a list", at(notes, claim("scope", []string{"openid", "read:notes"}))},
		{"scp as a text", at(notes, claims(map[string]any{"scope": authtest.Absent, "scp": "read:notes"}))},
		{"scp as a list", at(notes, claims(map[string]any{"scope": authtest.Absent, "scp": []string{"read:notes"}}))},
		{"scope and scp together", at(notes, claims(map[string]any{"scope": "openid", "scp": []string{"read:notes"}}))},
		{"permissions as a list", at(admin, claim("permissions", []string{"read:notes", "read:admin-messages"}))},
		{"C7: permissions as a text", at(admin, claim("permissions", "read:notes read:admin-messages"))},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request := tt.make(s.Issuer)
			s.mustAccept(t, request)
			s.mustAccept(t, request) // and from memory
		})
	}
}

func TestTheCallerIsWhoTheTokenSays(t *testing.T) {
	t.Parallel()
	s := start(t)
	expiry := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	token := s.Issuer.Token(map[string]any{
		"sub": "auth0|grace", "azp": "spa", "scope": "openid read:notes",
		"permissions": []string{"read:admin-messages"}, "exp": expiry.Unix(),
	})
	want := `{"subject":"auth0|grace","issuer":"` + s.Issuer.URL() + `","clientId":"spa","scopes":["openid","read:notes"],` +
		`"permissions":["read:admin-messages"],"expiresAt":"` + expiry.Format(time.RFC3339) + `"}`
	if a := s.get(t, "/api/v1/me", token); a.Status != http.StatusOK || a.Body != want {
		t.Errorf("got %d %s\nwant %s", a.Status, a.Body, want)
	}
	bare := s.Issuer.Token(map[string]any{"scope": authtest.Absent, "azp": authtest.Absent})
	if a := s.get(t, "/api/v1/me", bare); !strings.Contains(a.Body, `"scopes":[],"permissions":[]`) || strings.Contains(a.Body, "clientId") {
		t.Errorf("without rights and client the answer is %s", a.Body)
	}
}

func TestNoCallerSeesWhatIsAnothers(t *testing.T) {
	t.Parallel()
	s := start(t)
	admin := s.Issuer.Token(map[string]any{"sub": "auth0|ada", "permissions": []string{"read:admin-messages"}})
	other := s.Issuer.Token(map[string]any{"sub": "auth0|grace"})
	for range 3 {
		if a := s.get(t, "/api/messages/admin", admin); a.Status != http.StatusOK {
			t.Errorf("the admin got %d", a.Status)
		}
		if a := s.get(t, "/api/messages/admin", other); a.Status != http.StatusForbidden {
			t.Errorf("the other got %d", a.Status)
		}
		if a := s.get(t, "/api/v1/me", other); !strings.Contains(a.Body, "auth0|grace") {
			t.Errorf("the other is taken for %s", a.Body)
		}
	}
}
