package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

// TestARuleAsksForAStrongerLogin is RFC 9470: the refusal says what the page has
// to ask for, and with that it succeeds.
func TestARuleAsksForAStrongerLogin(t *testing.T) {
	t.Parallel()
	all := func(more ...collection.Rule) collection.Rule {
		return collection.Rule{Kind: collection.All, Of: append([]collection.Rule{{Kind: collection.OwnerOnly}}, more...)}
	}
	strong := collection.Rule{Kind: collection.ACR, Name: "phr"}
	recent := collection.Rule{Kind: collection.LoginAge, Age: 5 * time.Minute}
	vault := notes(t)
	vault.Read, vault.Create, vault.Update, vault.Delete = all(), all(strong), all(recent), all(strong, recent)
	s := startCollections(t, []*collection.Collection{vault})
	login := func(acr any, ago time.Duration) string {
		claims := map[string]any{"acr": acr, "auth_time": time.Now().Add(-ago).Unix()}
		if acr == nil {
			delete(claims, "acr")
		}
		if ago == 0 {
			delete(claims, "auth_time")
		}
		return s.Issuer.Token(claims)
	}
	made := s.must(t, 201, "POST", "/notes", login("phr", time.Second), `{"title":"secret"}`)
	path := "/notes/" + read[struct{ ID string }](t, made).ID
	for _, tt := range []struct {
		name, method, token, challenge string
		status                         int
	}{
		{"nothing is said of the login", "PATCH", login(nil, 0), `max_age="300"`, 401},
		{"the login is too old", "PATCH", login("phr", time.Hour), `max_age="300"`, 401},
		{"the login is new", "PATCH", login(nil, time.Minute), "", 200},
		{"the login is of another kind", "POST", login("pwd", time.Second), `acr_values="phr"`, 401},
		{"the login is of no kind", "POST", login(nil, time.Second), `acr_values="phr"`, 401},
		{"the login is of the kind, however old", "POST", login("phr", 24*time.Hour), "", 201},
		{"two things are asked for, and neither is there", "DELETE", login(nil, 0), `acr_values="phr", max_age="300"`, 401},
		{"two things are asked for, and one is missing", "DELETE", login("phr", time.Hour), `acr_values="phr", max_age="300"`, 401},
		{"reading asks for nothing", "GET", login(nil, 0), "", 200},
		{"both are there", "DELETE", login("phr", time.Minute), "", 204},
	} {
		at, body := path, `{"title":"more"}`
		if tt.method == "POST" {
			at = "/notes"
		}
		if tt.method == "GET" || tt.method == "DELETE" {
			body = ""
		}
		a := s.ask(t, tt.method, at, tt.token, body)
		challenge := a.Header.Get("WWW-Authenticate")
		if a.Status != tt.status || !strings.Contains(challenge, tt.challenge) {
			t.Errorf("%s: %d %s %q", tt.name, a.Status, a.Body, challenge)
		}
		if a.Status == 401 && (a.Problem.Code != "insufficient_user_authentication" || !strings.Contains(challenge, `error="insufficient_user_authentication"`)) {
			t.Errorf("%s: %s %q", tt.name, a.Problem.Code, challenge)
		}
	}
}

// TestAStreamEndsWithTheLogin has a rule that asks for a recent login: what is
// followed ends when it is not recent any more, and what is asked next says why.
func TestAStreamEndsWithTheLogin(t *testing.T) {
	t.Parallel()
	vault := notes(t)
	recent := collection.Rule{Kind: collection.LoginAge, Age: time.Minute}
	vault.Read = collection.Rule{Kind: collection.All, Of: []collection.Rule{{Kind: collection.OwnerOnly}, recent}}
	s := startCollections(t, []*collection.Collection{vault})
	login := time.Now().Add(-52 * time.Second).Truncate(time.Second)
	token := s.Issuer.Token(map[string]any{"auth_time": login.Unix()})
	ends := login.Add(time.Minute)
	f := s.follow(t, "/notes/changes", token)
	f.begun(t)
	began := time.Now()
	if a := s.ask(t, "GET", "/notes/changes?wait=25", token, ""); a.Status != 200 || time.Since(began) > 20*time.Second {
		t.Errorf("the long poll is answered %d after %v", a.Status, time.Since(began))
	}
	if e, ended := f.next(t); ended || e.Name != "reauth" {
		t.Errorf("before the login is too old came %+v", e)
	}
	if e, ended := f.next(t); !ended || time.Now().Before(ends) {
		t.Errorf("then came %+v", e)
	}
	if _, status := s.tryFollow(t, "/notes/changes", token); status != 401 {
		t.Errorf("who comes back gets %d", status)
	}
	fresh := s.Issuer.Token(map[string]any{"auth_time": time.Now().Unix()})
	s.follow(t, "/notes/changes", fresh).begun(t)
}
