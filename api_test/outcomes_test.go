package api_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

// outcome is a way to get an answer of each kind that there is.
type outcome struct {
	name   string
	server *server
	call   call
	status int
}

// ask asks until the answer is of the kind, a few times at most: how often one
// must ask for a 429 depends on how fast one asks.
func (o outcome) ask(t *testing.T, header http.Header) answer {
	t.Helper()
	c := o.call
	for name, values := range header {
		for _, value := range values {
			c = c.with(name, value)
		}
	}
	a := o.server.do(t, c)
	for range 5 {
		if a.Status == o.status {
			return a
		}
		a = o.server.do(t, c)
	}
	t.Fatalf("%s: got %d %s, want %d", o.name, a.Status, a.Body, o.status)
	return a
}

// outcomes are all statuses that Postern answers with, each by way of every
// place that makes it.
func outcomes(t *testing.T) []outcome {
	t.Helper()
	s := start(t, noRateLimit, func(s *config.Settings) { s.MaxBody = 2048 })
	slow := start(t, func(s *config.Settings) { s.RequestTimeout = 30 * time.Millisecond })
	narrow, lost := limited(t), keyless(t)
	large, huge := strings.Repeat("x", 4096), strings.Repeat("x", 40<<10)
	json := http.Header{"Content-Type": {"application/json"}}
	all := []outcome{
		{"200 of a public route", s, call{Path: "/api/messages/public"}, 200},
		{"200 of a protected route", s, call{Path: "/api/v1/me", Token: s.Issuer.Token(nil)}, 200},
		{"200 as a page", s, call{Path: "/problems/token_expired", Header: http.Header{"Accept": {"text/html"}}}, 200},
		{"200 of a probe", s, call{Path: "/healthz"}, 200},
		{"400 of a token in the query", s, call{Path: "/api/v1/me?access_token=x"}, 400},
		{"401 without a token", s, call{Path: "/api/v1/me"}, 401},
		{"401 with a bad token", s, call{Path: "/api/v1/me", Token: "a.b.c"}, 401},
		{"403 without a scope", s, call{Path: "/trial/scope", Token: s.Issuer.Token(map[string]any{"scope": ""})}, 403},
		{"403 without a permission", s, call{Path: "/api/messages/admin", Token: s.Issuer.Token(nil)}, 403},
		{"404 of no route", s, call{Path: "/nowhere"}, 404},
		{"404 with a slash too many", s, call{Path: "/api/v1/me/"}, 404},
		{"404 of a handler", s, call{Path: "/problems/none"}, 404},
		{"404 without a public URL", s, call{Path: "/.well-known/oauth-protected-resource"}, 404},
		{"405", s, call{Method: "POST", Path: "/api/v1/me"}, 405},
		{"405 of a method that nobody knows", s, call{Method: "BREW", Path: "/api/v1/me"}, 405},
		{"413 of a declared body", s, call{Method: "POST", Path: "/trial/echo", Header: json, Body: large}, 413},
		{"413 of a chunked body", s, call{Method: "POST", Path: "/trial/echo", Header: json, Body: large, Chunked: true}, 413},
		{"413 of no route", s, call{Method: "POST", Path: "/nowhere", Body: large}, 413},
		{"415", s, call{Method: "POST", Path: "/trial/echo", Body: "a=b"}, 415},
		{"422", s, call{Method: "POST", Path: "/trial/rule", Header: json, Body: "{}"}, 422},
		{"429 of a subject", narrow, call{Path: "/api/v1/me", Token: narrow.Issuer.Token(nil)}, 429},
		{"431 of large fields", s, call{Path: "/api/v1/me", Header: http.Header{"X-Large": {huge}}}, 431},
		{"431 of a large address", s, call{Path: "/api/v1/me?" + huge}, 431},
		{"500 of an error", s, call{Path: "/trial/error"}, 500},
		{"500 of a panic", s, call{Path: "/trial/panic"}, 500},
		{"503 in time", slow, call{Path: "/trial/slow"}, 503},
		{"503 without keys", lost, call{Path: "/api/v1/me", Token: lost.Issuer.Token(nil)}, 503},
		{"503 with too much in hand", busy(t), call{Path: "/api/messages/public"}, 503},
	}
	return append(all, heads(all)...)
}

// passing hands over the outcomes of a server that starts or stops. They last for
// a few seconds only, so each has a server of its own that is made when it is
// asked, and another one where this machine stood still for as long.
func passing(t *testing.T, check func(*testing.T, outcome)) {
	t.Helper()
	for name, enter := range map[string]func(*testing.T) *server{
		"503 before it is ready": unready,
		"503 while it drains":    draining,
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			t.Run(name+" by "+method, func(t *testing.T) {
				s := enter(t)
				for tries := 0; tries < 3 && s.status(t, "/readyz", "") != http.StatusServiceUnavailable; tries++ {
					s = enter(t)
				}
				check(t, outcome{name, s, call{Method: method, Path: "/readyz"}, http.StatusServiceUnavailable})
			})
		}
	}
}

// heads asks for the same with HEAD, where it is GET.
func heads(all []outcome) []outcome {
	var more []outcome
	for _, o := range all {
		if o.call.Method == "" {
			o.name, o.call.Method = o.name+" by HEAD", http.MethodHead
			more = append(more, o)
		}
	}
	return more
}

// limited allows one request a second.
func limited(t *testing.T) *server {
	t.Helper()
	return start(t, func(s *config.Settings) { s.RateLimit = 1 })
}

// keyless has never reached its issuer.
func keyless(t *testing.T) *server {
	t.Helper()
	issuer := authtest.NewIssuer(t)
	issuer.Break(authtest.Down())
	return startWith(t, issuer)
}

// unready waits for its issuer.
func unready(t *testing.T) *server {
	t.Helper()
	issuer := authtest.NewIssuer(t)
	issuer.Break(authtest.Hang(time.Minute))
	s := launch(t, issuer)
	s.waitStatus(t, "/healthz", http.StatusOK)
	return s
}

// busy has all that it can have in hand, until the test ends.
func busy(t *testing.T, changes ...change) *server {
	t.Helper()
	s := start(t, append(changes, func(s *config.Settings) { s.MaxInFlight, s.RequestTimeout = 1, time.Minute })...)
	ctx, leave := context.WithCancel(context.Background())
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		for ; ctx.Err() == nil; time.Sleep(time.Millisecond) { // until it has got the one place
			request, _ := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/trial/slow", nil)
			if response, err := client.Do(request); err == nil {
				_ = response.Body.Close()
			}
		}
	}()
	t.Cleanup(func() { leave(); <-gone })
	s.waitStatus(t, "/api/messages/public", http.StatusServiceUnavailable)
	return s
}

// draining has been told to stop and goes on for a while.
func draining(t *testing.T) *server {
	t.Helper()
	s := start(t, func(s *config.Settings) { s.DrainDelay = 5 * time.Second })
	go func() { _ = s.stop() }()
	s.waitStatus(t, "/readyz", http.StatusServiceUnavailable)
	return s
}

// waitStatus waits until the path answers so.
func (s *server) waitStatus(t testing.TB, path string, status int) {
	t.Helper()
	got := 0
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		response, err := client.Get(s.URL + path)
		if err != nil {
			continue
		}
		_ = response.Body.Close()
		if got = response.StatusCode; got == status {
			return
		}
	}
	t.Fatalf("%s answered %d to the end, want %d", path, got, status)
}
