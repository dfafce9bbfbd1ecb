package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/gin-gonic/gin"

	"github.com/postern-dev/postern/middleware"
)

// limitedEngine allows two requests at once and trusts these proxies.
func limitedEngine(t *testing.T, proxies ...string) *gin.Engine {
	t.Helper()
	var prefixes []netip.Prefix
	for _, proxy := range proxies {
		prefixes = append(prefixes, netip.MustParsePrefix(proxy))
	}
	engine := newEngine(middleware.NewRateLimit(1, prefixes).Handler())
	engine.RemoteIPHeaders = []string{"X-Forwarded-For"}
	if err := engine.SetTrustedProxies(proxies); err != nil {
		t.Fatal(err)
	}
	return engine
}

// TestAnAddressIsAClientOrNot goes beyond what can be tried on a listener of
// this machine: peers of every kind.
func TestAnAddressIsAClientOrNot(t *testing.T) {
	for _, tt := range []struct {
		name    string
		proxies []string
		peer    string
		says    string // X-Forwarded-For
		counted bool
	}{
		{"a public peer is a client", nil, "203.0.113.9:5000", "", true},
		{"a public peer is a client, whomever it names", nil, "203.0.113.9:5000", "198.51.100.1", true},
		{"a public peer is a client beside a trusted proxy", []string{"10.0.0.0/8"}, "203.0.113.9:5000", "198.51.100.1", true},
		{"a public peer of IPv6 is a client", nil, "[2001:db8::1]:5000", "", true},
		{"a public peer of IPv4 within IPv6 is a client", nil, "[::ffff:203.0.113.9]:5000", "", true},
		{"a peer on this machine may be a proxy", nil, "127.0.0.1:5000", "198.51.100.1", false},
		{"a peer on this machine by IPv6 may be a proxy", nil, "[::1]:5000", "198.51.100.1", false},
		{"a peer on this machine by IPv4 within IPv6 may be a proxy", nil, "[::ffff:127.0.0.1]:5000", "", false},
		{"a private peer may be a proxy", nil, "10.1.2.3:5000", "198.51.100.1", false},
		{"a private peer of IPv6 may be a proxy", nil, "[fd00::1]:5000", "", false},
		{"a peer on the link may be a proxy", nil, "[fe80::1%eth0]:5000", "", false},
		{"a trusted proxy names its client", []string{"10.0.0.0/8"}, "10.1.2.3:5000", "198.51.100.1", true},
		{"a trusted proxy of IPv4 within IPv6 names its client", []string{"10.0.0.0/8"}, "[::ffff:10.1.2.3]:5000", "198.51.100.1", true},
		{"a trusted proxy that names nobody is none", []string{"10.0.0.0/8"}, "10.1.2.3:5000", "", false},
		{"a trusted public proxy that names nobody is none", []string{"203.0.113.0/24"}, "203.0.113.9:5000", "", false},
		{"a peer without an address is none", nil, "@", "198.51.100.1", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			engine := limitedEngine(t, tt.proxies...)
			var last *httptest.ResponseRecorder
			for range 3 {
				request := httptest.NewRequest(http.MethodGet, "/", nil)
				request.RemoteAddr = tt.peer
				request.Header.Set("X-Forwarded-For", tt.says)
				last = serve(engine, request)
			}
			if counted := last.Code == http.StatusTooManyRequests; counted != tt.counted {
				t.Errorf("the third request got %d with RateLimit %q", last.Code, last.Header().Get("RateLimit"))
			}
		})
	}
}

// TestNobodyIsAnybodyElse has one peer name another client in each request, in
// every header that proxies use.
func TestNobodyIsAnybodyElse(t *testing.T) {
	for _, tt := range []struct {
		name    string
		proxies []string
	}{
		{"nobody is trusted", nil},
		{"somebody else is trusted", []string{"10.0.0.0/8", "2001:db8:ffff::/48"}},
	} {
		for _, peer := range []string{"203.0.113.9:5000", "[2001:db8::9]:5000", "[2001:db8::9%eth0]:5000", "[::ffff:203.0.113.9]:5000"} {
			for _, header := range []string{"X-Forwarded-For", "X-Real-Ip", "Forwarded", "X-Client-Ip", "True-Client-Ip", "Cf-Connecting-Ip",
				"X-Appengine-Remote-Addr", "Fly-Client-Ip", "X-Cluster-Client-Ip"} {
				t.Run(tt.name+": "+peer+" by "+header, func(t *testing.T) {
					engine := limitedEngine(t, tt.proxies...)
					var last *httptest.ResponseRecorder
					for n := range 3 {
						request := httptest.NewRequest(http.MethodGet, "/", nil)
						request.RemoteAddr = peer
						request.Header.Set(header, fmt.Sprintf("198.51.100.%d", n))
						last = serve(engine, request)
					}
					if last.Code != http.StatusTooManyRequests {
						t.Errorf("the third request got %d", last.Code)
					}
				})
			}
		}
	}
}

func TestNoLimitCountsNothing(t *testing.T) {
	for _, perSecond := range []float64{0, -1} {
		engine := newEngine(middleware.NewRateLimit(perSecond, nil).Handler())
		for range 10 {
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			request.RemoteAddr = "203.0.113.9:5000"
			if got := serve(engine, request); got.Code != http.StatusOK || got.Header().Get("RateLimit") != "" {
				t.Fatalf("at %v a second: got %d with %q", perSecond, got.Code, got.Header().Get("RateLimit"))
			}
		}
	}
}

func TestASlowLimitHasATimeToWait(t *testing.T) {
	engine := newEngine(middleware.NewRateLimit(0.1, nil).Handler())
	var last *httptest.ResponseRecorder
	for range 2 {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.RemoteAddr = "203.0.113.9:5000"
		last = serve(engine, request)
	}
	if last.Code != http.StatusTooManyRequests || last.Header().Get("Retry-After") != "10" || last.Header().Get("RateLimit-Policy") != `"default";q=1;w=10` {
		t.Errorf("got %d with %v", last.Code, last.Header())
	}
}

func TestHeadersTellTheShareOfThisServer(t *testing.T) {
	servers := 1
	limits := middleware.NewRateLimit(5, nil)
	limits.Divide(func() int { return servers })
	engine := newEngine(limits.Handler())
	for n, step := range []struct {
		servers     int
		policy, has string
	}{
		{1, `"default";q=10;w=2`, `"default";r=9;t=1`},
		{2, `"default";q=5;w=2`, `"default";r=4;t=1`},
		{3, `"default";q=3;w=2`, `"default";r=2;t=1`},
		{20, `"default";q=1;w=4`, `"default";r=0;t=4`},
		{0, `"default";q=10;w=2`, `"default";r=9;t=1`}, // not known: none but this one
	} {
		servers = step.servers
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.RemoteAddr = fmt.Sprintf("203.0.113.%d:5000", n)
		got := serve(engine, request)
		if policy, has := got.Header().Get("RateLimit-Policy"), got.Header().Get("RateLimit"); policy != step.policy || has != step.has {
			t.Errorf("one of %d servers says %s and %s, want %s and %s", step.servers, policy, has, step.policy, step.has)
		}
	}
	servers = 20
	request := httptest.NewRequest(http.MethodGet, "/", nil)
	request.RemoteAddr = "203.0.113.3:5000"
	if got := serve(engine, request); got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") != "4" {
		t.Errorf("got %d with %v", got.Code, got.Header())
	}
}
