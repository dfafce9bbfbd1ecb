package api_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// forgery is a request with a good cookie that no page of the app has sent.
type forgery struct {
	name   string
	method string // POST if empty
	path   string // notes if empty
	header map[string]string
	body   string // a note if empty
	cookie string // %s stands for the good id; only that if empty
	status int
	code   string
}

// page are the headers that a page of the app sends with what changes something.
func pageHeaders(changes ...string) map[string]string {
	all := map[string]string{"Origin": app, "Sec-Fetch-Site": "same-site", "X-CSRF": "1", "Content-Type": "application/json"}
	for i := 0; i < len(changes); i += 2 {
		if all[changes[i]] = changes[i+1]; changes[i+1] == "" {
			delete(all, changes[i])
		}
	}
	return all
}

func forgeries(note string) []forgery {
	const refused, code = 403, "session_cross_site"
	write := func(name string, changes ...string) forgery {
		return forgery{name: name, header: pageHeaders(changes...), status: refused, code: code}
	}
	read := func(name string, changes ...string) forgery {
		f := write(name, append([]string{"X-CSRF", "", "Content-Type", ""}, changes...)...)
		f.method, f.body = "GET", " "
		return f
	}
	form := func(name, kind string, changes ...string) forgery {
		return write(name, append([]string{"X-CSRF", "", "Content-Type", kind}, changes...)...)
	}
	other := func(name, method, path string, changes ...string) forgery {
		f := write(name, changes...)
		f.method, f.path = method, path
		return f
	}
	const evil = "https://evil.example"
	return []forgery{
		form("a form of another site", "application/x-www-form-urlencoded", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		form("a form with files", "multipart/form-data; boundary=x", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		form("text that is JSON", "text/plain", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		form("text, by a sibling", "text/plain", "Origin", "https://blog.example.com"),
		form("a beacon", "text/plain;charset=UTF-8", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		form("a form of a sandboxed frame", "text/plain", "Origin", "null", "Sec-Fetch-Site", "cross-site"),
		form("a form without an origin", "text/plain", "Origin", "", "Sec-Fetch-Site", ""),
		form("no content type", "", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		form("JSON without the header, by a page of the app", "application/json"),
		write("a script of another site", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		write("another site that claims to be this one", "Origin", evil, "Sec-Fetch-Site", "same-origin"),
		write("nothing but the header", "Origin", "", "Sec-Fetch-Site", ""),
		write("no origin, cross-site", "Origin", "", "Sec-Fetch-Site", "cross-site"),
		write("no origin, same-site", "Origin", "", "Sec-Fetch-Site", "same-site"),
		write("no origin, typed", "Origin", "", "Sec-Fetch-Site", "none"),
		write("no origin, a made up site", "Origin", "", "Sec-Fetch-Site", "same-origin, cross-site"),
		write("the origin null", "Origin", "null"),
		write("the origin null, same-origin", "Origin", "null", "Sec-Fetch-Site", "same-origin"),
		write("a sibling", "Origin", "https://blog.example.com"),
		write("a host below the app", "Origin", "https://x.app.example.com"),
		write("the domain above", "Origin", "https://example.com"),
		write("plain http", "Origin", "http://app.example.com"),
		write("another port", "Origin", "https://app.example.com:8443"),
		write("the default port", "Origin", "https://app.example.com:443"),
		write("capitals", "Origin", "https://APP.example.com"),
		write("a dot behind", "Origin", "https://app.example.com."),
		write("a slash behind", "Origin", "https://app.example.com/"),
		write("the app's name before another", "Origin", "https://app.example.com.evil.example"),
		write("the app's name behind another", "Origin", "https://evil-app.example.com"),
		write("the app's name as user", "Origin", "https://app.example.com@evil.example"),
		write("two origins in one", "Origin", app+" "+evil),
		write("an allowed pattern", "Origin", "https://any.preview.example.com"),
		write("an allowed origin of another site", "Origin", "https://partner.example.org", "Sec-Fetch-Site", "cross-site"),
		write("no header", "X-CSRF", ""),
		other("a logout by another site", "POST", "/auth/logout", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		{name: "a logout by a form", path: "/auth/logout", body: " ", header: pageHeaders("X-CSRF", "", "Content-Type", ""), status: refused, code: code},
		other("a batch by another site", "POST", "/api/v1/batch", "Origin", evil),
		other("a deletion by a sibling", "DELETE", note, "Origin", "https://blog.example.com"),
		other("a change by another site", "PATCH", note, "Origin", evil),
		other("everything of mine, deleted by another site", "DELETE", "/api/v1/me/data", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		read("a list for a script of another site", "Origin", evil, "Sec-Fetch-Site", "cross-site"),
		read("a list for a script of a sibling", "Origin", "https://blog.example.com"),
		read("a list as an image of another site", "Origin", "", "Sec-Fetch-Site", "cross-site"),
		read("a list as a script of a sibling", "Origin", "", "Sec-Fetch-Site", "same-site"),
		read("a link from another site", "Origin", "", "Sec-Fetch-Site", "cross-site"),
		read("a list for a sandboxed frame", "Origin", "null", "Sec-Fetch-Site", "cross-site"),
		{name: "a stream for another site", method: "GET", path: "/api/v1/notes/changes", body: " ",
			header: map[string]string{"Origin": evil, "Sec-Fetch-Site": "cross-site", "Accept": "text/event-stream"}, status: refused, code: code},
		{name: "who is signed in, for another site", method: "GET", path: "/auth/session", body: " ",
			header: map[string]string{"Origin": evil, "Sec-Fetch-Site": "cross-site"}, status: refused, code: code},

		// The answers to HEAD have no body, so no code either.
		{name: "the head of a list, for a script of another site", method: "HEAD", body: " ",
			header: map[string]string{"Origin": evil, "Sec-Fetch-Site": "cross-site"}, status: refused},
		{name: "the head of a note, as an image of another site", method: "HEAD", path: note, body: " ",
			header: map[string]string{"Sec-Fetch-Site": "cross-site"}, status: refused},
		{name: "a form of another site that calls itself reading", header: map[string]string{"Origin": evil, "Sec-Fetch-Site": "cross-site",
			"Content-Type": "text/plain", "X-HTTP-Method-Override": "GET"}, status: refused, code: code},
		// It is what it is, and deletes nothing.
		{name: "reading that calls itself a deletion", method: "GET", path: note, body: " ",
			header: map[string]string{"Sec-Fetch-Site": "none", "X-HTTP-Method-Override": "DELETE", "X-HTTP-Method": "DELETE", "X-Method-Override": "DELETE"}, status: 200},

		{name: "a second cookie, tossed by a sibling", header: pageHeaders(), status: 400, code: "session_ambiguous",
			cookie: sessionCookie + "=%s; " + sessionCookie + "=AAAA"},
		{name: "a second cookie before it", header: pageHeaders(), status: 400, code: "session_ambiguous",
			cookie: sessionCookie + "=" + strings.Repeat("A", 64) + "; " + sessionCookie + "=%s"},
		{name: "the name without its prefix", header: pageHeaders(), status: 401, code: "token_missing", cookie: "postern-session=%s"},
		{name: "the name in lower case", header: pageHeaders(), status: 401, code: "token_missing", cookie: "__host-postern-session=%s"},
		{name: "an id that somebody planted", header: pageHeaders(), status: 401, code: "session_ended", cookie: sessionCookie + "=" + strings.Repeat("A", 64)},
		{name: "an id with more behind", header: pageHeaders(), status: 401, code: "session_ended", cookie: sessionCookie + "=%sA"},
		{name: "an id that is none", header: pageHeaders(), status: 401, code: "session_ended", cookie: sessionCookie + "=../../etc/passwd"},
		{name: "the id as a token", header: pageHeaders("Authorization", "Bearer %s"), status: 401, code: "token_opaque", cookie: "a=b"},
	}
}

func TestNobodyElseUsesTheCookie(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t), func(s *config.Settings) {
		s.Origins = append(s.Origins, "https://*.preview.example.com", "https://partner.example.org")
	})
	b := newTab(s, te).signIn(t, "ada")
	id := b.jar[sessionCookie].Value
	made := b.fetch(t, call{Method: "POST", Path: "/api/v1/notes", Body: `{"title":"mine"}`})
	if made.Status != 201 {
		t.Fatalf("%d %s", made.Status, made.Body)
	}
	note := made.Header.Get("Location")
	all := forgeries(note)
	if len(all) < 40 {
		t.Fatalf("only %d forgeries", len(all))
	}
	for _, f := range all {
		a := s.do(t, f.call(id))
		if a.Status != f.status || a.Problem.Code != f.code {
			t.Errorf("%s: %d %s, want %d %s", f.name, a.Status, a.Body, f.status, f.code)
		}
		if origin := f.header["Origin"]; origin != app && a.Header.Get("Access-Control-Allow-Credentials") != "" {
			t.Errorf("%s: %s may send cookies", f.name, origin)
		}
	}
	if left := b.fetch(t, call{Path: "/api/v1/notes?count=exact"}); !strings.Contains(left.Body, `"total":{"value":1,`) || !strings.Contains(left.Body, `"version":1`) {
		t.Errorf("one of them changed something: %s", left.Body)
	}
	if b.jar[sessionCookie].Value != id || !b.session(t).Authenticated {
		t.Error("one of them ended the session")
	}
}

func (f forgery) call(id string) call {
	c := call{Method: f.method, Path: f.path, Body: strings.TrimSpace(f.body)}
	if c.Method == "" {
		c.Method = http.MethodPost
	}
	if c.Path == "" {
		c.Path = "/api/v1/notes"
	}
	if f.body == "" {
		c.Body = `{"title":"forged"}`
	}
	cookie := f.cookie
	if cookie == "" {
		cookie = sessionCookie + "=%s"
	}
	c = c.with("Cookie", strings.ReplaceAll(cookie, "%s", id))
	for name, value := range f.header {
		c = c.with(name, strings.ReplaceAll(value, "%s", id))
	}
	return c
}

// What pages of the app, and people, do goes well.
func TestPagesOfTheAppUseTheCookie(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	id := newTab(s, te).signIn(t, "ada").jar[sessionCookie].Value
	for _, f := range []forgery{
		{name: "a page of the app", header: pageHeaders(), status: 201},
		{name: "an old browser", header: pageHeaders("Sec-Fetch-Site", ""), status: 201},
		{name: "a page of this server", header: pageHeaders("Origin", publicAPI, "Sec-Fetch-Site", "same-origin"), status: 201},
		{name: "a page of this server, without an origin", header: pageHeaders("Origin", "", "Sec-Fetch-Site", "same-origin"), status: 201},
		{name: "a list, for a page of the app", method: "GET", body: " ", header: pageHeaders("X-CSRF", "", "Content-Type", ""), status: 200},
		{name: "a list, typed into the address bar", method: "GET", body: " ", header: map[string]string{"Sec-Fetch-Site": "none"}, status: 200},
		{name: "a list, for an old browser", method: "GET", body: " ", header: nil, status: 200},
	} {
		if a := s.do(t, f.call(id)); a.Status != f.status {
			t.Errorf("%s: %d %s", f.name, a.Status, a.Body)
		}
	}
	for _, tt := range []struct {
		origin      string
		credentials bool
	}{{app, true}, {"https://evil.example", false}} {
		a := s.do(t, call{Method: "OPTIONS", Path: "/api/v1/notes"}.with("Origin", tt.origin).
			with("Access-Control-Request-Method", "POST").with("Access-Control-Request-Headers", "content-type,x-csrf"))
		allowed := strings.Contains(strings.ToLower(a.Header.Get("Access-Control-Allow-Headers")), "x-csrf")
		if a.Status != 204 || allowed != tt.credentials || (a.Header.Get("Access-Control-Allow-Credentials") == "true") != tt.credentials {
			t.Errorf("preflight of %s: %d %v", tt.origin, a.Status, a.Header)
		}
	}
}
