package api_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestUsersReturnToPagesOfTheAppAlone(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	for _, address := range []string{
		"https://evil.example/", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, "/\tevil.example", "/ /evil.example",
		"https:evil.example", "https:/evil.example", "http://app.example.com/", "https://app.example.com.evil.example/",
		"https://app.example.com@evil.example/", "https://evil.example#@app.example.com", "https://evil.example/https://app.example.com",
		"https://app.example.com:8443/", "https://blog.example.com/", "javascript:alert(1)", "data:text/html,x", "app.example.com/", "x",
		"HTTPS://APP.EXAMPLE.COM/", "/%0d%0aSet-Cookie:x" + "\r\nx", "/" + strings.Repeat("a", 1500), "/é",
		`/"`, "/" + strings.Repeat(`"`, 1499),
	} {
		for _, path := range []string{"/auth/login", "/auth/logout"} {
			c := call{Path: path + "?return_to=" + url.QueryEscape(address)}
			if path == "/auth/logout" {
				c = call{Method: "POST", Path: c.Path}
			}
			if a := s.do(t, c); a.Status != 400 || a.Problem.Code != "return_address_refused" || a.Header.Get("Location") != "" {
				t.Errorf("%s to %q: %d %v", path, address, a.Status, a.Header.Get("Location"))
			}
		}
	}
	for _, tt := range []struct{ address, lands string }{
		{"", app + "/"}, {"/", app + "/"}, {"/notes?a=1#b", app + "/notes?a=1#b"}, {app + "/x", app + "/x"}, {publicAPI + "/y", publicAPI + "/y"},
	} {
		b := newTab(s, te)
		if a := b.visit(t, b.toTenant(t, "ada", tt.address)); a.Status != 303 || a.Header.Get("Location") != tt.lands {
			t.Errorf("to %q: %d %s, want %s", tt.address, a.Status, a.Header.Get("Location"), tt.lands)
		}
	}
}

// The longest address to return to fits into the cookie of a login, whatever is in
// it. Browsers drop a cookie whose name and value have more than 4,096 bytes.
func TestTheCookieOfALoginIsNeverTooLong(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	b := newTab(s, te).signIn(t, "ada") // the session before is in the cookie as well
	for _, letter := range []string{"a", "&", "<", ">", "'", "%22", "?", "#"} {
		address := "/" + strings.Repeat(letter, 1499/len(letter))
		a := b.visit(t, "/auth/login?return_to="+url.QueryEscape(address))
		cookies := a.Header["Set-Cookie"] // the last; those of logins that nobody finished are dropped before
		cookie, _, _ := strings.Cut(cookies[len(cookies)-1], ";")
		if a.Status != 303 || len(cookie) < 2000 || len(cookie) > 4096 {
			t.Errorf("an address of %d times %s: %d, and a cookie of %d bytes", 1499/len(letter), letter, a.Status, len(cookie))
		}
	}
}

func TestALoginAsksTheTenantForWhatThePageSays(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	a := newTab(s, te).visit(t, "/auth/login?max_age=60&acr_values=phr&prompt=login&scope=admin&redirect_uri=https://evil.example&state=x&client_id=y")
	address, err := url.Parse(a.Header.Get("Location"))
	if err != nil || a.Status != 303 || a.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", a.Status, a.Header)
	}
	q := address.Query()
	for name, want := range map[string]string{"max_age": "60", "acr_values": "phr", "prompt": "login", "response_type": "code", "client_id": "web",
		"redirect_uri": publicAPI + "/auth/callback", "code_challenge_method": "S256", "scope": "openid profile email offline_access"} {
		if len(q[name]) != 1 || q.Get(name) != want {
			t.Errorf("%s is %q, want %s", name, q[name], want)
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(q.Get(name)) < 22 || q.Get(name) == "x" {
			t.Errorf("%s is %q", name, q.Get(name))
		}
	}
	cookie := a.Header.Get("Set-Cookie")
	for _, want := range []string{"__Host-postern-login-", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("the cookie lacks %s: %s", want, cookie)
		}
	}
	for _, secret := range []string{q.Get("state"), q.Get("nonce")} {
		if _, value, _ := strings.Cut(cookie, "="); strings.Contains(value, secret) {
			t.Error("the cookie has a secret in the clear")
		}
	}
}

