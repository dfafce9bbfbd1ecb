package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// TestNobodyTakesEveryPlace: who keeps requests in hand by sending slowly has so
// many and no more, and the others have theirs.
func TestNobodyTakesEveryPlace(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, func(s *config.Settings) { s.MaxInFlight, s.MaxInFlightEach = 4, 2 })
	ada, bob := signIn(s.Issuer, "ada"), signIn(s.Issuer, "bob")
	var slow []net.Conn
	for range 2 {
		conn, err := net.Dial("tcp", s.URL[len("http://"):])
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, err = fmt.Fprintf(conn, "POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 16\r\nExpect: 100-continue\r\n\r\n", ada)
		if err != nil {
			t.Fatal(err)
		}
		// It is in hand when its handler asks for the body (RFC 9110, section 10.1.1).
		if line, err := bufio.NewReader(conn).ReadString('\n'); err != nil || line != "HTTP/1.1 100 Continue\r\n" {
			t.Fatalf("got %q, %v", line, err)
		}
		slow = append(slow, conn)
	}
	list := func(token string) answer {
		return s.do(t, call{Path: "/api/v1/notes", Token: token}.with("Origin", app))
	}
	a := list(ada)
	if a.Status != http.StatusTooManyRequests || a.Problem.Code != "too_many_at_once" || a.Header.Get("Retry-After") == "" {
		t.Errorf("the third of one caller got %d %s", a.Status, a.Body)
	}
	mustBeReadable(t, a)
	if a := list(bob); a.Status != http.StatusOK {
		t.Errorf("somebody else got %d %s", a.Status, a.Body)
	}
	for _, conn := range slow {
		if _, err := io.WriteString(conn, `{"title":"milk"}`); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(10 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		if a = list(ada); a.Status == http.StatusOK {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("after they were answered: %d %s", a.Status, a.Body)
		}
	}
}
