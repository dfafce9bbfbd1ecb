package api_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

// TestTheContractOfTheSamples holds what the single-page apps of Auth0's
// Developer Hub call, and what they show to their users.
func TestTheContractOfTheSamples(t *testing.T) {
	t.Parallel()
	s := start(t)
	user := s.Issuer.Token(nil)
	admin := s.Issuer.Token(map[string]any{"permissions": []string{"read:admin-messages"}})
	for _, tt := range []struct {
		name, path, token string
		status            int
		want              string // the body, or the member message of a refusal
	}{
		{"everybody reads the public message", "/public", "", 200, `{"text":"This is a public message."}`},
		{"a user reads the public message", "/public", user, 200, `{"text":"This is a public message."}`},
		{"a bad token does not matter there", "/public", "x.y.z", 200, `{"text":"This is a public message."}`},
		{"a user reads the protected message", "/protected", user, 200, `{"text":"This is a protected message."}`},
		{"an admin reads the protected message", "/protected", admin, 200, `{"text":"This is a protected message."}`},
		{"an admin reads the admin message", "/admin", admin, 200, `{"text":"This is an admin message."}`},
		{"nobody reads the protected message without a token", "/protected", "", 401, "Requires authentication"},
		{"nobody reads the admin message without a token", "/admin", "", 401, "Requires authentication"},
		{"nobody reads the protected message with a bad token", "/protected", "x.y.z", 401, "Bad credentials"},
		{"nobody reads the admin message with an opaque token", "/admin", "opaque", 401, "Bad credentials"},
		{"a user does not read the admin message", "/admin", user, 403, "Permission denied"},
		{"there is no other message", "/secret", user, 404, "Not Found"},
		{"a slash too many is no message", "/public/", "", 404, "Not Found"},
		{"a token in the query is refused", "/protected?access_token=x", "", 400, "Bad Request"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.do(t, call{Path: "/api/messages" + tt.path, Token: tt.token}.with("Origin", app))
			got := map[bool]string{true: a.Body, false: a.Problem.Message}[a.Status == http.StatusOK]
			if a.Status != tt.status || got != tt.want {
				t.Errorf("got %d %s\nwant %d with %q", a.Status, a.Body, tt.status, tt.want)
			}
			mustBeReadable(t, a)
		})
	}
}

func TestEveryRefusalOfAMessageHasAMessage(t *testing.T) {
	t.Parallel()
	s, full := start(t), busy(t)
	lost := keyless(t)
	crowd := start(t, func(s *config.Settings) {
		s.RateLimit, s.TrustedProxies = 1, []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	const public, protected = "/api/messages/public", "/api/messages/protected"
	for _, o := range []outcome{
		{"405", s, call{Method: "DELETE", Path: public}, 405},
		{"413", s, call{Method: "POST", Path: public, Body: strings.Repeat("x", 2<<20)}, 413},
		{"415", s, call{Path: public, Body: "a=b"}, 415},
		{"429", crowd, forwarded(public, "203.0.113.7"), 429},
		{"431", s, call{Path: public + "?" + strings.Repeat("x", 40<<10)}, 431},
		{"503 with too much in hand", full, call{Path: public}, 503},
		{"503 without keys", lost, call{Path: protected, Token: lost.Issuer.Token(nil)}, 503},
	} {
		t.Run(o.name, func(t *testing.T) {
			if a := o.ask(t, nil); a.Problem.Message != http.StatusText(o.status) {
				t.Errorf("the message is %q", a.Problem.Message)
			}
		})
	}
	t.Run("elsewhere there is none", func(t *testing.T) {
		for _, path := range []string{"/api/v1/me", "/nowhere", "/trial/error", "/api/messages"} {
			if a := s.get(t, path, ""); strings.Contains(a.Body, `"message"`) {
				t.Errorf("%s has one: %s", path, a.Body)
			}
		}
	})
}

func TestTheSamplesPreflightIsAnswered(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.Origins = []string{"http://localhost:4040"} })
	for _, path := range []string{"public", "protected", "admin"} {
		a := s.do(t, preflight("/api/messages/"+path, "http://localhost:4040"))
		if a.Status != http.StatusNoContent || a.Header.Get("Access-Control-Allow-Origin") != "http://localhost:4040" {
			t.Errorf("%s: got %d %v", path, a.Status, a.Header)
		}
	}
}

func TestPublicRoutesIgnoreCredentials(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit)
	for _, route := range buildAPI(t).Table() {
		if !route.Right.IsPublic() || route.Path == "/.well-known/oauth-protected-resource" {
			continue
		}
		if strings.HasPrefix(route.Path, "/auth/") && route.Path != logoutPath {
			continue // 404 without sessions; with them, other tests have theirs
		}
		path := strings.NewReplacer(":code", "token_expired", ":file", "start.js").Replace(route.Path)
		for _, credentials := range []builder{
			fields("Bearer x.y.z"), fields("Bearer TOKEN", "Bearer TOKEN"), fields("Basic eDp5"), fields("DPoP TOKEN"), fields("Bearer"),
			claim("exp", 1), claim("sub", authtest.Absent),
		} {
			c, good := at(path, credentials)(s.Issuer), http.StatusOK
			if c.Method = route.Method; c.Method == http.MethodPost {
				// A logout speaks for itself: without one, it is that which is wrong.
				good = http.StatusBadRequest
				c = c.with("Content-Type", "application/x-www-form-urlencoded")
			}
			if a := s.do(t, c); a.Status != good || a.Header.Get("WWW-Authenticate") != "" {
				t.Errorf("%s with %v got %d", path, c, a.Status)
			}
		}
	}
}

func TestTheMetadataSaysHowToGetAToken(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.PublicURL = "https://api.example.com" })
	a := s.get(t, "/.well-known/oauth-protected-resource", "")
	var got struct {
		Resource string   `json:"resource"`
		Servers  []string `json:"authorization_servers"`
		Methods  []string `json:"bearer_methods_supported"`
		Scopes   []string `json:"scopes_supported"`
	}
	decode(t, a.Body, &got)
	if got.Resource != "https://api.example.com" || !slices.Equal(got.Servers, []string{s.Issuer.URL()}) || !slices.Equal(got.Methods, []string{"header"}) {
		t.Errorf("got %s", a.Body)
	}
	if !slices.Equal(got.Scopes, []string{"read:admin-messages", "read:notes"}) {
		t.Errorf("the scopes are %q", got.Scopes)
	}
	if a := start(t).get(t, "/.well-known/oauth-protected-resource", ""); a.Status != http.StatusNotFound {
		t.Errorf("without a public URL the answer is %d %s", a.Status, a.Body)
	}
}