// TestALoginThatSomebodyElseBegan, or that the tenant did not grant, ends at the
// app with a reason and without a session.
func TestALoginThatComesToNothing(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	victim := func() *tab { return newTab(s, te) }
	replace := func(address, name, value string) string {
		u, _ := url.Parse(address)
		q := u.Query()
		q.Set(name, value)
		return u.Path + "?" + q.Encode()
	}
	for _, tt := range []struct {
		name string
		code string
		at   func(*testing.T, *tab) string // the address at which the browser arrives
	}{
		{"nothing at all", "login_expired", func(*testing.T, *tab) string { return "/auth/callback" }},
		{"a code out of nowhere", "login_expired", func(*testing.T, *tab) string { return "/auth/callback?code=x&state=y" }},
		{"the attacker's own login", "login_expired", func(t *testing.T, _ *tab) string { return newTab(s, te).toTenant(t, "alan", "/") }},
		{"the attacker's code in the victim's login", "login_failed", func(t *testing.T, b *tab) string {
			theirs, _ := url.Parse(newTab(s, te).toTenant(t, "alan", "/"))
			return replace(b.toTenant(t, "ada", "/"), "code", theirs.Query().Get("code"))
		}},
		{"a state that is another", "login_expired", func(t *testing.T, b *tab) string {
			return replace(b.toTenant(t, "ada", "/"), "state", strings.Repeat("A", 26))
		}},
		{"a state with the same beginning", "login_expired", func(t *testing.T, b *tab) string {
			address := b.toTenant(t, "ada", "/")
			u, _ := url.Parse(address)
			return replace(address, "state", u.Query().Get("state")[:8]+strings.Repeat("A", 18))
		}},
		{"a short state", "login_expired", func(t *testing.T, b *tab) string {
			address := b.toTenant(t, "ada", "/")
			u, _ := url.Parse(address)
			return replace(address, "state", u.Query().Get("state")[:8])
		}},
		{"two states", "login_expired", func(t *testing.T, b *tab) string { return b.toTenant(t, "ada", "/") + "&state=x" }},
		{"two codes", "login_expired", func(t *testing.T, b *tab) string { return b.toTenant(t, "ada", "/") + "&code=x" }},
		{"no code", "login_failed", func(t *testing.T, b *tab) string { return replace(b.toTenant(t, "ada", "/"), "code", "") }},
		{"a made up code", "login_failed", func(t *testing.T, b *tab) string { return replace(b.toTenant(t, "ada", "/"), "code", "made-up") }},
		{"another issuer", "login_failed", func(t *testing.T, b *tab) string {
			return b.toTenant(t, "ada", "/") + "&iss=https%3A%2F%2Fevil.example%2F"
		}},
		{"two issuers", "login_expired", func(t *testing.T, b *tab) string { return b.toTenant(t, "ada", "/") + "&iss=a&iss=b" }},
		{"a replay", "login_expired", func(t *testing.T, b *tab) string {
			address := b.toTenant(t, "ada", "/")
			b.visit(t, address)
			delete(b.jar, sessionCookie)
			return address
		}},
		{"a replay by who kept the cookie", "login_expired", func(t *testing.T, b *tab) string {
			address := b.toTenant(t, "ada", "/")
			kept := map[string]*http.Cookie{}
			for name, c := range b.jar {
				kept[name] = c
			}
			b.visit(t, address)
			b.jar = kept
			return address
		}},
		{"a cookie that was changed", "login_expired", func(t *testing.T, b *tab) string {
			return tossed(b, b.toTenant(t, "ada", "/"), func(_, value string) string {
				other := "-"
				if value[8:9] == other {
					other = "_"
				}
				return value[:8] + other + value[9:]
			})
		}},
		{"a session's id as the login's cookie", "login_expired", func(t *testing.T, b *tab) string {
			return tossed(b, b.toTenant(t, "ada", "/"), func(string, string) string { return strings.Repeat("A", 64) })
		}},
		{"two cookies of the login, the later one tossed", "login_expired", func(t *testing.T, b *tab) string {
			return tossed(b, b.toTenant(t, "ada", "/"), func(name, value string) string { return value + "; " + name + "=" + value[:len(value)-1] })
		}},
		{"two cookies of the login, the first one tossed", "login_expired", func(t *testing.T, b *tab) string {
			return tossed(b, b.toTenant(t, "ada", "/"), func(name, value string) string { return "tossed; " + name + "=" + value })
		}},
		{"a user who turned back", "login_cancelled", func(t *testing.T, b *tab) string { return replace(b.toTenant(t, "ada", "/"), "error", "access_denied") }},
		{"nobody signed in", "login_required", func(t *testing.T, b *tab) string {
			return replace(b.toTenant(t, "ada", "/"), "error", "login_required")
		}},
		{"another error", "login_failed", func(t *testing.T, b *tab) string { return replace(b.toTenant(t, "ada", "/"), "error", "odd\r\nerror") }},
		{"the tenant's own trouble", "tenant_unavailable", func(t *testing.T, b *tab) string {
			return replace(b.toTenant(t, "ada", "/"), "error", "temporarily_unavailable")
		}},
		{"a tenant that goes down", "tenant_unavailable", func(t *testing.T, b *tab) string {
			address := b.toTenant(t, "ada", "/")
			te.broken.Store(true)
			t.Cleanup(func() { te.broken.Store(false) })
			return address
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := victim()
			a := b.visit(t, tt.at(t, b))
			want := app + "/?login_error=" + tt.code
			if a.Status != 303 || a.Header.Get("Location") != want || b.jar[sessionCookie] != nil {
				t.Errorf("%d to %s, want %s (%v)", a.Status, a.Header.Get("Location"), want, s.log.request(t, a.Header.Get("X-Request-Id")))
			}
		})
	}
	b := victim()
	for range 12 {
		b.visit(t, "/auth/login")
	}
	if n := strings.Count(b.cookies("__Host-postern-login"), "="); n > 5 {
		t.Errorf("the browser keeps %d logins that nobody finished", n)
	}
	if a := s.do(t, call{Method: "HEAD", Path: "/auth/callback"}); a.Status != 405 {
		t.Errorf("the head of the callback: %d", a.Status)
	}
}

// tossed changes the cookie of the browser's login, and goes on to the address.
func tossed(b *tab, address string, change func(name, value string) string) string {
	for name, c := range b.jar {
		if strings.HasPrefix(name, "__Host-postern-login") {
			c.Value = change(name, c.Value)
		}
	}
	return address
}

func TestWithoutSessionsTheirRoutesSaySo(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, c := range []call{{Path: "/auth/login"}, {Path: "/auth/callback"}, {Path: "/auth/session"}, {Method: "POST", Path: "/auth/logout"}} {
		if a := s.do(t, c); a.Status != 404 || a.Problem.Code != "sessions_off" || !strings.Contains(a.Problem.Hint, "POSTERN_SESSION_CLIENT_ID") {
			t.Errorf("%s: %d %s", c.Path, a.Status, a.Body)
		}
	}
	if a := s.do(t, call{Path: whoAmI}.with("Cookie", sessionCookie+"="+strings.Repeat("A", 64))); a.Status != 401 || a.Problem.Code != "token_missing" {
		t.Errorf("a cookie: %d %s", a.Status, a.Body)
	}
}
