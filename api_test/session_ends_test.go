package api_test

import (
	"net/http"
	"testing"
	"time"
)

// The tenant's word ends that browser's session alone (by its sid), on all servers.
func TestTheTenantEndsASession(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	te.api.Store(&s.URL)
	laptop, phone := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "ada")
	follows := laptop.follow(t, s, "/notes/changes", "")
	laptop.atTenant(t, "GET", "/v2/logout?client_id=web", nil)
	ended := countFrom(t)
	ended.mustBeEverywhere(t, "the session", func() bool {
		status, _ := laptop.status(t, s)
		return status == http.StatusUnauthorized
	})
	ended.mustBeEverywhere(t, "its stream", func() bool {
		_, over := follows.next(t)
		return over
	})
	if laptop.session(t).Authenticated {
		t.Error("the page is told that somebody is signed in")
	}
	if status, _ := phone.status(t, s); status != 200 {
		t.Errorf("the other device: %d", status)
	}
}

// The tenant's word on a user, with no session in it, ends all of theirs.
func TestTheTenantEndsAllSessionsOfAUser(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	te.api.Store(&s.URL)
	laptop, phone, grace := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "grace")
	grace.atTenant(t, "POST", "/dev/logout?user=ada", nil)
	for name, b := range map[string]*tab{"laptop": laptop, "phone": phone} {
		if a := b.fetch(t, call{Path: whoAmI}); a.Status != 401 || a.Problem.Code != "session_ended" || b.session(t).Authenticated {
			t.Errorf("the %s: %d %s", name, a.Status, a.Body)
		}
	}
	if status, _ := grace.status(t, s); status != 200 {
		t.Errorf("another user: %d", status)
	}
	if status, _ := laptop.signIn(t, "ada").status(t, s); status != 200 {
		t.Errorf("a new login: %d", status)
	}
}
