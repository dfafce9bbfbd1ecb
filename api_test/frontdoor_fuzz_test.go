package api_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
)

// marker stands in what is ada's alone.
const marker = "for-adas-eyes-7c1f0b2e"

// FuzzFrontDoor sends whole requests to a real server over a connection of their
// own: any bytes as method, address, header and body, and what follows of a body
// that is longer than said is the next request. Proofs, sessions and logout
// tokens are all taken. Those with a token are eve's, those with a cookie
// grace's, who may not see what is ada's. What comes back is read by a parser of this test's own.
func FuzzFrontDoor(f *testing.F) {
	d := openFrontDoor(f)
	for _, seed := range frontDoorSeeds {
		for as := range uint8(3) {
			f.Add(seed.method, seed.target, seed.fields, seed.body, as)
		}
	}
	f.Fuzz(func(t *testing.T, method, target, fields, body string, as uint8) {
		text := method + " " + target + " HTTP/1.1\r\nHost: api.example.com\r\nOrigin: " + app + "\r\n"
		switch as % 3 {
		case 1:
			text += "Authorization: Bearer " + d.eve + "\r\n"
		case 2:
			text += "Cookie: " + d.cookie + "\r\nX-CSRF: 1\r\nSec-Fetch-Site: same-site\r\n"
		}
		text += "Accept-Language: en\r\n" // the one that a folded line goes on with
		said, whole := d.send(t, text+fields+"\r\n"+body+farewell)
		j := frontDoorJudge{secrets: d.secrets, mayBeHead: strings.Contains(text+fields+body, "HEAD"), whole: whole,
			readable: !strings.ContainsAny(method+target, "\r\n") && !strings.Contains(strings.ToLower(fields), "origin")}
		if err := j.judge(said); err != nil {
			t.Fatalf("%v\nasked %q\nanswered %q", err, text+fields+"\r\n"+body, said)
		}
		d.mustBeUntouched(t)
	})
}

// farewell is the last request of each connection, so that its end is seen.
const farewell = "GET /healthz HTTP/1.1\r\nHost: api.example.com\r\nConnection: close\r\n\r\n"

// frontDoorPatience is for answers that wait for more of a request, or for
// changes; while the fuzzer runs there are many.
const frontDoorPatience = 300 * time.Millisecond

// frontDoor is a server that writes no log, and what has to stay as it is.
type frontDoor struct {
	server   *server
	ada, eve string
	cookie   string // of a session of somebody else
	note     string // where ada's note is
	tag      string
	secrets  []string
}

func openFrontDoor(f *testing.F) *frontDoor {
	f.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		f.Fatal(err)
	}
	issuer := authtest.NewIssuer(f)
	settings := defaults(f)
	te := startTenant(f, time.Hour)
	for _, change := range withSessions(te, sqliteFile(f), noRateLimit, takesLogouts) {
		change(&settings)
	}
	settings.Issuers = append(settings.Issuers, config.Issuer{URL: issuer.URL(), Audiences: []string{issuer.Audience()}, Algorithms: []string{"RS256"}})
	settings.Durability = "normal"
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- serve.Run(ctx, settings, serve.Options{Collections: declared(f)}, slog.New(slog.DiscardHandler), listener)
	}()
	f.Cleanup(func() { stop(); <-ended })
	d := &frontDoor{server: &server{URL: "http://" + listener.Addr().String(), Issuer: issuer}, ada: signIn(issuer, "ada"), eve: signIn(issuer, "eve")}
	d.server.waitReady(f)
	tab := newTab(d.server, te).signIn(f, "grace")
	d.cookie = tab.cookies("__Host-postern-session")
	_, id, _ := strings.Cut(d.cookie, "=")
	d.secrets = []string{marker, id, settings.Session.ClientSecret, d.ada, d.eve[strings.LastIndex(d.eve, ".")+1:], strings.TrimPrefix(settings.DatabaseURL, "sqlite:")}
	a := d.server.must(f, created, "POST", "/notes", d.ada, `{"title":"`+marker+`"}`)
	d.note, d.tag = strings.TrimPrefix(a.Header.Get("Location"), "/api/v1"), a.Header.Get("ETag")
	d.server.must(f, created, "PUT", "/announcements/first", issuer.Token(map[string]any{"scope": "write:announcements"}), `{"text":"hello"}`, "If-None-Match", "*")
	return d
}

