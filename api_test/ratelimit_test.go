package api_test

import (
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// narrow allows one request a second, bursts of two.
func narrow(s *config.Settings) { s.RateLimit = 1 }

// behindProxy trusts this machine to say who a client is.
func behindProxy(s *config.Settings) {
	s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32"), netip.MustParsePrefix("10.0.0.0/8")}
}

// limitedAt asks until it is refused and returns how many got through; most at
// the most.
func (s *server) limitedAt(t *testing.T, c call, most int) int {
	t.Helper()
	for n := range most {
		if s.do(t, c).Status == http.StatusTooManyRequests {
			return n
		}
	}
	return most
}

func TestASubjectIsCountedDownAndRefused(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.RateLimit = 3 })
	ada := s.Issuer.Token(map[string]any{"sub": "auth0|ada"})
	a := s.get(t, "/api/v1/me", ada)
	if left := remaining(t, a); left != 5 || a.Header.Get("RateLimit-Policy") != `"default";q=6;w=2` {
		t.Errorf("after the first request: %q of %q", a.Header.Get("RateLimit"), a.Header.Get("RateLimit-Policy"))
	}
	left := 5
	for range 100 { // a slow machine gets some back meanwhile
		if a = s.get(t, "/api/v1/me", ada); a.Status != http.StatusOK {
			break
		}
		left = remaining(t, a)
	}
	mustSayWhenAgain(t, a)
	if left > 0 {
		t.Errorf("refused with %d left", left)
	}
	other := s.Issuer.Token(map[string]any{"sub": "auth0|grace"})
	if a := s.get(t, "/api/v1/me", other); a.Status != http.StatusOK || remaining(t, a) != 5 {
		t.Errorf("another subject got %d with %q", a.Status, a.Header.Get("RateLimit"))
	}
	another := s.Issuer.Token(map[string]any{"sub": "auth0|ada", "jti": "another token of hers"})
	if a := s.get(t, "/api/v1/me", another); a.Status == http.StatusOK && remaining(t, a) > 3 {
		t.Error("another token of the same subject is counted on its own")
	}
	time.Sleep(1100 * time.Millisecond)
	if a := s.get(t, "/api/v1/me", ada); a.Status != http.StatusOK {
		t.Errorf("after the time in Retry-After the answer is %d", a.Status)
	}
}

func mustSayWhenAgain(t *testing.T, a answer) {
	t.Helper()
	if a.Status != http.StatusTooManyRequests || a.Problem.Code != "rate_limited" || a.Header.Get("Retry-After") != "1" || remaining(t, a) != 0 {
		t.Errorf("got %s with %v", a.Body, a.Header)
	}
}

// remaining reads r out of the RateLimit header.
func remaining(t *testing.T, a answer) int {
	t.Helper()
	_, rest, _ := strings.Cut(a.Header.Get("RateLimit"), `"default";r=`)
	digits, _, _ := strings.Cut(rest, ";t=")
	n, err := strconv.Atoi(digits)
	if err != nil {
		t.Fatalf("RateLimit is %q", a.Header.Get("RateLimit"))
	}
	return n
}

func TestNobodyUsesUpTheBudgetOfASubjectTheyAreNot(t *testing.T) {
	t.Parallel()
	s := start(t, narrow)
	good := s.Issuer.Token(map[string]any{"sub": "auth0|ada"})
	for _, bad := range []string{
		s.Issuer.Token(map[string]any{"sub": "auth0|ada", "exp": 1}),
		s.Issuer.Sign(nil, s.Issuer.Payload(map[string]any{"sub": "auth0|ada"}), stranger()),
		good[:len(good)-4] + "AAAA",
	} {
		for range 10 {
			if a := s.get(t, "/api/v1/me", bad); a.Status != http.StatusUnauthorized || a.Header.Get("RateLimit") != "" {
				t.Fatalf("a bad token got %d with RateLimit %q", a.Status, a.Header.Get("RateLimit"))
			}
		}
	}
	if a := s.get(t, "/api/v1/me", good); a.Status != http.StatusOK || remaining(t, a) != 1 {
		t.Errorf("after 30 bad tokens the good one got %d with %q", a.Status, a.Header.Get("RateLimit"))
	}
}

