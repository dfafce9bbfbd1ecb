package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

const logoutPath = "/auth/backchannel-logout"

func takesLogouts(s *config.Settings) { s.LogoutClients = []string{"spa", "mobile"} }

// logoutClaims are those of a good logout token, changed by those given.
func logoutClaims(i *authtest.Issuer, claims map[string]any) []byte {
	all := map[string]any{
		"iss": i.URL(), "aud": "spa", "iat": time.Now().Unix(), "exp": time.Now().Unix() + 120, "jti": "logout-1",
		"sub": "auth0|ada", "events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	for name, value := range claims {
		if all[name] = value; value == authtest.Absent {
			delete(all, name)
		}
	}
	text, _ := json.Marshal(all)
	return text
}

func logoutToken(i *authtest.Issuer, claims map[string]any) string {
	return i.Sign(map[string]any{"typ": "logout+jwt"}, logoutClaims(i, claims), nil)
}

func sayLogout(token string) call {
	c := call{Method: "POST", Path: logoutPath, Body: url.Values{"logout_token": {token}}.Encode()}
	return c.with("Content-Type", "application/x-www-form-urlencoded")
}

func TestALogoutTokenThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, takesLogouts, noRateLimit)
	i := s.Issuer
	good := func(claims map[string]any) string { return logoutToken(i, claims) }
	header := func(members map[string]any) string { return i.Sign(members, logoutClaims(i, nil), nil) }
	sign := func(claims string) string { return i.Sign(map[string]any{"typ": "logout+jwt"}, []byte(claims), nil) }
	event := "http://schemas.openid.net/event/backchannel-logout"
	now := time.Now().Unix()
	for _, tt := range []struct{ name, token, why string }{
		{"nothing", "", "token_malformed"},
		{"a word", "x", "token_opaque"},
		{"an access token", i.Token(nil), "audience_wrong"},
		{"an access token for the client", i.Token(map[string]any{"aud": "spa"}), "claims_invalid"},
		{"an ID token with the event", good(map[string]any{"nonce": "n"}), "claims_invalid"},
		{"a proof", header(map[string]any{"typ": "dpop+jwt"}), "token_type_refused"},
		{"an access token by its type", header(map[string]any{"typ": "at+jwt"}), "token_type_refused"},
		{"an access token by its whole type", header(map[string]any{"typ": "application/at+jwt"}), "token_type_refused"},
		{"another event by its type", header(map[string]any{"typ": "secevent+jwt"}), "token_type_refused"},
		{"a header that is to be understood", header(map[string]any{"typ": "logout+jwt", "crit": []string{"exp"}, "exp": now + 60}), "token_malformed"},
		{"unsigned", authtest.Compact([]byte(`{"alg":"none","typ":"logout+jwt"}`), logoutClaims(i, nil), nil), "algorithm_refused"},
		{"a shared secret", header(map[string]any{"alg": "HS256", "typ": "logout+jwt"}), "algorithm_refused"},
		{"signed by somebody else", i.Sign(map[string]any{"typ": "logout+jwt"}, logoutClaims(i, nil), authtest.NewKey(i.Key().ID, "RS256")), "signature_bad"},
		{"a key that nobody knows", i.Sign(map[string]any{"typ": "logout+jwt", "kid": "lost"}, logoutClaims(i, nil), nil), "key_unknown"},
		{"another issuer", good(map[string]any{"iss": "https://other.example/"}), "issuer_unknown"},
		{"no issuer", good(map[string]any{"iss": authtest.Absent}), "issuer_unknown"},
		{"another client", good(map[string]any{"aud": "another"}), "audience_wrong"},
		{"for the API", good(map[string]any{"aud": i.Audience()}), "audience_wrong"},
		{"other clients", good(map[string]any{"aud": []string{"another", "a third"}}), "audience_wrong"},
		{"no audience", good(map[string]any{"aud": authtest.Absent}), "audience_wrong"},
		{"no events", good(map[string]any{"events": authtest.Absent}), "claims_invalid"},
		{"another event", good(map[string]any{"events": map[string]any{"http://example.com/event": map[string]any{}}}), "claims_invalid"},
		{"the event as text", good(map[string]any{"events": map[string]any{event: "yes"}}), "claims_invalid"},
		{"events in a list", good(map[string]any{"events": []string{event}}), "claims_invalid"},
		{"nobody", good(map[string]any{"sub": authtest.Absent}), "claims_invalid"},
		{"a subject with a line break", good(map[string]any{"sub": "a\nb"}), "claims_invalid"},
		{"a session with a zero byte", good(map[string]any{"sid": "s\x00"}), "claims_invalid"},
		{"two subjects", sign(strings.Replace(string(logoutClaims(i, nil)), `"sub":`, `"sub":"auth0|bob","sub":`, 1)), "claims_invalid"},
		{"no exp", good(map[string]any{"exp": authtest.Absent}), "claims_invalid"},
		{"an exp that is text", good(map[string]any{"exp": "soon"}), "claims_invalid"},
		{"no jti", good(map[string]any{"jti": authtest.Absent}), "claims_invalid"},
		{"no iat", good(map[string]any{"iat": authtest.Absent}), "claims_invalid"},
		{"an iat that is text", good(map[string]any{"iat": "now"}), "claims_invalid"},
		{"an hour old", good(map[string]any{"iat": now - 3600}), "token_expired"},
		{"over", good(map[string]any{"exp": now - 60}), "token_expired"},
		{"of the future", good(map[string]any{"iat": now + 600}), "token_not_yet_valid"},
		{"changed", strings.Replace(good(nil), ".", ".e", 1), ""},
	} {
		a := s.do(t, sayLogout(tt.token))
		if a.Status != 400 || a.Problem.Code != "logout_token_invalid" || !strings.Contains(a.Problem.Detail, tt.why) {
			t.Errorf("%s: %d %s, want %s", tt.name, a.Status, a.Body, tt.why)
		}
	}
	if s.status(t, whoAmI, i.Token(nil)) != 200 {
		t.Error("one of them signed ada out")
	}
	for _, body := range []string{"", "token=x", "logout_token=a&logout_token=b", "%zz"} {
		c := sayLogout("")
		c.Body = body
		if a := s.do(t, c); a.Status != 400 {
			t.Errorf("%q: %d", body, a.Status)
		}
	}
	off := start(t)
	if a := off.do(t, sayLogout(logoutToken(off.Issuer, nil))); a.Status != 400 {
		t.Errorf("without a client: %d %s", a.Status, a.Body)
	}
}

