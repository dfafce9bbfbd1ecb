package api_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/middleware"
	"github.com/postern-dev/postern/problem"
	"github.com/postern-dev/postern/store/pgtest"
)

// pairOfServers are two of one database, and a caller whose token is bound.
type pairOfServers struct {
	a, b   *server
	holder authtest.Holder
	token  string
}

func startPair(t *testing.T, changes ...change) *pairOfServers {
	issuer, database := authtest.NewIssuer(t), pgtest.URL(t)
	begin := func() *server {
		changes := append([]change{takesProofs, noRateLimit, func(s *config.Settings) { s.DatabaseURL = database }}, changes...)
		s := launchOptions(t, issuer, serve.Options{Routes: provenRoutes(), Collections: []*collection.Collection{notes(t)}}, changes...)
		s.waitReady(t)
		return s
	}
	p := &pairOfServers{a: begin(), b: begin(), holder: authtest.NewHolder("ES256")}
	p.token = boundTo(issuer, p.holder, nil)
	return p
}

// provenRoutes are some of a program that embeds the server.
func provenRoutes() []api.Route {
	return []api.Route{
		{Method: "POST", Path: "/trial/order", Right: middleware.Authenticated(), Handle: func(c *gin.Context) error {
			c.JSON(http.StatusOK, gin.H{})
			return nil
		}},
		{Method: "POST", Path: "/trial/refused", Right: middleware.Authenticated(), Handle: func(*gin.Context) error {
			return problem.BodyInvalid.New("")
		}},
		{Method: "POST", Path: "/trial/scoped", Right: middleware.Scope("write:orders"), Handle: func(*gin.Context) error { return nil }},
		{Method: "POST", Path: "/trial/panics", Right: middleware.Authenticated(), Handle: func(*gin.Context) error { panic("no name") }},
		{Method: "GET", Path: "/trial/report", Right: middleware.Authenticated(), Handle: func(*gin.Context) error {
			return problem.BodyInvalid.New("")
		}},
	}
}

// signed is a request with a new proof.
func (p *pairOfServers) signed(method, path, body string) call {
	c := proved(call{Method: method, Path: path, Body: body}, p.token, p.holder.Proof(method, outside+path, p.token, nil, nil))
	if body != "" {
		c.Header.Set("Content-Type", "application/json")
	}
	return c
}

// note makes a note and returns its path.
func (p *pairOfServers) note(t *testing.T) string {
	t.Helper()
	a := p.a.receive(t, p.a.request(t, p.signed("POST", "/api/v1/notes", `{"title":"x"}`)))
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(a.Body), &made); err != nil || made.ID == "" {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	return "/api/v1/notes/" + made.ID
}

// A proof says nothing of the body: whoever has the one of a write that was
// refused could send another write with it, elsewhere.
func TestTheProofOfARefusedWriteIsSpent(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	const all, batch = "/api/v1/notes", "/api/v1/batch"
	one := p.note(t)
	for _, tt := range []struct {
		name, method, path string
		bad                string // the body that is refused
		status             int
		good               string // the one that somebody else sends
		header             http.Header
	}{
		{"no JSON", "POST", all, `{`, 400, `{"title":"y"}`, nil},
		{"against the schema", "POST", all, `{"title":""}`, 422, `{"title":"y"}`, nil},
		{"not even read", "POST", all, `title=x`, 415, `{"title":"y"}`, http.Header{"Content-Type": {"text/plain"}}},
		{"a precondition that is none", "PUT", one, `{"title":"z"}`, 400, `{"title":"y"}`, http.Header{"If-Match": {"x"}}},
		{"a precondition that fails", "PUT", one, `{"title":"z"}`, 412, `{"title":"y"}`, http.Header{"If-Match": {`"7-x"`}}},
		{"a key that is none", "POST", all, `{"title":"z"}`, 400, `{"title":"y"}`, http.Header{"Idempotency-Key": {""}}},
		{"a patch", "PATCH", one, `{"title":7}`, 422, `{"title":"y"}`, nil},
		{"a patch of another type", "PATCH", one, `x`, 415, `{"title":"y"}`, http.Header{"Content-Type": {"text/plain"}}},
		{"a delete", "DELETE", one, "", 412, "", http.Header{"If-Match": {`"7-x"`}}},
		{"a batch that cannot be read", "POST", batch, `{}`, 422, `{"requests":[{"method":"POST","path":"/notes","body":{"title":"y"}}]}`, nil},
		{"a batch whose second write fails", "POST", batch,
			`{"requests":[{"method":"POST","path":"/notes","body":{"title":"y"}},{"method":"POST","path":"/notes","body":{}}]}`, 422,
			`{"requests":[{"method":"POST","path":"/notes","body":{"title":"y"}}]}`, nil},
		{"a route of one's own", "POST", "/trial/refused", `{}`, 422, `{}`, nil},
		{"a route of one's own without the right", "POST", "/trial/scoped", `{}`, 403, `{}`, nil},
		{"a route of one's own that fails", "POST", "/trial/panics", `{}`, 500, `{}`, nil},
	} {
		c := p.signed(tt.method, tt.path, tt.bad)
		for name, values := range tt.header {
			c.Header[name] = values
		}
		if a := p.a.receive(t, p.a.request(t, c)); a.Status != tt.status {
			t.Errorf("%s: %d %s, want %d", tt.name, a.Status, a.Body, tt.status)
		}
		c.Body = tt.good
		for name := range tt.header {
			delete(c.Header, name)
		}
		if c.Header.Set("Content-Type", "application/json"); tt.good == "" {
			delete(c.Header, "Content-Type")
		}
		if a := p.b.receive(t, p.b.request(t, c)); a.Status != 401 || a.Problem.Code != "proof_replayed" {
			t.Errorf("%s: elsewhere the proof was good for %d %s", tt.name, a.Status, a.Body)
		}
	}
}