func TestARightThatLacksCountsForTheSubject(t *testing.T) {
	t.Parallel()
	s := start(t, narrow)
	if n := s.limitedAt(t, call{Path: "/api/messages/admin", Token: s.Issuer.Token(nil)}, 20); n > 5 {
		t.Errorf("%d requests without the permission got through", n)
	}
}

// forwarded comes by way of a proxy that names these addresses.
func forwarded(path string, addresses ...string) call {
	c := call{Path: path}
	for _, address := range addresses {
		c = c.with("X-Forwarded-For", address)
	}
	return c
}

func TestAddressesAreCountedBehindATrustedProxy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		path string
	}{
		{"a public route", "/api/messages/public"},
		{"a request without a token", "/api/v1/me"},
		{"a request with a bad token", "/api/v1/me?access_token=x"},
		{"a route with a right", "/api/messages/admin"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, narrow, behindProxy)
			if n := s.limitedAt(t, forwarded(tt.path, "203.0.113.7"), 20); n < 2 || n > 5 {
				t.Errorf("%d requests of one address got through, want 2", n)
			}
			mustSayWhenAgain(t, s.do(t, forwarded(tt.path, "203.0.113.7")))
			if a := s.do(t, forwarded(tt.path, "203.0.113.8")); a.Status == http.StatusTooManyRequests {
				t.Error("another address is refused with it")
			}
			good := forwarded("/api/v1/me", "203.0.113.7").with("Authorization", "Bearer "+s.Issuer.Token(nil))
			if a := s.do(t, good); a.Status != http.StatusOK {
				t.Errorf("a good token from there got %d", a.Status)
			}
		})
	}
}

func TestAddressesThatAreOneClientAreCountedTogether(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		one, two []string
		together bool
	}{
		{"the same address", []string{"203.0.113.7"}, []string{"203.0.113.7"}, true},
		{"two addresses", []string{"203.0.113.7"}, []string{"203.0.113.8"}, false},
		{"two of a /64", []string{"2001:db8:1:2::1"}, []string{"2001:db8:1:2:ffff::9"}, true},
		{"two spellings", []string{"2001:db8:1:2::1"}, []string{"2001:0DB8:0001:0002::1"}, true},
		{"two of a /48", []string{"2001:db8:1:2::1"}, []string{"2001:db8:1:3::1"}, false},
		{"an IPv4 address within IPv6", []string{"203.0.113.7"}, []string{"::ffff:203.0.113.7"}, true},
		{"two IPv4 addresses within IPv6", []string{"::ffff:203.0.113.7"}, []string{"::ffff:203.0.113.8"}, false},
		{"an address with a lie in front", []string{"203.0.113.7"}, []string{"198.51.100.1, 203.0.113.7"}, true},
		{"an address with a lie in another field", []string{"203.0.113.7"}, []string{"198.51.100.1", "203.0.113.7"}, true},
		{"an address with nonsense in front", []string{"203.0.113.7"}, []string{"x, 203.0.113.7"}, true},
		{"an address behind another proxy of ours", []string{"203.0.113.7"}, []string{"203.0.113.7, 10.1.2.3"}, true},
		{"two addresses behind another proxy of ours", []string{"203.0.113.7, 10.1.2.3"}, []string{"203.0.113.8, 10.1.2.3"}, false},
		{"an address with a zone of its own in front", []string{"203.0.113.7"}, []string{"fe80::1%eth0, 203.0.113.7"}, true},
		{"an address with a chain of lies in front", []string{"203.0.113.7"}, []string{strings.Repeat("198.51.100.1, ", 500) + "203.0.113.7"}, true},
		{"an address with our own proxy as a lie in front", []string{"203.0.113.7"}, []string{"10.9.9.9, 203.0.113.7"}, true},
		{"an address with empty lies in front", []string{"203.0.113.7"}, []string{",,, ,203.0.113.7"}, true},
		{"an address with lies in three fields", []string{"203.0.113.7"}, []string{"198.51.100.1, 10.1.2.3", "10.1.2.3", "203.0.113.7"}, true},
		{"an address with blanks around", []string{"203.0.113.7"}, []string{"\t 203.0.113.7 \t"}, true},
		{"an address behind two proxies of ours in two fields", []string{"203.0.113.7"}, []string{"203.0.113.7, 10.1.2.3", "10.9.8.7"}, true},
		{"the real address on the left of a lie", []string{"203.0.113.7"}, []string{"203.0.113.7, 198.51.100.1"}, false},
		{"a client among our own addresses", []string{"10.1.2.3"}, []string{"10.1.2.4"}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, narrow, behindProxy)
			s.limitedAt(t, forwarded("/api/messages/public", tt.one...), 20)
			a := s.do(t, forwarded("/api/messages/public", tt.two...))
			if refused := a.Status == http.StatusTooManyRequests; refused != tt.together {
				t.Errorf("after %v, %v got %d", tt.one, tt.two, a.Status)
			}
		})
	}
}

