package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// TestWhoListensLateGetsTheAnswer sends as Firefox does: the whole body first,
// though the answer has come long ago. The body is larger than what the two
// ends of a connection hold.
func TestWhoListensLateGetsTheAnswer(t *testing.T) {
	t.Parallel()
	const size = 24 << 20
	small := start(t)
	large := start(t, func(s *config.Settings) { s.MaxBody = 64 << 20 })
	for _, tt := range []struct {
		name   string
		server *server
		header string
		status int
	}{
		{"a body that is too large", small, "POST /trial/echo HTTP/1.1\r\nContent-Type: application/json", 413},
		{"a body of another type", large, "POST /trial/echo HTTP/1.1\r\nContent-Type: text/plain", 415},
		{"a body for nobody", large, "POST /nowhere HTTP/1.1", 404},
		{"a body for a route that reads none", large, "POST /api/v1/me HTTP/1.1", 405},
	} {
		t.Run(tt.name, func(t *testing.T) {
			head := fmt.Sprintf("%s\r\nHost: x\r\nContent-Length: %d\r\n\r\n", tt.header, size)
			mustAnswerLate(t, tt.server, head, strings.Repeat("x", size), tt.status)
		})
		t.Run(tt.name+" in chunks", func(t *testing.T) {
			head := fmt.Sprintf("%s\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n", tt.header, size)
			mustAnswerLate(t, tt.server, head, strings.Repeat("x", size)+"\r\n0\r\n\r\n", tt.status)
		})
	}
}

func mustAnswerLate(t *testing.T, s *server, head, body string, status int) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if n, err := io.WriteString(conn, head+body); err != nil {
		t.Fatalf("cut off after %d bytes: %v", n, err)
	}
	a, err := readAnswer(bufio.NewReader(conn), "POST")
	if err != nil || a.Status != status || a.Header.Get("Connection") != "close" {
		t.Errorf("got %d %v, %v, want %d and the end of the connection", a.Status, a.Header, err, status)
	}
}

// TestWhoWaitsToBeToldToSendIsNotWaitedFor has a client that sends its body
// only after 100 Continue, which a refusal makes needless.
func TestWhoWaitsToBeToldToSendIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name, header string
		status       int
	}{
		{"a small body", "POST /trial/echo HTTP/1.1\r\nContent-Length: 2000", 415},
		{"a body that is too large", "POST /trial/echo HTTP/1.1\r\nContent-Length: 200000000", 413},
		{"a body in chunks", "POST /trial/echo HTTP/1.1\r\nTransfer-Encoding: chunked", 415},
		{"a body for nobody", "POST /nowhere HTTP/1.1\r\nContent-Length: 900000", 404},
	} {
		t.Run(tt.name, func(t *testing.T) {
			began := time.Now()
			x := s.raw(t, tt.header+"\r\nHost: x\r\nExpect: 100-continue\r\n\r\n")
			if len(x.Answers) != 1 || x.Answers[0].Status != tt.status || x.Answers[0].Header.Get("Connection") != "close" {
				t.Errorf("got %+v, want one %d that ends the connection", x.Answers, tt.status)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}
