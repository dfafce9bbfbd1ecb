package api_test

import (
	"net/url"
	"regexp"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
)

// asked is what a challenge asks of a login (RFC 9470, section 3), as a page reads
// it.
var asked = regexp.MustCompile(`(max_age|acr_values)="([^"]*)"`)

// TestASessionStepsUp is RFC 9470 without a token in the page: the refusal says
// what to ask for, the page sends the browser to the login with it, and then the
// same request succeeds. A proof is what no session has, however its user signs
// in.
func TestASessionStepsUp(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	owner := func(kind collection.Rule) collection.Rule {
		return collection.Rule{Kind: collection.All, Of: []collection.Rule{{Kind: collection.OwnerOnly}, kind}}
	}
	vault := notes(t)
	vault.Create = owner(collection.Rule{Kind: collection.LoginAge, Age: 5 * time.Minute})
	vault.Update = owner(collection.Rule{Kind: collection.ACR, Name: "phr"})
	vault.Delete = owner(collection.Rule{Kind: collection.Proven})
	s := launchOptions(t, authtest.NewIssuer(t), serve.Options{Collections: []*collection.Collection{vault}, Clock: te.clock.Now},
		withSessions(te, sqliteFile(t))...)
	s.waitReady(t)
	s.promise(t)

	te.clock.pass(-10 * time.Minute)
	b := newTab(s, te).signIn(t, "ada")
	te.clock.pass(10 * time.Minute)
	b.signIn(t, "ada") // the tenant has a session of its own, and asks nobody
	made := b.stepUp(t, call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"milk"}`}, "max_age=300")
	note := made.Header.Get("Location")
	if made.Status != 201 {
		t.Fatalf("after a recent login: %d %s", made.Status, made.Body)
	}
	if a := b.stepUp(t, call{Method: "PATCH", Path: note, Body: `{"done":true}`}, "acr_values=phr"); a.Status != 200 {
		t.Errorf("after a strong login: %d %s", a.Status, a.Body)
	}
	if a := b.fetch(t, call{Method: "DELETE", Path: note}); a.Status != 401 || a.Problem.Code != "proof_required" || asked.MatchString(a.Header.Get("WWW-Authenticate")) {
		t.Errorf("without a proof: %d %s", a.Status, a.Body)
	}
}

// stepUp makes a call that is refused for its login, has the user sign in as the
// refusal asks, which is to be want, and makes the call again.
func (b *tab) stepUp(t *testing.T, c call, want string) answer {
	t.Helper()
	refused := b.fetch(t, c)
	ask := url.Values{}
	for _, found := range asked.FindAllStringSubmatch(refused.Header.Get("WWW-Authenticate"), -1) {
		ask.Set(found[1], found[2])
	}
	if refused.Status != 401 || refused.Problem.Code != "insufficient_user_authentication" || ask.Encode() != want {
		t.Fatalf("refused with %d %s, which asks for %q", refused.Status, refused.Body, ask.Encode())
	}
	before := b.jar[sessionCookie].Value
	ask.Set("return_to", "/vault")
	begun := b.visit(t, "/auth/login?"+ask.Encode())
	back := b.visit(t, b.logIn(t, begun.Header.Get("Location"), "ada"))
	if back.Header.Get("Location") != app+"/vault" || b.jar[sessionCookie].Value == before {
		t.Fatalf("the login ended at %s", back.Header.Get("Location"))
	}
	return b.fetch(t, c)
}
