package api_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"testing"

	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/metrics"
	"github.com/postern-dev/postern/traces"
)

// measured counts requests as a server with a listener for its operator does.
func measured(o *api.Options) {
	var routes []metrics.Route
	for _, r := range api.Routes(*o) {
		routes = append(routes, metrics.Route{Method: r.Method, Path: r.Path})
	}
	o.Observer = metrics.New(routes, api.ProblemCodes()).Requests
}

// tracesNone is a server that a collector is named to, and that traces no
// request.
func tracesNone(b testing.TB) func(*api.Options) {
	t, err := traces.New(b.Context(), traces.Config{Endpoint: "http://127.0.0.1:1", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(t.Close)
	return func(o *api.Options) { o.Tracer = t }
}

// TestMeasuringARequestCostsTwoAllocationsAtMost compares the same requests
// with and without.
func TestMeasuringARequestCostsTwoAllocationsAtMost(t *testing.T) {
	allocations := func(path string, tokens int, changes ...func(*api.Options)) float64 {
		handler, issuer := benchAPI(t, changes...)
		request := benchRequests(path, tokens, issuer)[0]
		return testing.AllocsPerRun(2000, func() { handler.ServeHTTP(&discard{header: http.Header{}}, request) })
	}
	for _, tt := range []struct {
		path   string
		tokens int
	}{{"/api/messages/protected", 1}, {"/api/messages/public", 0}, {"/nowhere", 0}} {
		before, after := allocations(tt.path, tt.tokens), allocations(tt.path, tt.tokens, measured)
		if t.Log(tt.path, before, after); after-before > 2.5 {
			t.Errorf("%s costs %v allocations, and %v measured", tt.path, before, after)
		}
	}
}

// BenchmarkMeasuredRequest is BenchmarkRequest with what an operator may ask
// for.
func BenchmarkMeasuredRequest(b *testing.B) {
	for name, changes := range map[string][]func(*api.Options){
		"not measured": nil, "measured": {measured}, "measured, not sampled": {measured, tracesNone(b)},
	} {
		handler, issuer := benchAPI(b, changes...)
		request := benchRequests("/api/messages/protected", 1, issuer)[0]
		b.Run(fmt.Sprint(name), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(&discard{header: http.Header{}}, request)
			}
		})
	}
}
