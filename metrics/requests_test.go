package metrics_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/metrics"
	"github.com/postern-dev/postern/middleware"
)

var notes = metrics.Route{Method: "GET", Path: "/api/v1/notes/:id"}

func newMetrics() *metrics.Metrics {
	return metrics.New([]metrics.Route{notes}, []string{"token_missing"})
}

func read(t *testing.T, m *metrics.Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// TestNoClientMakesASeries sends what no route answers, in many ways.
func TestNoClientMakesASeries(t *testing.T) {
	m := newMetrics()
	before := strings.Count(read(t, m), "postern_")
	for _, o := range []middleware.Observed{
		{Method: "BREW", Route: "", Status: 405},
		{Method: "GET", Route: "/elsewhere", Status: 404},
		{Method: "DELETE", Route: notes.Path, Status: 405},
		{Method: "GET", Route: notes.Path, Status: 999},
		{Method: "GET", Route: notes.Path, Status: 0},
		{Method: "GET", Route: notes.Path, Status: 401, Code: "invented\"\n"},
	} {
		m.Requests.Began()
		m.Requests.Ended(o)
	}
	text := read(t, m)
	if after := strings.Count(text, "postern_"); after != before {
		t.Errorf("%d lines, there were %d", after, before)
	}
	for _, want := range []string{
		`postern_http_requests_total{method="other",route="none",status="4xx"} 1`,
		`postern_http_requests_total{method="GET",route="none",status="4xx"} 1`,
		`postern_http_requests_total{method="DELETE",route="none",status="4xx"} 1`,
		`postern_http_requests_total{method="GET",route="/api/v1/notes/:id",status="4xx"} 1`,
		`postern_http_request_duration_seconds_count{method="GET",route="/api/v1/notes/:id"} 3`,
		`postern_http_refusals_total{code="other"} 1`,
		`postern_http_requests_in_hand 0`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is not told", want)
		}
	}
}

// TestMeasuringAllocatesNothing is for the way of every request.
func TestMeasuringAllocatesNothing(t *testing.T) {
	m := newMetrics()
	o := middleware.Observed{Method: "GET", Route: notes.Path, Status: 401, Took: time.Millisecond, Code: "token_missing"}
	ctx := context.Background()
	if n := testing.AllocsPerRun(1000, func() {
		m.Requests.Began()
		m.Requests.Ended(o)
		m.Database.End(m.Database.Begin(ctx, true), true, time.Millisecond, nil)
		m.Database.Committed(3, time.Millisecond)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkARequest(b *testing.B) {
	m := newMetrics()
	o := middleware.Observed{Method: "GET", Route: notes.Path, Status: 200, Took: time.Millisecond}
	b.ReportAllocs()
	for b.Loop() {
		m.Requests.Began()
		m.Requests.Ended(o)
	}
}
