package api_test

import (
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

// preflight asks for permission as a browser does.
func preflight(path, origin string) call {
	return call{Method: http.MethodOptions, Path: path, Header: http.Header{
		"Origin":                         {origin},
		"Access-Control-Request-Method":  {"GET"},
		"Access-Control-Request-Headers": {"authorization,content-type"},
	}}
}

func TestEveryRouteAllowsAPreflight(t *testing.T) {
	t.Parallel()
	s := start(t)
	paths := []string{"/nowhere"}
	for _, route := range append(buildAPI(t).Table(), trialRoutes()...) {
		paths = append(paths, strings.NewReplacer(":code", "token_expired", ":file", "start.js").Replace(route.Path))
	}
	for _, path := range paths {
		for _, authorization := range []string{"", "Bearer x.y.z", "Basic eDp5"} {
			t.Run(path+" with the credentials "+authorization, func(t *testing.T) {
				a := s.do(t, preflight(path, app).with("Authorization", authorization))
				mustPermit(t, a)
			})
		}
	}
}

// mustPermit fails unless the answer lets pages of the app send what they may
// want to.
func mustPermit(t *testing.T, a answer) {
	t.Helper()
	if a.Status != http.StatusNoContent || a.Body != "" {
		t.Errorf("got %d %q, want an empty 204", a.Status, a.Body)
	}
	methods, headers := words(a.Header, "Access-Control-Allow-Methods"), words(a.Header, "Access-Control-Allow-Headers")
	for _, name := range []string{"Get", "Head", "Post", "Put", "Patch", "Delete"} {
		if !slices.Contains(methods, http.CanonicalHeaderKey(strings.ToUpper(name))) {
			t.Errorf("%s is not among the methods %q", name, methods)
		}
	}
	for _, name := range []string{"Authorization", "Content-Type", "If-Match", "If-None-Match", "Idempotency-Key", "Last-Event-Id", "X-Request-Id", "Dpop"} {
		if !slices.Contains(headers, name) {
			t.Errorf("%s is not among the headers %q", name, headers)
		}
	}
	if got := a.Header.Values("Access-Control-Allow-Origin"); !slices.Equal(got, []string{app}) {
		t.Errorf("Access-Control-Allow-Origin is %q", got)
	}
	if got := a.Header.Get("Access-Control-Max-Age"); got != "7200" {
		t.Errorf("Access-Control-Max-Age is %q", got)
	}
	if vary := words(a.Header, "Vary"); !slices.Contains(vary, "Access-Control-Request-Headers") {
		t.Errorf("Vary is %q", vary)
	}
	mustVaryByOrigin(t, a)
}

func TestAForeignPreflightIsAnsweredWithNothing(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/api/messages/public", "/api/v1/me", "/trial/echo", "/nowhere"} {
		for _, origin := range []string{foreignApp, "null"} {
			t.Run(path+" from "+origin, func(t *testing.T) {
				a := s.do(t, preflight(path, origin))
				if a.Status != http.StatusNoContent {
					t.Errorf("got %d, want 204", a.Status)
				}
				mustBeHidden(t, a)
				if line := s.log.request(t, a.Header.Get("X-Request-Id")); line["origin"] != origin {
					t.Errorf("the log does not explain it: %v", line)
				}
			})
		}
	}
}

func TestPreflightsAreNotCounted(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) {
		s.RateLimit = 1
		s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	})
	const address = "203.0.113.7"
	for range 20 {
		if a := s.do(t, preflight("/api/messages/public", app).with("X-Forwarded-For", address)); a.Status != http.StatusNoContent {
			t.Fatalf("a preflight got %d", a.Status)
		}
	}
	a := s.do(t, call{Path: "/api/messages/public"}.with("X-Forwarded-For", address))
	if got := a.Header.Get("RateLimit"); !strings.HasPrefix(got, `"default";r=1;`) {
		t.Errorf("after 20 preflights the first request got %d with RateLimit %q, want one left of two", a.Status, got)
	}
}

func TestAPlainOPTIONSSaysWhatIsAllowed(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name, path string
		status     int
		allow      []string
	}{
		{"of a route that reads", "/api/v1/me", 204, []string{"Get", "Head"}},
		{"of a route that writes", "/trial/echo", 204, []string{"Post"}},
		{"of no route", "/nowhere", 404, nil},
		{"of everything", "/*", 404, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.do(t, call{Method: http.MethodOptions, Path: tt.path})
			allow := words(a.Header, "Allow")
			for i := range allow {
				allow[i] = http.CanonicalHeaderKey(strings.ToLower(allow[i]))
			}
			slices.Sort(allow)
			if a.Status != tt.status || !slices.Equal(allow, tt.allow) {
				t.Errorf("got %d with %q, want %d with %q", a.Status, allow, tt.status, tt.allow)
			}
			mustBeHidden(t, a)
		})
	}
}

func TestNoAnswerIsARedirect(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, path := range []string{"/api/v1/me/", "/api/v1/me//", "//api/v1/me", "/api//v1/me", "/API/V1/ME", "/api/v1/./me", "/api/v1/x/../me", "/", "/problems/", "/healthz/"} {
		t.Run(path, func(t *testing.T) {
			a := s.do(t, call{Path: path, Header: http.Header{"Origin": {app}}})
			if a.Status != http.StatusNotFound || a.Problem.Code != "not_found" {
				t.Errorf("got %d %s, want 404", a.Status, a.Body)
			}
			mustBeReadable(t, a)
		})
	}
}