func TestNobodyIsCountedWhereTheClientIsNotKnown(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		changes []change
		header  http.Header
	}{
		{"a proxy that nobody has named", []change{narrow}, nil},
		{"a proxy that nobody has named and that names a client", []change{narrow}, http.Header{"X-Forwarded-For": {"203.0.113.7"}}},
		{"other headers of proxies", []change{narrow, behindProxy}, http.Header{"X-Real-Ip": {"203.0.113.7"}, "Forwarded": {"for=203.0.113.7"}}},
		{"a trusted proxy that names nobody", []change{narrow, behindProxy}, nil},
		{"a trusted proxy that names nonsense", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"unknown"}}},
		{"a trusted proxy that names nothing", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {","}}},
		{"a trusted proxy that names nonsense behind an address", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"203.0.113.7, unknown"}}},
		{"a trusted proxy that names an address with a zone", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"fe80::1%eth0"}}},
		{"a trusted proxy that names a number", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"3405803783"}}},
		{"a trusted proxy that names an address in octal", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"0313.0.0161.07"}}},
		{"a trusted proxy that names an address in brackets", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"[2001:db8::1]"}}},
		{"a trusted proxy that names an address in quotes", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {`"203.0.113.7"`}}},
		{"a trusted proxy that names a subnet", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"203.0.113.0/24"}}},
		{"a trusted proxy that names a name", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"client.example.com"}}},
		{"a trusted proxy that names 30 KiB of nonsense", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {strings.Repeat("x,", 15<<10)}}},
		{"a trusted proxy that names a port too", []change{narrow, behindProxy}, http.Header{"X-Forwarded-For": {"203.0.113.7:5000"}}},
		{"no limit", []change{noRateLimit, behindProxy}, http.Header{"X-Forwarded-For": {"203.0.113.7"}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := start(t, tt.changes...)
			for range 10 {
				a := s.do(t, call{Path: "/api/messages/public", Header: tt.header})
				if a.Status != http.StatusOK || a.Header.Get("RateLimit") != "" {
					t.Fatalf("got %d with RateLimit %q", a.Status, a.Header.Get("RateLimit"))
				}
			}
		})
	}
}

func TestProbesAreNeverCounted(t *testing.T) {
	t.Parallel()
	s := start(t, narrow, behindProxy)
	for _, path := range []string{"/healthz", "/readyz"} {
		if n := s.limitedAt(t, forwarded(path, "203.0.113.7"), 20); n < 20 {
			t.Errorf("%s was refused after %d", path, n)
		}
	}
}
