package middleware

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/gin-gonic/gin"
)

// FuzzForwarded has peers name clients, and a second opinion say who counts.
func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"198.51.100.1", "x, 203.0.113.7", "203.0.113.7, 10.1.2.3", "2001:db8::1", "fe80::1%eth0", "::ffff:10.1.2.3", ",", "", "[::1]", "0x7f.1"} {
		f.Add("10.1.2.3:5000", s, "", false)
		f.Add("203.0.113.9:5000", s, "10.9.9.9", true)
		f.Add("[::ffff:10.1.2.3]:5000", s, s, true)
	}
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("2001:db8:ffff::/48")}
	limits := NewRateLimit(1, proxies)
	gin.SetMode(gin.TestMode)
	engine := gin.New()
	engine.RemoteIPHeaders = []string{"X-Forwarded-For"}
	if err := engine.SetTrustedProxies([]string{"10.0.0.0/8", "2001:db8:ffff::/48"}); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, peer, first, second string, both bool) {
		c := gin.CreateTestContextOnly(httptest.NewRecorder(), engine)
		c.Request = httptest.NewRequest(http.MethodGet, "/", nil)
		c.Request.RemoteAddr = peer
		fields := []string{first}
		if both {
			fields = append(fields, second)
		}
		c.Request.Header["X-Forwarded-For"] = fields
		got, counted := limits.client(c)
		if want, should := clientOf(peer, fields); counted != should || got != want {
			t.Fatalf("peer %q names %q: counted as %q (%v), want %q (%v)", peer, fields, got, counted, want, should)
		}
	})
}

// clientOf walks the names from the right: each proxy that is trusted is
// believed, and nobody else.
func clientOf(peer string, fields []string) (string, bool) {
	at, err := netip.ParseAddrPort(peer)
	if err != nil {
		return "", false
	}
	near := at.Addr().Unmap().WithZone("")
	if !ours(near) {
		if near.IsLoopback() || near.IsPrivate() || near.IsLinkLocalUnicast() {
			return "", false
		}
		return network(near), true
	}
	names := strings.Split(strings.Join(fields, ","), ",")
	for n := len(names) - 1; n >= 0; n-- {
		named, err := netip.ParseAddr(strings.TrimSpace(names[n]))
		if err != nil || named.Zone() != "" {
			return "", false
		}
		if named = named.Unmap(); named == near && (n == 0 || !ours(named)) {
			return "", false
		} else if n == 0 || !ours(named) {
			return network(named), true
		}
	}
	return "", false
}

func ours(a netip.Addr) bool {
	return strings.HasPrefix(a.String(), "10.") || strings.HasPrefix(a.StringExpanded(), "2001:0db8:ffff:")
}

func network(a netip.Addr) string {
	if a.Is4() {
		return a.String()
	}
	return netip.PrefixFrom(a, 64).Masked().Addr().String()
}

// FuzzShown holds that nothing that looks like a token, and no long part of a
// path, is shown of what comes from outside.
func FuzzShown(f *testing.F) {
	for _, s := range []string{"/api/v1/notes", "/eyJhbGciOiJSUzI1NiJ9.e30.c2ln", "/a=b", "/" + strings.Repeat("x", 30), "GET", "eyJ", "\x1b[2J\n", "/é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, got := range []string{shown(text, 100), shownPath(text), shownMethod(text)} {
			if strings.Contains(got, tokenHead) || len(got) > 100+len(masked) || strings.ContainsFunc(got, func(r rune) bool { return r < ' ' || r >= 0x7f && r <= 0x9f || r == '\u202e' }) {
				t.Fatalf("of %q is shown %q", text, got)
			}
		}
		for part := range strings.SplitSeq(shownPath(text), "/") {
			if len(part) > longestPart+len(masked) {
				t.Fatalf("of %q is shown the part %q", text, part)
			}
		}
		if saneRequestID(text) && (len(text) > 64 || strings.HasPrefix(text, tokenHead) || regexp.MustCompile(`[^A-Za-z0-9._-]`).MatchString(text)) {
			t.Fatalf("%q is taken for a request id", text)
		}
	})
}

// jsonType is application/json with whatever parameters.
var (
	jsonType = regexp.MustCompile(`(?i)^\s*application/json\s*(?:;.*)?$`)
	charset  = regexp.MustCompile(`(?i);\s*charset\s*=\s*("?)([^";]*)`)
)

// FuzzMediaType holds that only JSON passes for JSON, and only in UTF-8.
func FuzzMediaType(f *testing.F) {
	for _, s := range []string{"application/json", "application/json; charset=utf-8", "application/json;charset=utf-16", `application/json; charset="UTF-8"`,
		"application/jsonp", "text/json", "application/json, text/plain", "application/json;", "application/json; charset*=utf-16''utf-8", "application/json; charset*0=utf-16"} {
		f.Add(s, "")
	}
	f.Add("application/json", "gzip")
	f.Fuzz(func(t *testing.T, kind, encoding string) {
		r := &http.Request{Header: http.Header{"Content-Type": {kind}}}
		if encoding != "" {
			r.Header["Content-Encoding"] = []string{encoding}
		}
		if !isJSON(r, []string{"application/json"}) {
			return
		}
		if encoding != "" || !jsonType.MatchString(kind) {
			t.Fatalf("%q in %q passes for JSON", kind, encoding)
		}
		for _, said := range charset.FindAllStringSubmatch(kind, -1) {
			if !strings.EqualFold(strings.TrimSpace(said[2]), "utf-8") && utf8.ValidString(kind) && !strings.Contains(kind, `"`) {
				t.Fatalf("%q passes for UTF-8", kind)
			}
		}
	})
}
