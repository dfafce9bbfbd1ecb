package api_test

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/origin"
)

// BenchmarkRequest is one whole request through everything but the network:
// log, CORS, limits, token, rate, right, handler.
func BenchmarkRequest(b *testing.B) {
	handler, issuer := benchAPI(b)
	for _, bb := range []struct {
		name, path string
		tokens     int
	}{
		{"public", "/api/messages/public", 0},
		{"protected, one token", "/api/messages/protected", 1},
		{"protected, 10000 tokens", "/api/messages/protected", 10_000},
	} {
		b.Run(bb.name, func(b *testing.B) {
			requests := benchRequests(bb.path, bb.tokens, issuer)
			for _, r := range requests { // warms the cache
				handler.ServeHTTP(&discard{header: http.Header{}}, r)
			}
			b.ReportAllocs()
			b.ResetTimer()
			for i := range b.N {
				w := &discard{header: http.Header{}}
				handler.ServeHTTP(w, requests[i%len(requests)])
				if w.status != http.StatusOK {
					b.Fatalf("answered %d", w.status)
				}
			}
		})
	}
}

func benchAPI(b testing.TB, changes ...func(*api.Options)) (http.Handler, *authtest.Issuer) {
	b.Helper()
	gin.SetMode(gin.ReleaseMode)
	issuer := authtest.NewIssuer(b)
	verifier, err := auth.New(b.Context(), auth.Config{
		Issuers: []auth.Issuer{{URL: issuer.URL(), Audiences: []string{issuer.Audience()}}},
	})
	if err != nil {
		b.Fatal(err)
	}
	origins, err := origin.ParseList([]string{app})
	if err != nil {
		b.Fatal(err)
	}
	options := api.Options{
		Verifier: verifier, Log: slog.New(slog.NewJSONHandler(io.Discard, nil)), Origins: origins,
		MaxBody: 1 << 20, InHand: middleware.NewInHand(512), Timeout: 15 * time.Second, RateLimit: 1_000_000, OpenAPI: postern.OpenAPI,
	}
	for _, change := range changes {
		change(&options)
	}
	a, err := api.New(options)
	if err != nil {
		b.Fatal(err)
	}
	return a, issuer
}

func benchRequests(path string, tokens int, issuer *authtest.Issuer) []*http.Request {
	var requests []*http.Request
	for i := range max(tokens, 1) {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Origin", app)
		r.RemoteAddr = "203.0.113.7:5000"
		if tokens > 0 {
			r.Header.Set("Authorization", "Bearer "+issuer.Token(map[string]any{"sub": fmt.Sprint("auth0|user-", i)}))
		}
		requests = append(requests, r)
	}
	return requests
}

// discard is a ResponseWriter that only remembers the status.
type discard struct {
	header http.Header
	status int
}

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(status int)      { d.status = status }
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