// send returns what was answered, and whether that was all: the server has closed
// the connection, and is not waiting for more.
func (d *frontDoor) send(t *testing.T, text string) (said string, whole bool) {
	conn, err := net.Dial("tcp", strings.TrimPrefix(d.server.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	go func() { _, _ = io.WriteString(conn, text) }() // one that is refused early is not read to its end
	_ = conn.SetReadDeadline(time.Now().Add(frontDoorPatience))
	all, err := io.ReadAll(io.LimitReader(conn, 4<<20))
	return string(all), !errors.Is(err, os.ErrDeadlineExceeded)
}

// mustBeUntouched looks after ada's note, and the announcements that nobody may
// write.
func (d *frontDoor) mustBeUntouched(t *testing.T) {
	t.Helper()
	if a, err := d.server.attempt(t, "GET", "/api/v1"+d.note, d.ada, ""); err != nil || a.Status != ok || a.Header.Get("ETag") != d.tag {
		t.Fatalf("ada's note is %d %s: %v", a.Status, a.Body, err)
	}
	for path, want := range map[string]int{"/notes": 1, "/announcements": 1} {
		a, err := d.server.attempt(t, http.MethodGet, "/api/v1"+path+"?count=exact", d.ada, "")
		if err != nil || !strings.Contains(a.Body, fmt.Sprintf(`"value":%d,`, want)) {
			t.Fatalf("%s are %d %s: %v", path, a.Status, a.Body, err)
		}
	}
}

// frontDoorSeeds are requests to begin with.
var frontDoorSeeds = []struct{ method, target, fields, body string }{
	{"GET", "/api/v1/notes", "", ""},
	{"GET", "/api/v1/notes?filter[title][startsWith]=for&sort=-due&limit=5&count=exact&fields=title", "", ""},
	{"GET", "/api/v1/notes/%2e%2e/announcements", "", ""},
	{"GET", "/api/v1/notes/changes?wait=0", "Accept: application/json\r\n", ""},
	{"GET", "/api/v1/changes", "Accept: text/event-stream\r\nLast-Event-ID: x\r\n", ""},
	{"GET", "/api/v1/me/export", "Cookie: __Host-postern-session=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n", ""},
	{"HEAD", "/api/v1/announcements/first", "If-None-Match: *\r\n", ""},
	{"OPTIONS", "/api/v1/notes", "Access-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: x, authorization\r\n", ""},
	{"OPTIONS", "*", "", ""},
	{"CONNECT", "example.com:443", "", ""},
	{"TRACE", "/", "Max-Forwards: 0\r\n", ""},
	{"GET", "http://evil.example/api/v1/me", "", ""},
	{"GET", "//evil.example/../docs?x=%00%ff&x", "X-Request-Id: \xff\r\n", ""},
	{"POST", "/api/v1/notes", "Content-Type: application/json\r\nContent-Length: 16\r\nIdempotency-Key: k\r\n", `{"title":"milk"}`},
	{"POST", "/api/v1/notes", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "10\r\n{\"title\":\"milk\"}\r\n0\r\n\r\n"},
	{"POST", "/api/v1/notes", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n", "0\r\n\r\nGET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n"},
	{"POST", "/api/v1/notes", "Content-Type: application/json\r\nTransfer-Encoding: x\r\n", ""},
	{"POST", "/api/v1/batch", "Content-Type: application/json\r\nContent-Length: 72\r\n", `{"requests":[{"method":"DELETE","path":"/announcements/first","body":1}]}`},
	{"PUT", "/api/v1/announcements/first", "Content-Type: application/json\r\nContent-Length: 2\r\nIf-Match: \"1-x\", W/\"2-y\"\r\n", `{}`},
	{"PATCH", "/api/v1/notes/x", "Content-Type: application/json-patch+json\r\nContent-Length: 47\r\n", `[{"op":"add","path":"/title","value":"\ud800"}]`},
	{"DELETE", "/api/v1/me/data", "", ""},
	{"POST", "/auth/backchannel-logout", "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 16\r\n", "logout_token=e.e"},
	{"GET", "/auth/login?return_to=//evil.example", "", ""},
	{"GET", "/auth/login?return_to=/&max_age=0&acr_values=phr", "", ""},
	{"GET", "/auth/callback?code=a&state=b&iss=https://evil.example/", "Cookie: __Host-postern-login-b=x\r\n", ""},
	{"GET", "/auth/session", "", ""},
	{"POST", "/api/v1/notes", "Content-Type: application/json\r\nContent-Length: 2\r\nX-HTTP-Method-Override: DELETE\r\n", "{}"},
	{"GET", "/openapi.json", "Accept-Encoding: gzip\r\nRange: bytes=0-1\r\n", ""},
	{"GET", "/docs", "Accept: text/html\r\n", ""},
	{"GET", "/problems/token_missing", "Accept: */*;q=0\r\n", ""},
	{"GET", "/readyz", "Expect: 100-continue\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
	{"GET", "/", "Expect: e\r\n", ""},
	{"GET", "/", " folded: x\r\n", ""},
	{"GET", "/metrics", "Host: two\r\n", ""},
	{"G\x00T", "/\x7f", "a b: c\r\n", "\x00"},
	{"GET", "/api/v1/me", "Authorization: Bearer e30.e30.\r\n", ""},
	{"GET", "/api/v1/me?access_token=x", "DPoP: e30.e30.e30\r\nAuthorization: DPoP x\r\n", ""},
	{"GET", "/api/v1/notes?cursor=x&since=x&limit=99999999999999999999", "", "GET /api/v1/notes HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.0\r\n\r\n"},
	{"GET", "/healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /api/v1/me", "", ""},
}
