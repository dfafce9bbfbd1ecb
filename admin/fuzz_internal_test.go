package admin

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// withPort is a host with its port, as a pattern: an address of IPv6 has brackets.
var withPort = regexp.MustCompile(`^(?:\[([^\[\]]*)\]|([^:\[\]]*)):[^:\[\]]*$`)

// thisMachine is a second reading of who is named by a host.
func thisMachine(host string) bool {
	if parts := withPort.FindStringSubmatch(host); parts != nil {
		host = parts[1] + parts[2]
	}
	address, zone, zoned := strings.Cut(host, "%")
	ip := net.ParseIP(address)
	return host == "localhost" || ip.IsLoopback() && (!zoned || zone != "" && strings.Contains(address, ":"))
}

// FuzzHost holds that who came by loopback is answered only where the request
// names this machine, that one who came otherwise may name what they like, and
// that a page is never answered.
func FuzzHost(f *testing.F) {
	for _, host := range []string{"localhost", "localhost:9090", "127.0.0.1:9090", "[::1]:9090", "::1", "[::ffff:127.9.9.9]", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "0x7f.1", "127.1", "2130706433",
		"localhost:9090:1", "LOCALHOST", "0.0.0.0", "[::1%lo]:1", "[::ffff:127.0.0.1%lo]:1", "127.0.0.1%lo", "::1%", ""} {
		f.Add(host, "", true)
		f.Add(host, "none", false)
		f.Add(host, "cross-site", true)
		f.Add(host, "same-site", false)
	}
	h := guarded(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	f.Fuzz(func(t *testing.T, host, site string, loopback bool) {
		local := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 9090}
		if loopback {
			local.IP = net.IPv6loopback
		}
		r := httptest.NewRequest(http.MethodGet, "/status", nil)
		r = r.WithContext(context.WithValue(r.Context(), http.LocalAddrContextKey, local))
		r.Host = host
		r.Header["Sec-Fetch-Site"] = []string{site}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		page := site == "cross-site" || site == "same-site"
		if w.Code != http.StatusNoContent && w.Code != http.StatusForbidden || page && w.Code != http.StatusForbidden || !page && !loopback && w.Code != http.StatusNoContent {
			t.Fatalf("host %q, site %q, loopback %v: %d", host, site, loopback, w.Code)
		}
		if loopback && !page && (w.Code == http.StatusNoContent) != thisMachine(host) {
			t.Fatalf("%q names this machine or not, and got %d", host, w.Code)
		}
	})
}

// someSeconds is a whole number from 1 to 60, as a pattern.
var someSeconds = regexp.MustCompile(`^0*([1-9]|[1-5][0-9]|60)$`)

// FuzzProfileTime holds that the processor is watched for as long as was asked,
// and for a minute at most.
func FuzzProfileTime(f *testing.F) {
	for _, query := range []string{"", "seconds=", "seconds=1", "seconds=60", "seconds=61", "seconds=0", "seconds=-1", "seconds=%2B5", "seconds=5s", "seconds=1e1", "seconds=0x5", "seconds=5_0", "seconds=18446744073709551621", "seconds=007",
		"seconds=5&seconds=600", "a;b&seconds=9", "%zz&seconds=99"} {
		f.Add(query)
	}
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest(http.MethodGet, "/debug/pprof/profile", nil)
		r.URL.RawQuery = query
		got, ok := profileTime(r)
		said, _ := url.ParseQuery(query) // what can be read of it
		want := 10
		text := said.Get("seconds")
		parts := someSeconds.FindStringSubmatch(text)
		if parts != nil {
			want, _ = strconv.Atoi(parts[1])
		}
		if ok != (text == "" || parts != nil) || ok && got != time.Duration(want)*time.Second {
			t.Fatalf("%q is watched for %v (%v)", query, got, ok)
		}
	})
}
