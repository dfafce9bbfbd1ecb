package api_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

const foreignApp = "https://app.example.com.attacker.example"

// visitor is whoever asks, and what the answer must let them see.
type visitor struct {
	name   string
	header http.Header
	check  func(*testing.T, answer)
}

func visitors() []visitor {
	return []visitor{
		{"a page of an allowed origin", http.Header{"Origin": {app}}, mustBeReadable},
		{"no page at all", nil, mustBeHidden},
		{"a page of a foreign origin", http.Header{"Origin": {foreignApp}}, mustBeHidden},
		{"a page without an origin", http.Header{"Origin": {"null"}}, mustBeHidden},
		{"two origins at once", http.Header{"Origin": {app, foreignApp}}, mustBeHidden},
	}
}

// mustBeReadable fails unless pages of the app can read the answer and all
// that they need of its header.
func mustBeReadable(t *testing.T, a answer) {
	t.Helper()
	if got := a.Header.Values("Access-Control-Allow-Origin"); !slices.Equal(got, []string{app}) {
		t.Errorf("%d: Access-Control-Allow-Origin is %q, want %q", a.Status, got, app)
	}
	exposed := words(a.Header, "Access-Control-Expose-Headers")
	for _, name := range []string{"Www-Authenticate", "Retry-After", "X-Request-Id", "Ratelimit", "Ratelimit-Policy", "Etag", "Location", "Dpop-Nonce"} {
		if !slices.Contains(exposed, name) {
			t.Errorf("%d: %s is not exposed, only %q", a.Status, name, exposed)
		}
	}
	mustVaryByOrigin(t, a)
}

// mustBeHidden fails if the answer says anything to a page.
func mustBeHidden(t *testing.T, a answer) {
	t.Helper()
	for name := range a.Header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("%d: %s is %q", a.Status, name, a.Header[name])
		}
	}
	mustVaryByOrigin(t, a)
}

func mustVaryByOrigin(t *testing.T, a answer) {
	t.Helper()
	if !slices.Contains(words(a.Header, "Vary"), "Origin") {
		t.Errorf("%d: Vary is %q, without Origin", a.Status, a.Header["Vary"])
	}
	if got, there := a.Header["Access-Control-Allow-Credentials"]; there {
		t.Errorf("%d: Access-Control-Allow-Credentials is %q", a.Status, got)
	}
}

// words are the members of a list in a header field.
func words(header http.Header, name string) []string {
	var list []string
	for _, value := range header[name] {
		for word := range strings.SplitSeq(value, ",") {
			list = append(list, http.CanonicalHeaderKey(strings.TrimSpace(word)))
		}
	}
	return list
}

func TestEveryAnswerIsReadableForItsPagesOnly(t *testing.T) {
	t.Parallel()
	all := outcomes(t)
	for _, v := range visitors() {
		t.Run(v.name, func(t *testing.T) {
			for _, o := range all {
				t.Run(o.name, func(t *testing.T) { v.check(t, o.ask(t, v.header)) })
			}
		})
	}
}

func TestAServerThatStartsOrStopsIsReadableForItsPagesOnly(t *testing.T) {
	t.Parallel()
	for _, v := range visitors() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			passing(t, func(t *testing.T, o outcome) { v.check(t, o.ask(t, v.header)) })
		})
	}
}

func TestEveryRouteIsReadableForItsPagesOnly(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit)
	for _, route := range append(buildAPI(t).Table(), trialRoutes()...) {
		path := strings.NewReplacer(":code", "token_expired", ":file", "start.js").Replace(route.Path)
		if path == "/trial/half" || path == "/trial/slow" {
			continue // these have no whole answer
		}
		for _, method := range []string{"GET", "HEAD", "DELETE"} {
			for _, v := range visitors() {
				t.Run(method+" "+path+" for "+v.name, func(t *testing.T) {
					v.check(t, s.do(t, call{Method: method, Path: path, Header: v.header}))
				})
			}
		}
	}
}

func TestAForeignOriginIsAnsweredAndExplained(t *testing.T) {
	t.Parallel()
	s := start(t)
	a := s.do(t, call{Path: "/api/messages/public", Header: http.Header{"Origin": {foreignApp}}})
	if a.Status != http.StatusOK || a.Body != `{"text":"This is a public message."}` {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	line := s.log.request(t, a.Header.Get("X-Request-Id"))
	if line["origin"] != foreignApp || !strings.Contains(line["cors"].(string), "CLIENT_ORIGIN_URL") {
		t.Errorf("the log does not explain it: %v", line)
	}
	a = s.do(t, call{Path: "/api/messages/public", Header: http.Header{"Origin": {app}}})
	if line := s.log.request(t, a.Header.Get("X-Request-Id")); line["cors"] != nil {
		t.Errorf("the log complains of an allowed origin: %v", line)
	}
}

func TestOriginsAreComparedWhole(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit, func(s *config.Settings) {
		s.Origins = []string{app, "http://localhost:4040", "https://*.preview.example.org"}
	})
	for _, tt := range []struct {
		origin  string
		allowed bool
	}{
		{"https://app.example.com", true},
		{"http://localhost:4040", true},
		{"https://pr-7.preview.example.org", true},
		{"http://app.example.com", false},
		{"https://app.example.com:443", false},
		{"https://app.example.com:8443", false},
		{"https://app.example.com/", false},
		{"https://APP.example.com", false},
		{"https://app.example.com.attacker.example", false},
		{"https://attacker-app.example.com", false},
		{"https://example.com", false},
		{"https://sub.app.example.com", false},
		{"https://app.example.com@attacker.example", false},
		{"https://app.example.com https://attacker.example", false},
		{"https://app.example.com,https://attacker.example", false},
		{"http://localhost", false},
		{"http://localhost:4041", false},
		{"http://127.0.0.1:4040", false},
		{"https://preview.example.org", false},
		{"https://.preview.example.org", false},
		{"https://*.preview.example.org", false},
		{"https://a.b.preview.example.org", false},
		{"https://attacker.example/.preview.example.org", false},
		{"http://pr-7.preview.example.org", false},
		{"null", false},
		{"*", false},
		{"", false},
		{"file://", false},
	} {
		t.Run(tt.origin, func(t *testing.T) {
			a := s.do(t, call{Path: "/api/v1/me", Header: http.Header{"Origin": {tt.origin}}})
			got := a.Header.Get("Access-Control-Allow-Origin")
			if got != map[bool]string{true: tt.origin}[tt.allowed] {
				t.Errorf("Access-Control-Allow-Origin is %q", got)
			}
			if a.Status != http.StatusUnauthorized {
				t.Errorf("got %d, want 401 whatever the origin", a.Status)
			}
		})
	}
}

func TestAnOriginThatIsOurOwnHostGetsItsHeaders(t *testing.T) {
	t.Parallel()
	// Behind a proxy that ends TLS the app may well have the name of the API.
	s := start(t, func(s *config.Settings) { s.Origins = []string{"http://app.example.com", app} })
	for _, origin := range []string{"http://app.example.com", app} {
		for _, method := range []string{"GET", "OPTIONS"} {
			t.Run(method+" from "+origin, func(t *testing.T) {
				a := s.do(t, call{Method: method, Path: "/api/messages/public", Host: "app.example.com", Header: http.Header{
					"Origin": {origin}, "Access-Control-Request-Method": {"GET"}}})
				if got := a.Header.Get("Access-Control-Allow-Origin"); got != origin {
					t.Errorf("Access-Control-Allow-Origin is %q", got)
				}
			})
		}
	}
}
