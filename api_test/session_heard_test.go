package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"
)

// TestSecretsOfSessionsAreSought signs in, has the tokens refreshed, signs out and
// is signed out, and takes down by itself what the tenant was sent and what it
// answered: all of that is sought at the end of the run.
func TestSecretsOfSessionsAreSought(t *testing.T) {
	t.Parallel()
	te, n := startTenant(t, time.Hour), &noted{secrets: map[string]string{}}
	n.at(te)
	s := startSessions(t, te, sqliteFile(t))
	te.api.Store(&s.URL)
	ada, grace := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "grace")
	n.secrets["cookie"] = ada.jar[sessionCookie].Value
	te.clock.pass(time.Hour + time.Second)
	if a := ada.fetch(t, call{Path: whoAmI}); a.Status != http.StatusOK {
		t.Fatalf("after an hour: %d %s", a.Status, a.Body)
	}
	if a := ada.fetch(t, call{Method: http.MethodPost, Path: "/auth/logout"}); a.Status/100 != 2 {
		t.Fatalf("the logout: %d %s", a.Status, a.Body)
	}
	grace.atTenant(t, http.MethodGet, "/v2/logout?client_id=web", nil)
	s.mustStop(t) // it has given the refresh token back by then
	for _, kind := range []string{"cookie", "code", "code_verifier", "the client's secret", "access_token", "id_token", "refresh_token",
		"access_token, refreshed", "refresh_token, refreshed", "token that is given back"} {
		if secret := n.secrets[kind]; secret == "" {
			t.Errorf("no %s was seen", kind)
		} else if !written.Seeks(secret) {
			t.Errorf("a %s is not sought", kind)
		}
	}
}

// noted takes down the secrets that a tenant is sent and answers, by their kinds.
type noted struct {
	mu      sync.Mutex
	secrets map[string]string
}

func (n *noted) at(te *tenant) {
	listen := func(w http.ResponseWriter, r *http.Request) bool {
		answer, body := httptest.NewRecorder(), new(bytes.Buffer)
		r.Body = io.NopCloser(io.TeeReader(r.Body, body))
		te.itself.ServeHTTP(answer, r)
		form, _ := url.ParseQuery(body.String())
		n.note(r, form, answer.Body.Bytes())
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
		return true
	}
	te.change.Store(&listen)
}

func (n *noted) note(r *http.Request, form url.Values, answer []byte) {
	n.mu.Lock()
	defer n.mu.Unlock()
	keep := func(kind, secret string) {
		if secret != "" {
			n.secrets[kind] = secret
		}
	}
	_, secret, _ := r.BasicAuth()
	keep("the client's secret", secret)
	switch r.URL.Path {
	case "/oauth/token":
		after := ""
		if form.Get("grant_type") == "refresh_token" {
			after = ", refreshed"
		}
		keep("the client's secret", form.Get("client_secret"))
		keep("code", form.Get("code"))
		keep("code_verifier", form.Get("code_verifier"))
		var members map[string]any
		_ = json.Unmarshal(answer, &members)
		for _, name := range []string{"access_token", "id_token", "refresh_token"} {
			token, _ := members[name].(string)
			keep(name+after, token)
		}
	case "/oauth/revoke":
		keep("token that is given back", form.Get("token"))
	}
}
