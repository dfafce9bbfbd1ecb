package traces_test

import (
	"encoding/hex"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"github.com/postern-dev/postern/traces"
)

// traceparent is the header of W3C Trace Context, section 3.2.2: of version 00 as
// it is, with the two flags of level 2, and of a later one with whatever follows.
var traceparent = regexp.MustCompile(`^(?:00-([0-9a-f]{32})-([0-9a-f]{16})-0[0-3]|(?:0[1-9a-f]|[1-9a-e][0-9a-f]|f[0-9a-e])-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(?:-[\s\S]*)?)$`)

// FuzzTraceparent holds that a request is part of the trace that a known caller
// names, exactly when it names one, and that a stranger names none.
func FuzzTraceparent(f *testing.F) {
	const ids = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"
	for _, s := range []string{"00-" + ids + "-01", "00-" + ids + "-04", "00-" + ids + "-01-x", "01-" + ids + "-ff-x", "01-" + ids + "-01x", "ff-" + ids + "-01", "00-" + strings.ToUpper(ids) + "-01",
		"00-" + strings.Repeat("0", 32) + "-b7ad6b7169203331-01", "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", "00-" + ids, " 00-" + ids + "-01", ""} {
		f.Add(s, "10.1.2.3:5000", "")
		f.Add(s, "203.0.113.9:5000", "a=b,c@d=e")
		f.Add(s, "[::ffff:10.1.2.3]:5000", "=,=")
	}
	tracer, err := traces.New(f.Context(), traces.Config{Endpoint: "http://127.0.0.1:1", Percent: 100, Callers: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")},
		Log: slog.New(slog.NewTextHandler(io.Discard, nil))})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, parent, peer, state string) {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = peer
		r.Header["Traceparent"], r.Header["Tracestate"] = []string{parent}, []string{state}
		_, trace := tracer.Begin(r)
		named, sampled := "", true
		if parts := traceparent.FindStringSubmatch(parent); parts != nil && known(peer) {
			id, span := parts[1]+parts[3], parts[2]+parts[4]
			if strings.Trim(id, "0") != "" && strings.Trim(span, "0") != "" {
				flags, _ := hex.DecodeString(parent[53:55])
				named, sampled = id, flags[0]&1 == 1
			}
		}
		switch {
		case sampled != (trace != ""):
			t.Fatalf("of %q by %s the trace is %q", parent, peer, trace)
		case sampled && named != "" && trace != named:
			t.Fatalf("%q by %s is part of %q", parent, peer, trace)
		case named == "" && strings.Contains(parent, trace):
			t.Fatalf("%q by %s is taken for a trace", parent, peer)
		}
	})
}

// known is a second reading of who is a known caller.
func known(peer string) bool {
	at, err := netip.ParseAddrPort(peer)
	return err == nil && (strings.HasPrefix(at.Addr().String(), "10.") || strings.HasPrefix(at.Addr().String(), "::ffff:10."))
}
