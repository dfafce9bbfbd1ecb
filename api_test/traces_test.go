package api_test

import (
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/postern-dev/postern/config"
	collector "go.opentelemetry.io/proto/slim/otlp/collector/trace/v1"
	wire "go.opentelemetry.io/proto/slim/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// traceCollector takes traces as a collector of OpenTelemetry does.
type traceCollector struct {
	*httptest.Server
	mu    sync.Mutex
	raw   strings.Builder
	names []string // of the servers
	spans []*wire.Span
}

func newTraceCollector(t *testing.T) *traceCollector {
	t.Helper()
	c := &traceCollector{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		var request collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(body, &request)
		}
		if err != nil || r.Method != http.MethodPost || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("%s %s of %s cannot be read: %v", r.Method, r.URL.Path, r.Header.Get("Content-Type"), err)
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.take(string(body), &request)
	}))
	t.Cleanup(c.Close)
	return c
}

func (c *traceCollector) take(body string, request *collector.ExportTraceServiceRequest) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.raw.WriteString(body)
	_, _ = io.WriteString(written.Writer("the collector of traces"), body)
	for _, of := range request.ResourceSpans {
		for _, a := range of.Resource.Attributes {
			if a.Key == "service.name" {
				c.names = append(c.names, a.Value.GetStringValue())
			}
		}
		for _, scope := range of.ScopeSpans {
			c.spans = append(c.spans, scope.Spans...)
		}
	}
}

func (c *traceCollector) sends(s *config.Settings) { s.OTLPEndpoint = c.URL }

// attributes are those of a span, as text.
func attributes(s *wire.Span) string {
	var list []string
	for _, a := range s.Attributes {
		list = append(list, a.Key+"="+a.Value.GetStringValue()+strings.TrimPrefix(mustJSON(a.Value.GetIntValue()), "0"))
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// tree is what a trace tells, a line a span.
func tree(spans []*wire.Span, parent []byte, indent string) (lines []string) {
	for _, s := range spans {
		if string(s.ParentSpanId) == string(parent) {
			failed := ""
			if s.Status.GetCode() == wire.Status_STATUS_CODE_ERROR {
				failed = " failed"
			}
			if s.EndTimeUnixNano < s.StartTimeUnixNano || len(s.TraceId) != 16 || len(s.SpanId) != 8 {
				failed += " and is not one"
			}
			lines = append(lines, strings.TrimRight(indent+s.Name+failed+" "+attributes(s), " "))
			lines = append(lines, tree(spans, s.SpanId, indent+"  ")...)
		}
	}
	return lines
}

// TestTraces has a collector take what becomes of requests.
func TestTraces(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	s := startDeclared(t, c.sends)
	token := s.Issuer.Token(nil)
	made := s.do(t, call{Method: "POST", Path: "/api/v1/notes", Token: token, Body: `{"title":"a secret of mine"}`}.with("Content-Type", "application/json"))
	var note struct{ ID string }
	decode(t, made.Body, &note)
	s.get(t, "/api/v1/notes/"+note.ID+"?fields=title", token)
	bad := s.do(t, call{Path: "/api/v1/me", Token: token + "x"}.with("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"))
	s.do(t, call{Method: "OPTIONS", Path: "/api/v1/me"}.with("Origin", app).with("Access-Control-Request-Method", "GET"))
	line := s.log.request(t, bad.Header.Get("X-Request-Id"))
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	told := strings.Join(tree(c.spans, nil, ""), "\n")
	for _, want := range []string{
		"POST /api/v1/notes http.request.method=POST http.response.status_code=201 http.route=/api/v1/notes\n  verify token\n  database write",
		"GET /api/v1/notes/:id http.request.method=GET http.response.status_code=200 http.route=/api/v1/notes/:id\n  verify token\n  database read",
		"GET /api/v1/me error.type=token_malformed http.request.method=GET http.response.status_code=401 http.route=/api/v1/me\n  verify token failed",
		"OPTIONS http.request.method=OPTIONS http.response.status_code=204",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("no trace says\n%s\nthere are\n%s", want, told)
		}
	}
	trace, _ := line["trace"].(string)
	if !slices.ContainsFunc(c.spans, func(s *wire.Span) bool { return hex.EncodeToString(s.TraceId) == trace }) {
		t.Errorf("the log names the trace %q, which nobody sent", trace)
	}
	if strings.HasPrefix(trace, "0af7651916cd43dd") {
		t.Error("a stranger decided about the trace")
	}
	for _, secret := range []string{"eyJ", "a secret of mine", note.ID, "fields", "readyz", s.Issuer.URL(), "auth0|"} {
		if strings.Contains(c.raw.String(), secret) {
			t.Errorf("spans tell %q", secret)
		}
	}
	if !slices.Contains(c.names, "postern") {
		t.Errorf("the server is called %v", c.names)
	}
}

// TestATraceGoesOn takes part in the trace of a proxy that is known.
func TestATraceGoesOn(t *testing.T) {
	t.Parallel()
	c := newTraceCollector(t)
	s := start(t, c.sends, func(s *config.Settings) {
		s.TrustedProxies, s.TracePercent = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, 0
	})
	for _, sampled := range []string{"01", "00"} {
		s.do(t, call{Path: "/api/messages/public"}.with("Traceparent", "00-0af7651916cd43dd8448eb211c8031"+sampled+"-b7ad6b7169203331-"+sampled))
	}
	for _, bad := range []string{"", "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01", "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"} {
		s.do(t, call{Path: "/api/messages/public"}.with("Traceparent", bad))
	}
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if len(c.spans) != 1 || hex.EncodeToString(c.spans[0].TraceId) != "0af7651916cd43dd8448eb211c803101" || hex.EncodeToString(c.spans[0].ParentSpanId) != "b7ad6b7169203331" {
		t.Errorf("of one request that its proxy traces there are %d spans: %v", len(c.spans), c.spans)
	}
}

// TestACollectorThatIsAway costs requests nothing.
func TestACollectorThatIsAway(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.OTLPEndpoint = "http://" + freeAddress(t) })
	for range 50 {
		if a := s.get(t, "/api/messages/protected", s.Issuer.Token(nil)); a.Status != http.StatusOK {
			t.Fatalf("answered %d", a.Status)
		}
	}
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if warned := strings.Count(s.log.String(), "traces were not sent"); warned != 1 {
		t.Errorf("the log was told %d times", warned)
	}
}
