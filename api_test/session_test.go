package api_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// shownSession is what /auth/session says.
type shownSession struct {
	Authenticated          bool
	Subject, Issuer, Email string
	ExpiresAt, IdleAt      time.Time
}

func (b *tab) session(t testing.TB) shownSession {
	t.Helper()
	a := b.fetch(t, call{Path: "/auth/session"})
	if a.Status != http.StatusOK {
		t.Fatalf("/auth/session: %d %s", a.Status, a.Body)
	}
	return read[shownSession](t, a)
}

func sqliteFile(t testing.TB) string { return "sqlite:" + t.TempDir() + "/postern.db" }

func TestASessionStandsInForAToken(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	ada, bob := newTab(s, te), newTab(s, te)
	if ada.session(t).Authenticated {
		t.Error("nobody is signed in")
	}
	if a := ada.fetch(t, call{Path: whoAmI}); a.Status != 401 || a.Problem.Code != "token_missing" {
		t.Errorf("without a session: %d %s", a.Status, a.Body)
	}
	ada.signIn(t, "ada")
	c := ada.jar[sessionCookie]
	if !c.Secure || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 64 || c.MaxAge < 7*24*3600-60 {
		t.Errorf("the cookie is %+v", c)
	}
	if len(ada.jar) != 2 { // the session, and that of the tenant
		t.Errorf("the browser keeps %v", ada.jar)
	}
	shown := ada.session(t)
	if !shown.Authenticated || shown.Subject != "auth0|ada" || shown.Issuer != te.issuer || shown.IdleAt.Before(time.Now().Add(23*time.Hour)) || !shown.ExpiresAt.After(shown.IdleAt) {
		t.Errorf("the session is %+v", shown)
	}
	bob.signIn(t, "grace")
	note := ada.fetch(t, call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"milk"}`})
	if note.Status != 201 || note.Header.Get("Access-Control-Allow-Credentials") != "true" || note.Header.Get("Access-Control-Allow-Origin") != app {
		t.Fatalf("a note: %d %s %v", note.Status, note.Body, note.Header)
	}
	path := note.Header.Get("Location")
	if a := ada.fetch(t, call{Path: path}); a.Status != 200 || !strings.Contains(a.Body, "milk") || !strings.Contains(strings.Join(a.Header["Vary"], ","), "Cookie") {
		t.Errorf("her own note: %d %s", a.Status, a.Body)
	}
	if a := bob.fetch(t, call{Path: path}); a.Status != 404 {
		t.Errorf("another's note: %d %s", a.Status, a.Body)
	}
	if a := ada.fetch(t, call{Method: "PATCH", Path: path, Body: `{"done":true}`}); a.Status != 200 {
		t.Errorf("a change: %d %s", a.Status, a.Body)
	}
	// A token of one's own wins over the cookie, which no page sent on purpose.
	if a := s.do(t, call{Path: whoAmI}.with("Cookie", ada.cookies("__Host-")).with("Authorization", "Bearer nonsense")); a.Status != 401 || a.Problem.Code == "session_ended" {
		t.Errorf("a cookie beside a bad token: %d %s", a.Status, a.Body)
	}

	out := ada.fetch(t, call{Method: "POST", Path: "/auth/logout"})
	if out.Status != 200 || !strings.Contains(out.Body, te.issuer+"oidc/logout?client_id=web") && !strings.Contains(out.Body, te.issuer+"v2/logout?client_id=web") || ada.jar[sessionCookie] != nil {
		t.Errorf("the logout: %d %s, the browser keeps %v", out.Status, out.Body, ada.jar)
	}
	if strings.Contains(out.Body, "id_token_hint") {
		t.Error("the address has a token")
	}
	ada.jar[sessionCookie] = c // somebody has kept it
	if a := ada.fetch(t, call{Path: whoAmI}); a.Status != 401 || a.Problem.Code != "session_ended" || a.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("after the logout: %d %s", a.Status, a.Body)
	}
	// The refusal may overtake a new login; only who asks for it is told to forget.
	if ada.jar[sessionCookie] == nil || ada.session(t).Authenticated || ada.jar[sessionCookie] != nil {
		t.Error("the browser is told to forget the cookie at the wrong moment")
	}
	if a := ada.fetch(t, call{Method: "POST", Path: "/auth/logout"}); a.Status != 200 {
		t.Errorf("a second logout: %d %s", a.Status, a.Body)
	}
	if bob.session(t).Subject != "auth0|grace" {
		t.Error("another's session ended")
	}
}

func TestALoginGivesAFreshSession(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	b := newTab(s, te)
	b.jar[sessionCookie] = &http.Cookie{Name: sessionCookie, Value: strings.Repeat("A", 64)} // planted
	b.signIn(t, "ada")
	first := b.jar[sessionCookie]
	if first.Value == strings.Repeat("A", 64) {
		t.Fatal("the browser keeps an id that somebody chose")
	}
	b.signIn(t, "ada")
	if b.jar[sessionCookie].Value == first.Value {
		t.Error("two logins have the same id")
	}
	old := newTab(s, te)
	old.jar[sessionCookie] = first
	if status, _ := old.status(t, s); status != 401 {
		t.Errorf("the session before the login: %d", status)
	}
}

// A deployment whose links from other sites have to find the user signed in says
// lax. The cookie is dropped as it was set.
func TestTheCookieCanBeLax(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t), func(s *config.Settings) { s.Session.SameSite = "lax" })
	b := newTab(s, te)
	entered := b.visit(t, b.toTenant(t, "ada", "/"))
	left := b.fetch(t, call{Method: "POST", Path: "/auth/logout"})
	for moment, a := range map[string]answer{"the login": entered, "the logout": left} {
		set := ""
		for _, cookie := range a.Header["Set-Cookie"] {
			if strings.HasPrefix(cookie, sessionCookie+"=") {
				set = cookie
			}
		}
		if !strings.HasSuffix(set, "; HttpOnly; Secure; SameSite=Lax") {
			t.Errorf("%s sets %q", moment, set)
		}
	}
}

// A session is known to every server of the database, and outlives them.
func TestASessionIsEverywhere(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	database := pgtest.URL(t)
	one, other := startSessions(t, te, database), startSessions(t, te, database)
	b := newTab(one, te).signIn(t, "ada")
	if status, _ := b.status(t, other); status != 200 {
		t.Fatalf("at the other server: %d", status)
	}
	if err := one.stop(); err != nil {
		t.Fatal(err)
	}
	third := startSessions(t, te, database)
	b.server = third
	if status, _ := b.status(t, third); status != 200 {
		t.Errorf("at a server that started later: %d", status)
	}
}

// TestASessionEnds by everything that is to end it, everywhere within seconds.
func TestASessionEnds(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	te := startTenant(t, time.Hour)
	one, other := startSessions(t, te, database), startSessions(t, te, database)
	for _, tt := range []struct {
		name string
		end  func(*testing.T, *tab)
	}{
		{"a logout", func(t *testing.T, b *tab) { b.fetch(t, call{Method: "POST", Path: "/auth/logout"}) }},
		{"an operator", func(t *testing.T, b *tab) {
			out := build(t, "").run(t, []string{"POSTERN_ISSUER=" + te.issuer, "AUTH0_AUDIENCE=x", "DATABASE_URL=" + database}, "revoke", "--subject", "auth0|ada")
			if out.code != 0 {
				t.Fatalf("%+v", out)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := newTab(one, te).signIn(t, "ada")
			cookie := b.jar[sessionCookie]
			stream := b.follow(t, other, "/notes/changes", "")
			tt.end(t, b)
			ended := countFrom(t)
			b.jar[sessionCookie] = cookie
			ended.mustBeEverywhere(t, "the other server", func() bool {
				status, _ := b.status(t, other)
				return status == http.StatusUnauthorized
			})
			ended.mustBeEverywhere(t, "the stream there", func() bool {
				_, over := stream.next(t)
				return over
			})
		})
	}
}

// TestASessionIsRefreshedOnce has many tabs ask two servers at the moment at which
// the token ends. A refresh token is good once: two that use it end the session.
func TestASessionIsRefreshedOnce(t *testing.T) {
	t.Parallel()
	t.Run("two servers on PostgreSQL", func(t *testing.T) { refreshedOnce(t, pgtest.URL(t), 2) })
	t.Run("SQLite", func(t *testing.T) { refreshedOnce(t, sqliteFile(t), 1) })
}

func refreshedOnce(t *testing.T, database string, servers int) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	var all []*server
	for range servers {
		all = append(all, startSessions(t, te, database))
	}
	b := newTab(all[0], te).signIn(t, "ada")
	const rounds = 3
	for round := 1; round <= rounds; round++ {
		te.clock.pass(time.Hour + time.Second) // it has ended: all have to wait for the new one
		var tabs sync.WaitGroup
		for i := range 50 {
			tabs.Go(func() {
				if status, _ := b.status(t, all[i%servers]); status != 200 {
					t.Errorf("round %d: %d", round, status)
				}
			})
		}
		tabs.Wait()
		if n := te.refreshes.Load(); n != int64(round) {
			t.Fatalf("%d refreshes after %d rounds", n, round)
		}
	}
	// Before its end it is refreshed once while requests go on with the old one.
	te.clock.pass(time.Hour - 30*time.Second)
	slow := te.hold(t, "/oauth/token")
	for range 20 {
		if status, _ := b.status(t, all[0]); status != 200 {
			t.Errorf("shortly before the end: %d", status)
		}
	}
	slow()
	te.clock.pass(time.Minute)
	for range 20 {
		if status, _ := b.status(t, all[0]); status != 200 {
			t.Errorf("with the new one: %d", status)
		}
	}
	if n := te.refreshes.Load(); n != rounds+1 {
		t.Errorf("%d refreshes, want %d: the last one before the end", n, rounds+1)
	}
}

func TestATenantThatIsDownEndsNoSession(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	b := newTab(s, te).signIn(t, "ada")
	te.broken.Store(true)
	if status, _ := b.status(t, s); status != 200 {
		t.Errorf("while the token is good: %d", status)
	}
	te.clock.pass(time.Hour + time.Second)
	for range 10 {
		a := b.fetch(t, call{Path: whoAmI})
		if a.Status != 503 || a.Problem.Code != "session_unavailable" || a.Header.Get("Retry-After") == "" || a.Header.Get("Set-Cookie") != "" {
			t.Fatalf("while the tenant is down: %d %s %v", a.Status, a.Body, a.Header)
		}
		if a.Header.Get("Access-Control-Allow-Origin") != app {
			t.Error("the page cannot read it")
		}
	}
	if !b.session(t).Authenticated {
		t.Error("the page is told that nobody is signed in")
	}
	if a := newTab(s, te).visit(t, "/auth/login"); a.Status != 303 && a.Status != 503 {
		t.Errorf("a login: %d %s", a.Status, a.Body)
	}
	te.broken.Store(false)
	te.clock.pass(5 * time.Second) // the longest time for which a tenant that failed is left alone
	if status, _ := b.status(t, s); status != 200 {
		t.Fatalf("after the outage: %d", status)
	}
}

func TestARefusedRefreshEndsTheSession(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, says   string
		status, want int
		code         string
	}{
		{"the refresh token is worth nothing", `{"error":"invalid_grant","error_description":"Unknown or invalid refresh token."}`, 403, 401, "session_ended"},
		{"the user is blocked", `{"error":"unauthorized","error_description":"user is blocked"}`, 403, 401, "session_ended"},
		{"a rule of the tenant denies the user", `{"error":"access_denied"}`, 403, 401, "session_ended"},
		{"the client is denied", `{"error":"access_denied"}`, 401, 503, "session_unavailable"},
		{"the client's secret is wrong", `{"error":"invalid_client"}`, 401, 503, "session_unavailable"},
		{"too many ask", `{"error":"too_many_requests"}`, 429, 503, "session_unavailable"},
		{"a page", `<html>`, 200, 503, "session_unavailable"},
		{"no token", `{"token_type":"Bearer"}`, 200, 503, "session_unavailable"},
		{"a token that opens nothing", `{"access_token":"opaque","token_type":"Bearer","expires_in":60}`, 200, 503, "session_unavailable"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			te := startTenant(t, time.Hour)
			s := startSessions(t, te, sqliteFile(t))
			b := newTab(s, te).signIn(t, "ada")
			cookie := b.jar[sessionCookie]
			te.says(tt.status, tt.says)
			te.clock.pass(time.Hour + time.Second)
			if a := b.fetch(t, call{Path: whoAmI}); a.Status != tt.want || a.Problem.Code != tt.code {
				t.Errorf("got %d %s", a.Status, a.Body)
			}
			te.change.Store(nil)
			b.jar[sessionCookie] = cookie
			want := 200
			if tt.want == 401 {
				want = 401
			}
			te.clock.pass(2 * time.Second) // a tenant that failed is left alone for a moment
			if a := b.fetch(t, call{Path: whoAmI}); a.Status != want {
				t.Errorf("afterwards: %d %s, want %d", a.Status, a.Body, want)
			}
		})
	}
}

func TestASessionEndsByItself(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t), func(s *config.Settings) { s.Session.Life, s.Session.Idle = 30*time.Minute, 10*time.Minute })
	idle, busy := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "ada")
	for used := range 5 {
		te.clock.pass(5 * time.Minute)
		if status, _ := busy.status(t, s); status != 200 {
			t.Fatalf("in use for the time %d: %d", used, status)
		}
	}
	if idle.session(t).Authenticated {
		t.Error("an idle session goes on")
	}
	te.clock.pass(5*time.Minute + time.Second)
	if status, _ := busy.status(t, s); status != 401 {
		t.Errorf("after its life: %d", status)
	}
}

// EventSource sends the cookie along; it cannot send a header.
func TestEventSourceFollowsInASession(t *testing.T) {
	t.Parallel()
	te := startTenant(t, 2*time.Second)
	s := startSessions(t, te, sqliteFile(t))
	b := newTab(s, te).signIn(t, "ada")
	follows := b.follow(t, s, "/notes/changes", "")
	if a := b.fetch(t, call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"one"}`}); a.Status != 201 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	e, over := follows.next(t)
	if over || e.change(t) != "upsert notes 1 one" {
		t.Fatalf("followed %+v", e)
	}
	// The stream ends with the token; the browser comes back and misses nothing.
	for ended := false; !ended; {
		_, ended = follows.next(t)
	}
	if a := b.fetch(t, call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"two"}`}); a.Status != 201 {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	again := b.follow(t, s, "/notes/changes", e.ID)
	again.want(t, "upsert notes 1 two")
	if n := te.refreshes.Load(); n == 0 {
		t.Error("nothing was refreshed")
	}
}
