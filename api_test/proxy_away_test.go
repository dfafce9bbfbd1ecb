package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// whileAway are what a page sends while the server restarts, and what it reads.
var whileAway = []struct {
	name   string
	call   call
	origin string // that may read it
}{
	{"a read", call{Path: "/api/v1/notes"}.with("Origin", app), app},
	{"a page's name", call{Path: "/api/v1/notes.html"}.with("Origin", app), app},
	{"a write", call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"milk"}`}.with("Origin", app), app},
	{"a stream", call{Path: "/api/v1/notes/changes"}.with("Origin", app), app},
	{"a foreign page", call{Path: "/api/v1/notes"}.with("Origin", app+".evil.example"), ""},
	{"a page without a name", call{Path: "/api/v1/notes"}.with("Origin", "null"), ""},
	{"no page", call{Path: "/api/v1/notes"}, ""},
}

// testAway has the server go: the proxy answers in its place as it would have,
// with the same security headers and to the same pages.
func (f front) testAway(t *testing.T) {
	s := startDeclared(t, proxyBefore)
	p := f.behind(t, s)
	p.testRedirect(t)
	large := p.ask(t, "127.0.0.1", call{Method: "POST", Path: "/api/v1/notes", Body: strings.Repeat("x", 3<<20)}.with("Origin", app))
	if large.Status != http.StatusRequestEntityTooLarge || large.Problem.Status != large.Status || large.Header.Get("Access-Control-Allow-Origin") != app {
		t.Errorf("more than the proxy takes: %d %.200s", large.Status, large.Body)
	}
	there := p.ask(t, "127.0.0.1", call{Path: "/api/v1/me"}.with("Origin", app))
	asks := call{Method: "OPTIONS", Path: "/api/v1/me"}.with("Origin", app).with("Access-Control-Request-Method", "PUT")
	allowed := p.ask(t, "127.0.0.1", asks)
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	for _, tt := range whileAway {
		a := p.ask(t, "127.0.0.1", tt.call)
		if a.Status != http.StatusServiceUnavailable || a.Problem.Status != a.Status || a.Problem.Title != "Service Unavailable" || a.Problem.Type != "about:blank" {
			t.Errorf("%s: %d %s %.200s", tt.name, a.Status, a.Header.Get("Content-Type"), a.Body)
		}
		if got := a.Header.Values("Retry-After"); len(got) != 1 || got[0] != "5" || !slices.Contains(a.Header.Values("Access-Control-Expose-Headers"), "Retry-After") {
			t.Errorf("%s: Retry-After is %q", tt.name, got)
		}
		if got := strings.Join(a.Header.Values("Access-Control-Allow-Origin"), " and "); got != tt.origin {
			t.Errorf("%s: a page of %q reads it", tt.name, got)
		}
		mustBeAsSafe(t, tt.name, there, a)
	}
	mustBeAsSafe(t, "more than the proxy takes", there, large)
	a := p.ask(t, "127.0.0.1", asks)
	if a.Status != http.StatusNoContent || a.Header.Get("Access-Control-Allow-Origin") != app || a.Header.Get("Access-Control-Max-Age") != "" {
		t.Errorf("a page may not even ask: %d %v", a.Status, a.Header)
	}
	mustBeAsSafe(t, "a preflight", there, a)
	for _, name := range []string{"Access-Control-Allow-Methods", "Access-Control-Allow-Headers"} {
		mustAllowAsMuch(t, name, allowed.Header.Get(name), a.Header.Get(name))
	}
}

// mustBeAsSafe compares with an answer of the server itself.
func mustBeAsSafe(t *testing.T, name string, there, a answer) {
	t.Helper()
	for _, field := range []string{"Strict-Transport-Security", "X-Content-Type-Options", "Cache-Control", "Content-Security-Policy",
		"Referrer-Policy", "Cross-Origin-Resource-Policy", "Vary"} {
		if got, want := a.Header.Values(field), there.Header.Get(field); want == "" || len(got) != 1 || got[0] != want {
			t.Errorf("%s: %s is %q, and the server's own %q", name, field, got, want)
		}
	}
	if got := a.Header.Get("Server"); strings.ContainsAny(got, "/0123456789") {
		t.Errorf("%s: it tells its version: %s", name, got)
	}
}

// mustAllowAsMuch compares lists: a browser must not hear less from the proxy.
func mustAllowAsMuch(t *testing.T, name, want, got string) {
	t.Helper()
	said := "," + strings.ToLower(got) + ","
	for one := range strings.SplitSeq(want, ",") {
		if !strings.Contains(said, ","+strings.ToLower(one)+",") {
			t.Errorf("%s lacks %s: %s", name, one, got)
		}
	}
}

// testRedirect asks in clear.
func (p proxied) testRedirect(t *testing.T) {
	request, err := http.NewRequest("POST", "http://"+p.clear+"/api/v1/notes?x=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "api.example.com"
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if at := response.Header.Get("Location"); response.StatusCode != http.StatusPermanentRedirect || !strings.HasPrefix(at, "https://api.example.com") || !strings.HasSuffix(at, "/api/v1/notes?x=1") {
		t.Errorf("in clear: %d to %s", response.StatusCode, at)
	}
}
