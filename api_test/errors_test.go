package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

func TestAnUnforeseenErrorTellsTheClientNothingAndTheLogAll(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct{ name, path, cause string }{
		{"an error", "/trial/error", "the disk of customer 4711 is full"},
		{"a panic", "/trial/panic", "panic: customer 4711 has no name"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.get(t, tt.path, "")
			if a.Status != http.StatusInternalServerError || a.Problem.Code != "internal_error" {
				t.Errorf("got %d %s", a.Status, a.Body)
			}
			for name, values := range a.Header {
				if strings.Contains(strings.Join(values, " "), "4711") {
					t.Errorf("the client learns of it by %s: %q", name, values)
				}
			}
			if strings.Contains(a.Body, "4711") || a.Problem.Detail != "The server failed." {
				t.Errorf("the client learns of it: %s", a.Body)
			}
			line := s.log.request(t, a.Problem.RequestID)
			if line["level"] != "ERROR" || line["cause"] != tt.cause || line["route"] != tt.path || line["status"] != 500.0 {
				t.Errorf("the log says %v", line)
			}
		})
	}
}

func TestAPanicIsLoggedWithItsStack(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.get(t, "/trial/panic", "")
	lines := s.log.lines(t, "panic", a.Problem.RequestID)
	if len(lines) != 1 || lines[0]["value"] != "customer 4711 has no name" || !strings.Contains(lines[0]["stack"].(string), "trialRoutes") {
		t.Errorf("the log says %v", lines)
	}
	if a := s.get(t, "/api/messages/public", ""); a.Status != http.StatusOK {
		t.Errorf("after a panic the server answers %d", a.Status)
	}
}

func TestAPanicInTheMiddleOfAnAnswerCutsItOff(t *testing.T) {
	t.Parallel()
	s := start(t)
	response, err := client.Get(s.URL + "/trial/half")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err == nil {
		t.Errorf("half of an answer (%d bytes) passes for the whole", len(body))
	}
	if strings.Contains(string(body), "middle") || strings.Contains(string(body), "internal_error") {
		t.Errorf("the answer has something behind its half: %s", body)
	}
	id := response.Header.Get("X-Request-Id")
	if lines := s.log.lines(t, "panic", id); len(lines) != 1 {
		t.Errorf("%d lines tell of the panic, want one", len(lines))
	}
	if line := s.log.request(t, id); line["cause"] != "panic: in the middle" {
		t.Errorf("the line of the request says %v", line)
	}
}

func TestARequestIdIsKeptWhenItIsSane(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name string
		ids  []string
		kept bool
	}{
		{"a word", []string{"abc"}, true},
		{"a UUID", []string{"018f4e3a-7c1b-7d2e-9f00-0123456789ab"}, true},
		{"all that is allowed", []string{"AZaz09-_."}, true},
		{"64 letters", []string{strings.Repeat("x", 64)}, true},
		{"none", nil, false},
		{"nothing", []string{""}, false},
		{"65 letters", []string{strings.Repeat("x", 65)}, false},
		{"20 KiB", []string{strings.Repeat("x", 20<<10)}, false},
		{"a blank within", []string{"a b"}, false},
		{"a tab within", []string{"a\tb"}, false},
		{"a quote", []string{`a"b`}, false},
		{"markup", []string{"<script>"}, false},
		{"a slash", []string{"a/b"}, false},
		{"a colon", []string{"a:b"}, false},
		{"a comma", []string{"a,b"}, false},
		{"an escape character", []string{"a\u009b2J"}, false},
		{"a letter from outside of ASCII", []string{"ä"}, false},
		{"a byte that is not UTF-8", []string{"\xff"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := s.do(t, call{Path: "/nowhere", Header: http.Header{"X-Request-Id": tt.ids}})
			got := a.Header.Values("X-Request-Id")
			if len(got) != 1 || a.Problem.RequestID != got[0] || len(got[0]) > 64 {
				t.Fatalf("the answer has %q, the problem %q", got, a.Problem.RequestID)
			}
			if kept := strings.Join(tt.ids, "") == got[0]; kept != tt.kept {
				t.Errorf("%q became %q", tt.ids, got)
			}
			s.log.request(t, got[0])
		})
	}
}

func TestEveryRequestHasAnIdOfItsOwn(t *testing.T) {
	t.Parallel()
	s := start(t)
	seen := map[string]bool{}
	for range 50 {
		seen[s.get(t, "/healthz", "").Header.Get("X-Request-Id")] = true
	}
	if len(seen) != 50 || seen[""] {
		t.Errorf("%d ids for 50 requests", len(seen))
	}
}