// What is read and refused costs the database nothing.
func TestTheProofOfARefusedReadIsNotSpent(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	c := p.signed("GET", "/trial/report", "")
	for _, s := range []*server{p.a, p.b} {
		if a := s.receive(t, s.request(t, c)); a.Status != 422 {
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
}

// A flood that the limit keeps out must not get to the database.
func TestTheProofOfTooManyRequestsIsNotSpent(t *testing.T) {
	t.Parallel()
	p := startPair(t, func(s *config.Settings) { s.RateLimit = 2 })
	for range 20 {
		c := p.signed("POST", "/trial/order", "{}")
		if a := p.a.receive(t, p.a.request(t, c)); a.Status != 429 {
			continue
		}
		if a := p.b.receive(t, p.b.request(t, c)); a.Status != 200 {
			t.Errorf("elsewhere: %d %s", a.Status, a.Body)
		}
		return
	}
	t.Error("nothing was refused")
}

// However many send one proof to however many servers at one moment, one is
// served.
func TestAProofIsGoodForOneWriteOfManyAtOnce(t *testing.T) {
	t.Parallel()
	p := startPair(t)
	for _, tt := range []struct {
		name, method string
		path         func() string
		body         string
		status       int
	}{
		{"create", "POST", func() string { return "/api/v1/notes" }, `{"title":"once"}`, 201},
		{"put", "PUT", func() string { return p.note(t) }, `{"title":"once"}`, 200},
		{"patch", "PATCH", func() string { return p.note(t) }, `{"title":"once"}`, 200},
		{"delete", "DELETE", func() string { return p.note(t) }, "", 204},
		{"batch", "POST", func() string { return "/api/v1/batch" }, `{"requests":[{"method":"POST","path":"/notes","body":{"title":"once"}}]}`, 200},
		{"erase all", "DELETE", func() string { return "/api/v1/me/data" }, "", 200},
		{"a route of one's own", "POST", func() string { return "/trial/order" }, "{}", 200},
	} {
		served := p.race(t, p.signed(tt.method, tt.path(), tt.body), tt.status)
		if served != 1 {
			t.Errorf("%s: %d were served", tt.name, served)
		}
	}
}

// race sends the call 32 times, to both servers, and returns how many were
// served; all others have to be told of the replay.
func (p *pairOfServers) race(t *testing.T, c call, status int) (served int) {
	var all sync.WaitGroup
	answers := make(chan answer, 32)
	for i := range cap(answers) {
		s := []*server{p.a, p.b}[i%2]
		request := s.request(t, c)
		request.Header = c.Header.Clone()
		all.Go(func() { answers <- s.receive(t, request) })
	}
	all.Wait()
	close(answers)
	for a := range answers {
		switch {
		case a.Status == status:
			served++
		case a.Problem.Code != "proof_replayed" || !strings.HasPrefix(a.Header.Get("WWW-Authenticate"), "DPoP "):
			t.Errorf("%d %s", a.Status, a.Body)
		}
	}
	return served
}
