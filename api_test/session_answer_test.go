package api_test

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// A login is good for ten minutes, by the server's clock.
func TestALoginTakesTenMinutesAtTheMost(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	for _, tt := range []struct {
		name  string
		takes time.Duration
		lands string
	}{
		{"nearly ten minutes", 10*time.Minute - time.Second, app + "/"},
		{"a little more", 10*time.Minute + time.Second, app + "/?login_error=login_expired"},
		{"a clock that went back for an hour", -time.Hour, app + "/?login_error=login_expired"},
	} {
		b := newTab(s, te)
		begun := b.visit(t, "/auth/login")
		te.clock.pass(tt.takes) // the user reads the page of the tenant
		back := b.logIn(t, begun.Header.Get("Location"), "ada")
		if a := b.visit(t, back); a.Header.Get("Location") != tt.lands || (b.jar[sessionCookie] != nil) != (tt.lands == app+"/") {
			t.Errorf("%s: %d to %s, want %s (%v)", tt.name, a.Status, a.Header.Get("Location"), tt.lands, s.log.request(t, a.Header.Get("X-Request-Id")))
		}
	}
}

// A tenant may promise that each of its answers names it (RFC 9207, section 3).
// One that does not is then another's.
func TestAnAnswerSaysWhoseItIs(t *testing.T) {
	t.Parallel()
	for _, promised := range []bool{true, false} {
		te := startTenant(t, time.Hour)
		te.rewrite(map[string]func(map[string]any){"/.well-known/openid-configuration": func(members map[string]any) {
			members["authorization_response_iss_parameter_supported"] = promised
		}})
		s := startSessions(t, te, sqliteFile(t))
		for _, tt := range []struct {
			name, said string
			good       bool
		}{
			{"its name", "&iss=" + url.QueryEscape(te.issuer), true},
			{"nothing", "", !promised},
			{"an empty name", "&iss=", false},
			{"another name", "&iss=https%3A%2F%2Fevil.example%2F", false},
			{"its name without the slash", "&iss=" + url.QueryEscape(strings.TrimSuffix(te.issuer, "/")), false},
		} {
			b := newTab(s, te)
			a := b.visit(t, b.toTenant(t, "ada", "/")+tt.said)
			want := app + "/?login_error=login_failed"
			if tt.good {
				want = app + "/"
			}
			if a.Header.Get("Location") != want || (b.jar[sessionCookie] != nil) != tt.good {
				t.Errorf("promised %v, said is %s: %d to %s, want %s", promised, tt.name, a.Status, a.Header.Get("Location"), want)
			}
		}
	}
}
