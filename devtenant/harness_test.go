package devtenant_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"

	"github.com/postern-dev/postern/devtenant"
)

const (
	secret     = "open sesame"
	playground = "http://localhost:4040"
)

// house is a tenant on a real listener, with a clock that stands still.
type house struct {
	*devtenant.Tenant
	issuer string // the name: http://localhost:PORT/
	port   string
	url    string // where to knock: http://127.0.0.1:PORT
	clock  *clock
}

type clock struct{ unix atomic.Int64 }

func (c *clock) now() time.Time           { return time.Unix(c.unix.Load(), 0) }
func (c *clock) advance(by time.Duration) { c.unix.Add(int64(by / time.Second)) }

func open(t *testing.T, change func(*devtenant.Options)) *house {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	_, port, _ := strings.Cut(server.Listener.Addr().String(), ":")
	h := &house{issuer: "http://localhost:" + port + "/", port: port, clock: &clock{}}
	h.clock.unix.Store(1_900_000_000)
	opts := devtenant.Options{
		Issuer: h.issuer, Secret: secret, TrustedOrigins: []string{playground}, Clock: h.clock.now,
	}
	if change != nil {
		change(&opts)
	}
	var err error
	if h.Tenant, err = devtenant.New(opts); err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = h.Handler()
	server.Start()
	h.url = server.URL
	return h
}

// request describes one knock. Header values win over the harness's; "Host" is
// the host.
type request struct {
	method, path, body string
	header             map[string]string
}

func (h *house) send(t *testing.T, q request) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), q.method, h.url+q.path, strings.NewReader(q.body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range q.header {
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(body)
}

// do is send for what must succeed, decoded into want.
func (h *house) do(t *testing.T, method, path string, want any) {
	t.Helper()
	resp, body := h.send(t, request{method: method, path: path})
	if resp.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, body)
	}
	if err := json.Unmarshal([]byte(body), want); err != nil {
		t.Fatalf("%s %s: %v in %s", method, path, err, body)
	}
}

func (h *house) mint(t *testing.T, req devtenant.MintRequest) string {
	t.Helper()
	token, _, err := h.Mint(req)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// verify returns the claims of a token whose signature fits one of the keys
// that the tenant serves right now.
func (h *house) verify(t *testing.T, token string) (map[string]any, error) {
	t.Helper()
	var keys jose.JSONWebKeySet
	h.do(t, "GET", "/.well-known/jwks.json", &keys)
	parsed, err := jwt.ParseSigned(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, err
	}
	claims := map[string]any{}
	return claims, parsed.Claims(keys, &claims)
}

type state struct {
	Issuer        string    `json:"issuer"`
	SigningKey    string    `json:"signingKey"`
	PublishedKeys []string  `json:"publishedKeys"`
	OutageSeconds float64   `json:"outageSeconds"`
	SkewSeconds   float64   `json:"skewSeconds"`
	Time          time.Time `json:"time"`
}
