package middleware_test

import (
	"bufio"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/middleware"
)

// FuzzSessionCookie reads heads as they come from the wire. What a page of
// another site can send never has the cookie counted, whatever else it says.
func FuzzSessionCookie(f *testing.F) {
	const ours, cookie = "https://app.example.com", "__Host-postern-session"
	for _, head := range []string{
		"GET / HTTP/1.1\r\nCookie: " + cookie + "=a",
		"GET / HTTP/1.1\r\nCookie: x=y; " + cookie + "=a; " + cookie + "=b",
		"POST / HTTP/1.1\r\nCookie: " + cookie + "=a\r\nX-CSRF: 1\r\nOrigin: " + ours,
		"POST / HTTP/1.1\r\nCookie: " + cookie + "=a\r\nOrigin: " + ours,
		"DELETE / HTTP/1.1\r\nCookie: " + cookie + "=a\r\nx-csrf:\r\nSec-Fetch-Site: same-origin",
		"GET / HTTP/1.1\r\nCookie: " + cookie + "=a\r\nSec-Fetch-Site: cross-site",
		"GET / HTTP/1.1\r\nCookie: " + cookie + "=a\r\nOrigin: " + ours + "\r\nOrigin: null",
		"GET / HTTP/1.1\r\nCookie: " + cookie + "=\"a\"\r\nCookie: " + cookie + "=\r\nOrigin: " + ours + ".evil.example",
	} {
		f.Add(head)
	}
	sessions := &middleware.Sessions{Cookie: cookie, Origins: []string{ours}}
	f.Fuzz(func(t *testing.T, head string) {
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(head + "\r\nHost: api.example.com\r\n\r\n")))
		if err != nil {
			t.Skip()
		}
		id, err := sessions.ID(r)
		if err != nil && id != "" {
			t.Fatal("an error, and an id")
		}
		if id == "" {
			return
		}
		if !strings.Contains(strings.Join(r.Header["Cookie"], ";"), id) {
			t.Errorf("the id %q is in no cookie", id)
		}
		said := func(name string) string { return strings.Join(r.Header[name], ", ") }
		safe := r.Method == "GET" || r.Method == "HEAD"
		switch {
		case said("Origin") != "" && said("Origin") != ours, len(r.Header["Origin"]) > 1:
			t.Errorf("a page of %q used the cookie", said("Origin"))
		case !safe && r.Header["X-Csrf"] == nil:
			t.Error("a form used the cookie")
		case r.Header["Origin"] == nil && strings.Contains(said("Sec-Fetch-Site"), "-site"):
			t.Errorf("a %s request used the cookie", said("Sec-Fetch-Site"))
		case !safe && r.Header["Origin"] == nil && said("Sec-Fetch-Site") != "same-origin":
			t.Error("nobody says who changes something")
		}
	})
}
