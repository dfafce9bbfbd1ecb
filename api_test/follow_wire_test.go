package api_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// dial sends a request as it stands and returns the connection.
func (s *server) dial(t *testing.T, request string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(time.Minute))
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	return conn
}

// A stream is written by our own hand: whatever an HTTP client of any age may
// send has to lead to an answer that it can read.
func TestStreamsOnTheWire(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	ada := signIn(s.Issuer, "ada")
	for _, tt := range []struct {
		name, version, fields, rest string
		chunked                     bool
	}{
		{"a plain one", "1.1", "", "", true},
		{"HTTP/1.0", "1.0", "", "", false},
		{"HTTP/1.0 that wants to keep its connection", "1.0", "Connection: keep-alive\r\n", "", false},
		{"a body", "1.1", "Content-Type: application/json\r\nContent-Length: 4\r\n", "null", true},
		{"a body in chunks", "1.1", "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n", "4\r\nnull\r\n0\r\n\r\n", true},
		{"an empty line behind it", "1.1", "", "\r\n", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn := s.dial(t, "GET /api/v1/tasks/changes HTTP/"+tt.version+"\r\nHost: x\r\nAccept: text/event-stream\r\n"+
				"Origin: "+app+"\r\nAuthorization: Bearer "+ada+"\r\n"+tt.fields+"\r\n"+tt.rest)
			response, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if err != nil {
				t.Fatal(err)
			}
			if response.StatusCode != 200 || response.Header.Get("Access-Control-Allow-Origin") != app ||
				response.Header.Get("Content-Type") != "text/event-stream" || !response.Close ||
				(len(response.TransferEncoding) == 1) != tt.chunked {
				t.Fatalf("got %+v", response)
			}
			f := &stream{events: make(chan event, 10)}
			go f.read(bufio.NewScanner(response.Body))
			f.begun(t)
			title := "wire " + tt.name
			s.must(t, 201, "POST", "/tasks", ada, `{"title":"`+title+`"}`)
			for e, _ := f.next(t); !strings.Contains(e.Data, `"`+title+`"`); e, _ = f.next(t) {
			}
		})
	}
}

func TestAStreamWithALargeBody(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	a := s.do(t, call{Path: "/api/v1/tasks/changes", Token: signIn(s.Issuer, "ada"), Body: strings.Repeat("x", 2<<20)}.
		with("Accept", "text/event-stream").with("Origin", app))
	if a.Status != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
}

// Whoever hangs up makes room at once, not with the next heartbeat.
func TestAFollowerThatHangsUpMakesRoom(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, func(settings *config.Settings) { settings.MaxFollowers = 1 })
	ada := signIn(s.Issuer, "ada")
	for range 3 {
		var f *stream
		for status := 0; status != 200; {
			f, status = s.tryFollow(t, "/tasks/changes", ada)
			if status != 200 && status != 503 {
				t.Fatalf("got %d", status)
			}
		}
		f.begun(t)
		if _, status := s.tryFollow(t, "/tasks/changes", ada); status != 503 {
			t.Fatalf("a second follower got %d", status)
		}
		f.stop()
	}
}

// One that never reads is cut off at a bounded amount, and nobody waits for it.
func TestAFollowerThatNeverReads(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, func(settings *config.Settings) { settings.MaxFollowers = 2; settings.RateLimit = 0 })
	ada := signIn(s.Issuer, "ada")
	deaf := s.dial(t, "GET /api/v1/tasks/changes HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nAuthorization: Bearer "+ada+"\r\n\r\n")
	_ = deaf.(*net.TCPConn).SetReadBuffer(4 << 10)
	attentive := s.follow(t, "/tasks/changes", ada)
	attentive.begun(t)
	filler := strings.Repeat("x", 15_000)
	for n := range 800 { // 12 MB
		s.must(t, 201, "POST", "/tasks", ada, fmt.Sprintf(`{"title":"%d","text":"%s"}`, n, filler))
		if e, ended := attentive.next(t); ended || e.Name != "change" {
			t.Fatalf("the attentive one got %+v, ended %v", e, ended)
		}
	}
	s.waitStatus(t, "/api/v1/announcements/changes", http.StatusOK) // there is room: the deaf one is gone
}