// A logout token may say what it is, or no more than that it is a token.
func TestALogoutTokenSaysWhatItIsOrNothing(t *testing.T) {
	t.Parallel()
	s := start(t, takesLogouts, noRateLimit)
	for n, kind := range []any{authtest.Absent, "JWT", "jwt", "logout+jwt", "LOGOUT+JWT", "application/logout+jwt"} {
		who := map[string]any{"sub": fmt.Sprint("auth0|user-", n)}
		token := s.Issuer.Token(who)
		if a := s.do(t, sayLogout(s.Issuer.Sign(map[string]any{"typ": kind}, logoutClaims(s.Issuer, who), nil))); a.Status != 200 {
			t.Errorf("the type %v: %d %s", kind, a.Status, a.Body)
		}
		if s.status(t, whoAmI, token) != 401 {
			t.Errorf("the type %v: the token is still good", kind)
		}
	}
}

func TestALogoutEndsWhatItNames(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		says   map[string]any
		token  map[string]any
		status int
	}{
		{"the subject's token", nil, nil, 401},
		{"the subject's token, for a list of clients", map[string]any{"aud": []string{"other", "mobile"}}, nil, 401},
		{"the subject's token with a session", nil, map[string]any{"sid": "s1"}, 401},
		{"one that does not say when", nil, map[string]any{"iat": authtest.Absent}, 401},
		{"one that is younger", map[string]any{"iat": time.Now().Unix() - 60}, nil, 200},
		{"another subject's", nil, map[string]any{"sub": "auth0|bob"}, 200},
		{"the session's token", map[string]any{"sid": "s1"}, map[string]any{"sid": "s1"}, 401},
		{"the session's token, without a subject", map[string]any{"sid": "s1", "sub": authtest.Absent}, map[string]any{"sid": "s1"}, 401},
		{"another session's token", map[string]any{"sid": "s1"}, map[string]any{"sid": "s2"}, 200},
		{"a token without a session, of the one whose session ended", map[string]any{"sid": "s1"}, nil, 401},
		{"a token of nobody's session", map[string]any{"sid": "s1", "sub": authtest.Absent}, nil, 200},
	} {
		s := start(t, takesLogouts, noRateLimit)
		token := s.Issuer.Token(tt.token)
		if s.status(t, whoAmI, token) != 200 {
			t.Fatalf("%s: it was not good before", tt.name)
		}
		if a := s.do(t, sayLogout(logoutToken(s.Issuer, tt.says))); a.Status != 200 || a.Header.Get("Cache-Control") != "no-store" || a.Body != "" {
			t.Errorf("%s: the logout was answered %d %s", tt.name, a.Status, a.Body)
		}
		a := s.do(t, call{Path: whoAmI, Token: token})
		if a.Status != tt.status || a.Status == 401 && a.Problem.Code != "token_revoked" {
			t.Errorf("%s: %d %s", tt.name, a.Status, a.Body)
		}
	}
}

// A logout is known to all servers of the database within two seconds, ends the
// streams, and outlives a restart.
func TestEverybodyKnowsOfALogout(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	database := pgtest.URL(t)
	begin := func() *server {
		s := launchOptions(t, issuer, serve.Options{Collections: []*collection.Collection{notes(t)}}, takesLogouts,
			func(s *config.Settings) { s.DatabaseURL = database })
		s.waitReady(t)
		return s
	}
	one, other := begin(), begin()
	token, bob := issuer.Token(map[string]any{"iat": time.Now().Unix() - 5}), issuer.Token(map[string]any{"sub": "auth0|bob"})
	seen, kept := other.follow(t, "/notes/changes", token), other.follow(t, "/notes/changes", bob)
	if s := one.send(t, one.request(t, sayLogout(logoutToken(issuer, nil)))); s.Status != 200 {
		t.Fatalf("%d %s", s.Status, s.Body)
	}
	said := countFrom(t)
	if e, ended := seen.next(t); !ended {
		t.Errorf("the stream of who is signed out says %+v", e)
	}
	said.mustBeEverywhere(t, "the other server", func() bool {
		return other.send(t, other.request(t, call{Path: whoAmI, Token: token})).Status == http.StatusUnauthorized
	})
	other.ask(t, "POST", "/notes", bob, `{"title":"still here"}`)
	kept.want(t, "upsert notes 1 still here")
	third := begin()
	if a := third.send(t, third.request(t, call{Path: whoAmI, Token: token})); a.Status != 401 || a.Problem.Code != "token_revoked" {
		t.Errorf("a server that starts later: %d %s", a.Status, a.Body)
	}
}
