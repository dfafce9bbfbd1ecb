package api_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
)

// evilTexts are for whatever takes a text of a browser's.
var evilTexts = []string{
	"' OR '1'='1", `"}{"injected":"1`, "a\r\nInjected: 1", "a\nlevel=INFO msg=injected injected=1", "\x1b[2J\u009b2J\u202e", "\x00", "\xff\xfe", "%00", "../../etc/passwd",
	"${jndi:x}", "<script>", "=1+1", strings.Repeat("a", 8_000),
}

// attacksOnSessions are on what only a server with sessions and proofs reads.
func attacksOnSessions() (rows []attack) {
	navigating := func(path string, fields ...string) string { return "GET " + path + " HTTP/1.1\r\n" + lines(fields) }
	for _, evil := range evilTexts {
		name, q, onWire := evil[:min(len(evil), 20)], url.QueryEscape(evil), strings.NewReplacer("\r", "", "\x00", "").Replace(evil)
		odd := onWire != evil || strings.ContainsAny(evil, "\n\x1b\u202e") || strings.Contains(evil, "\xff")
		ended := "session_ended"
		if value, _, _ := strings.Cut(onWire, "\n"); value == "" || strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' || r == '"' }) {
			ended = "token_missing" // that is no cookie
		}
		page := []string{"Sec-Fetch-Site: same-site", "X-CSRF: 1"}
		rows = append(rows,
			attack{"a cookie: " + name, navigating("/api/v1/me", append(page, "Cookie: "+sessionCookie+"="+onWire)...), "", 401, ended, odd},
			attack{"a name of a cookie: " + name, navigating("/api/v1/me", append(page, "Cookie: __Host-postern-login-"+onWire+"=x")...), "", 401, "token_missing", odd},
			attack{"a proof: " + name, strings.Replace(getting("/api/v1/me", "DPoP: "+onWire), "Bearer", "DPoP", 1), "", 401, "proof_malformed", odd},
			attack{"what it returns to: " + name, navigating("/auth/login?return_to=" + q), "", 400, "return_address_refused", false},
			attack{"a state: " + name, navigating("/auth/callback?code=a&state=" + q), "", 303, "", false},
			attack{"a code without a login: " + name, navigating("/auth/callback?state=abcdefgh&code=" + q), "", 303, "", false},
			attack{"an error without a login: " + name, navigating("/auth/callback?state=abcdefgh&error=" + q + "&error_description=" + q), "", 303, "", false},
			attack{"a hint for the tenant: " + name, navigating("/auth/login?login_hint=" + q + "&redirect_uri=" + q + "&client_id=" + q), "", 303, "", false},
			attack{"a logout token: " + name, "POST " + logoutPath + " HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\n", "logout_token=" + q, 400, "logout_token_invalid", false},
		)
	}
	for _, address := range []string{"//evil.example", `/\evil.example`, `\\evil.example`, "https:evil.example", "https://evil.example", "https://app.example.com@evil.example/", "https://app.example.com.evil.example/",
		"https://evil.example#https://app.example.com/", "javascript:alert(1)", "data:text/html,x", "/a\r\nSet-Cookie: a=b", "/\t/evil.example", "http://app.example.com/", "https://app.example.com:444/"} {
		rows = append(rows, attack{"a return to " + address, navigating("/auth/login?return_to=" + url.QueryEscape(address)), "", 400, "return_address_refused", false})
	}
	return rows
}

// TestAttacksOnSessionsComeToNothing tries both forms of the log.
func TestAttacksOnSessionsComeToNothing(t *testing.T) {
	t.Parallel()
	for form, mustBeClean := range map[string]func(*testing.T, string){"json": mustBeCleanLog, "text": mustBeCleanText} {
		t.Run(form, func(t *testing.T) {
			t.Parallel()
			te, issuer := startTenant(t, time.Hour), authtest.NewIssuer(t)
			changes := withSessions(te, sqliteFile(t), func(s *config.Settings) { s.LogFormat = form; knowsToo(s, issuer) }, takesProofs,
				func(s *config.Settings) { s.PublicURL = publicAPI })
			s := launchOptions(t, issuer, serve.Options{Collections: []*collection.Collection{notes(t)}, Clock: te.clock.Now}, changes...)
			s.waitReady(t)
			w := &world{server: s, tokens: map[string]string{"ada": boundTo(issuer, authtest.NewHolder("ES256"), nil)}}
			for i, row := range attacksOnSessions() {
				t.Run(row.name, func(t *testing.T) {
					a := w.withstood(t, row, strconv.Itoa(i))
					at := a.Header.Get("Location")
					if a.Status == http.StatusSeeOther && at != app+"/?login_error=login_expired" && !strings.HasPrefix(at, te.issuer+"authorize?") {
						t.Errorf("the browser goes to %s", at)
					}
				})
			}
			w.lastWords(t, te)
			mustBeClean(t, s.log.String())
		})
	}
}

// lastWords has logins come back with a tenant's errors, which the log tells, and
// checks where users land.
func (w *world) lastWords(t *testing.T, te *tenant) {
	for _, evil := range evilTexts {
		b := newTab(w.server, te)
		begun, err := url.Parse(b.visit(t, "/auth/login").Header.Get("Location"))
		if err != nil || !strings.HasPrefix(begun.String(), te.issuer) {
			t.Fatalf("the login goes to %s: %v", begun, err)
		}
		a := b.visit(t, "/auth/callback?"+url.Values{"state": {begun.Query().Get("state")}, "error": {evil}, "error_description": {evil}, "iss": {te.issuer}}.Encode())
		if a.Status != http.StatusSeeOther || a.Header.Get("Location") != app+"/?login_error=login_failed" {
			t.Errorf("%.20q: %d to %s", evil, a.Status, a.Header.Get("Location"))
		}
	}
}