func TestSecurityHeadersAreOnEveryAnswer(t *testing.T) {
	t.Parallel()
	for _, o := range outcomes(t) {
		t.Run(o.name, func(t *testing.T) { mustBeSecure(t, o.ask(t, nil)) })
	}
	passing(t, func(t *testing.T, o outcome) { mustBeSecure(t, o.ask(t, nil)) })
	s := start(t)
	t.Run("204 of a plain OPTIONS", func(t *testing.T) {
		mustBeSecure(t, s.do(t, call{Method: "OPTIONS", Path: "/api/v1/me"}))
	})
	t.Run("204 of a preflight", func(t *testing.T) { mustBeSecure(t, s.do(t, preflight("/api/v1/me", app))) })
	t.Run("204 of a foreign preflight", func(t *testing.T) { mustBeSecure(t, s.do(t, preflight("/api/v1/me", foreignApp))) })
}

func mustBeSecure(t *testing.T, a answer) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options":       "nosniff",
		"Cache-Control":                "no-store",
		"Referrer-Policy":              "no-referrer",
		"Cross-Origin-Resource-Policy": "same-origin",
	} {
		if got := a.Header.Get(name); got != want {
			t.Errorf("%d: %s is %q, want %q", a.Status, name, got, want)
		}
	}
	policy := a.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; frame-ancestors 'none'") || strings.Contains(policy, "unsafe") {
		t.Errorf("%d: Content-Security-Policy is %q", a.Status, policy)
	}
	if got := a.Header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("%d: Strict-Transport-Security is %q, over http", a.Status, got)
	}
	if a.Header.Get("Server") != "" || a.Header.Get("X-Powered-By") != "" {
		t.Errorf("%d: the answer says what it runs on: %v", a.Status, a.Header)
	}
}

func TestEveryRefusalIsAProblemAndNothingElseIs(t *testing.T) {
	t.Parallel()
	for _, o := range outcomes(t) {
		t.Run(o.name, func(t *testing.T) {
			a := o.ask(t, nil)
			problem := strings.HasPrefix(a.Header.Get("Content-Type"), "application/problem+json")
			if problem != (o.status >= 400) {
				t.Errorf("%d: Content-Type is %q", a.Status, a.Header.Get("Content-Type"))
			}
			if a.Header.Get("Content-Length") == "0" {
				t.Errorf("%d: Content-Length is 0", a.Status)
			}
			if again := a.Header.Get("Retry-After") != ""; again != (o.status == 429 || o.status == 503) {
				t.Errorf("%d: Retry-After is %q", a.Status, a.Header.Get("Retry-After"))
			}
		})
	}
}

func TestHTTPSIsInsistedOnWhereItIsUsed(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.PublicURL = "https://api.example.com" })
	for _, path := range []string{"/healthz", "/api/v1/me", "/nowhere"} {
		a := s.get(t, path, "")
		if got := a.Header.Get("Strict-Transport-Security"); got != "max-age=31536000; includeSubDomains" {
			t.Errorf("%s: Strict-Transport-Security is %q", path, got)
		}
	}
}

func TestABrokenRuleIsPointedAt(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.do(t, call{Method: "POST", Path: "/trial/rule", Body: `{"title":""}`}.with("Content-Type", "application/json"))
	if a.Status != http.StatusUnprocessableEntity || len(a.Problem.Errors) != 1 || a.Problem.Errors[0].Pointer != "/title" {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
}

func TestTheLogNamesTheCallerButNotByName(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.get(t, "/api/v1/me?secret=hunter2", s.Issuer.Token(map[string]any{"sub": "auth0|ada"}))
	line := s.log.request(t, a.Header.Get("X-Request-Id"))
	if subject, _ := line["subject"].(string); len(subject) != 12 || line["route"] != "/api/v1/me" || line["status"] != 200.0 {
		t.Errorf("the log says %v", line)
	}
	if text := s.log.String(); strings.Contains(text, "auth0|ada") || strings.Contains(text, "hunter2") {
		t.Errorf("the log has what it must not have: %s", text)
	}
	a = s.get(t, "/api/v1/me", s.Issuer.Token(map[string]any{"exp": 1}))
	line = s.log.request(t, a.Header.Get("X-Request-Id"))
	if line["code"] != "token_expired" || line["subject"] != nil {
		t.Errorf("of a refusal the log says %v", line)
	}
}
