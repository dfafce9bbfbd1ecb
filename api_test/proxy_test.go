package api_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// proxied is a server behind a proxy.
type proxied struct {
	*server
	address string // of the proxy
	clear   string // where it takes requests without TLS
	roots   *x509.CertPool
}

// upstream is where the proxy finds the server.
func (p proxied) upstream() string { return strings.TrimPrefix(p.URL, "http://") }

// from is a client at an address of this machine's own.
func (p proxied) from(address string) *http.Client {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.ParseIP(address)}}
	return &http.Client{Timeout: 20 * time.Second, Transport: &http.Transport{
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return dialer.DialContext(ctx, "tcp", p.address)
		},
		TLSClientConfig:   &tls.Config{RootCAs: p.roots},
		ForceAttemptHTTP2: true,
	}}
}

// ask sends a call through the proxy, from an address of this machine's own.
func (p proxied) ask(t *testing.T, from string, c call) answer {
	t.Helper()
	client := p.from(from)
	defer client.CloseIdleConnections()
	return p.send(t, client, c)
}

func (p proxied) send(t *testing.T, client *http.Client, c call) answer {
	t.Helper()
	request := p.request(t, c)
	request.URL.Scheme, request.URL.Host = "https", "api.example.com"
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.ProtoMajor != 2 {
		t.Errorf("HTTP/%d, %v", response.ProtoMajor, err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	if strings.HasPrefix(response.Header.Get("Content-Type"), "application/problem+json") {
		decode(t, a.Body, &a.Problem)
	}
	return a
}

// proxyBefore is how a server is set up before which a proxy stands.
func proxyBefore(s *config.Settings) {
	s.TrustedProxies = []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}
	s.PublicURL = "https://api.example.com"
}

// TestBehindAProxy sends what matters through each proxy of the examples.
func TestBehindAProxy(t *testing.T) {
	t.Parallel()
	for _, f := range fronts {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			f.testAnswers(t)
			t.Run("whoever claims an address is counted by the real one", f.testClaims)
			t.Run("a page reads that the server is away", f.testAway)
			t.Run("a stranger does not say what is traced", f.testTrace)
		})
	}
}

func (f front) testAnswers(t *testing.T) {
	s := startDeclared(t, proxyBefore)
	p := f.behind(t, s)
	token := s.Issuer.Token(nil)
	json := func(body string) call {
		return call{Method: "POST", Path: "/api/v1/notes", Token: token, Body: body}.with("Content-Type", "application/json").with("Origin", app)
	}
	t.Run("a page can read what it is answered", func(t *testing.T) {
		for _, tt := range []struct {
			call   call
			status int
			code   string
		}{
			{json(`{"title":"milk"}`), 201, ""},
			{json(`{"title":"` + strings.Repeat("x", 1<<20+1) + `"}`), 413, "body_too_large"},
			{call{Path: "/api/v1/me", Token: token}.with("Origin", app).with("X-Large", strings.Repeat("x", 40<<10)), 431, "headers_too_large"},
			{call{Path: "/api/v1/me", Token: "x"}.with("Origin", app), 401, "token_opaque"},
			{call{Method: "OPTIONS", Path: "/api/v1/me"}.with("Origin", app).with("Access-Control-Request-Method", "GET"), 204, ""},
		} {
			a := p.ask(t, "127.0.0.1", tt.call)
			if a.Status != tt.status || a.Problem.Code != tt.code {
				t.Errorf("%s %s: %d %.200s, want %d %s", tt.call.Method, tt.call.Path, a.Status, a.Body, tt.status, tt.code)
			}
			if got := a.Header.Values("Access-Control-Allow-Origin"); len(got) != 1 || got[0] != app {
				t.Errorf("%d: a page reads it if %v", a.Status, got)
			}
		}
	})
	t.Run("followers hear of changes at once", func(t *testing.T) { p.testStream(t, token, json) })
}

// testClaims has an address send three requests at a limit of two, each with
// another claim. A slow machine may take so long that the budget comes back, and
// then another address tries; were claims believed, none would ever be refused.
func (f front) testClaims(t *testing.T) {
	p := f.behind(t, startDeclared(t, proxyBefore, narrow))
	refused := false
	for round := 1; round <= 100 && !refused; round++ {
		client := p.from(fmt.Sprintf("127.0.1.%d", round))
		for n := range 3 {
			c := call{Path: "/api/messages/public"}.with("X-Forwarded-For", fmt.Sprintf("203.0.113.%d, 203.0.113.%d", n, n))
			refused = p.send(t, client, c).Status == http.StatusTooManyRequests
		}
		client.CloseIdleConnections()
	}
	if !refused {
		t.Error("an address that claims to be many is never refused")
	}
	if a := p.ask(t, "127.0.0.3", call{Path: "/api/messages/public"}); a.Status != http.StatusOK || !strings.HasPrefix(a.Header.Get("RateLimit"), `"default";r=1;`) {
		t.Errorf("clients are not told apart: %d with %s left", a.Status, a.Header.Get("RateLimit"))
	}
}

// testTrace has a client ask for a trace: the proxy is believed, and it asks for none.
func (f front) testTrace(t *testing.T) {
	c := newTraceCollector(t)
	s := startDeclared(t, proxyBefore, c.sends, func(s *config.Settings) { s.TracePercent = 0 })
	p := f.behind(t, s)
	p.ask(t, "127.0.0.1", call{Path: "/api/messages/public"}.
		with("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01").with("Tracestate", "stranger=1"))
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if len(c.spans) != 0 {
		t.Errorf("a stranger had %d spans told: %v", len(c.spans), c.spans)
	}
}

func (p proxied) testStream(t *testing.T, token string, json func(string) call) {
	request := p.request(t, call{Path: "/api/v1/notes/changes", Token: token}.with("Accept", "text/event-stream"))
	request.URL.Scheme, request.URL.Host = "https", "api.example.com"
	response, err := p.from("127.0.0.1").Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	came := make(chan string, 100)
	go func() {
		for lines := bufio.NewScanner(response.Body); lines.Scan(); {
			came <- lines.Text()
		}
	}()
	await := func(text string) {
		t.Helper()
		for deadline := time.After(5 * time.Second); ; {
			select {
			case line := <-came:
				if strings.Contains(line, text) {
					return
				}
			case <-deadline:
				t.Fatalf("%q did not come: it is held back", text)
			}
		}
	}
	await("retry:")
	p.ask(t, "127.0.0.1", json(`{"title":"through a proxy"}`))
	await("through a proxy")
}
