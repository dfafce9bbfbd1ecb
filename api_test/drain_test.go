package api_test

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
)

// loyal is a client that holds on to one connection until an answer tells it
// to leave. No library repeats for it what was cut off.
type loyal struct {
	conn   net.Conn
	reader *bufio.Reader
	served int
	err    error // what cut it off
}

func newLoyal(t *testing.T, s *server) *loyal {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return &loyal{conn: conn, reader: bufio.NewReader(conn)}
}

// ask makes one request and tells whether the connection goes on.
func (l *loyal) ask(path string) bool {
	if _, l.err = io.WriteString(l.conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n"); l.err != nil {
		return false
	}
	var a answer
	if a, l.err = readAnswer(l.reader, http.MethodGet); l.err != nil {
		return false
	}
	if a.Status != http.StatusOK {
		l.err = fmt.Errorf("answered %d %s", a.Status, a.Body)
		return false
	}
	l.served++
	return a.Header.Get("Connection") != "close"
}

func TestNoRequestIsCutOffByAStop(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit, func(s *config.Settings) { s.DrainDelay = 500 * time.Millisecond })
	clients := make([]*loyal, 32)
	var running sync.WaitGroup
	for i := range clients {
		clients[i] = newLoyal(t, s)
		path := []string{"/api/messages/public", "/trial/wait"}[i%2]
		running.Go(func() {
			time.Sleep(time.Duration(i) * 5 * time.Millisecond) // out of step
			for clients[i].ask(path) {
				time.Sleep(time.Millisecond)
			}
		})
	}
	time.Sleep(400 * time.Millisecond)
	if err := s.stop(); err != nil {
		t.Errorf("the server did not stop well: %v", err)
	}
	running.Wait()
	served := 0
	for i, c := range clients {
		if c.err != nil {
			t.Errorf("client %d was cut off after %d requests: %v", i, c.served, c.err)
		}
		served += c.served
	}
	t.Logf("%d clients were answered %d times and left when they were told to", len(clients), served)
}

func TestARequestInHandIsTheLastOfItsConnection(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.DrainDelay = time.Second })
	answers := make(chan exchange)
	go func() { answers <- s.raw(t, "GET /trial/wait HTTP/1.1\r\nHost: x\r\n\r\n") }()
	time.Sleep(100 * time.Millisecond) // it is in hand for 300
	go func() { _ = s.stop() }()
	x := <-answers
	if len(x.Answers) != 1 || x.Answers[0].Status != http.StatusOK {
		t.Fatalf("got %+v, want one 200", x.Answers)
	}
	if !x.Closed || x.Answers[0].Header.Get("Connection") != "close" {
		t.Errorf("the answer went out while the server drained, and the connection goes on: %v", x.Answers[0].Header)
	}
}

func TestADrainingServerSaysSoAndAnswers(t *testing.T) {
	t.Parallel()
	s := draining(t)
	for _, tt := range []struct {
		name   string
		call   call
		status int
		body   string
	}{
		{"readiness fails", call{Path: "/readyz"}, 503, `{"status":"draining"}`},
		{"the process lives", call{Path: "/healthz"}, 200, `{"status":"ok"}`},
		{"a public route answers", call{Path: "/api/messages/public"}, 200, `{"text":"This is a public message."}`},
		{"a good token is good", call{Path: "/api/messages/protected", Token: s.Issuer.Token(nil)}, 200, `{"text":"This is a protected message."}`},
		{"a preflight is answered", preflight("/api/v1/me", app), 204, ""},
		{"a foreign preflight is answered", preflight("/api/v1/me", foreignApp), 204, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			response, err := client.Do(s.request(t, tt.call))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(response.Body)
			if err != nil || response.StatusCode != tt.status || string(body) != tt.body {
				t.Errorf("got %d %s %v", response.StatusCode, body, err)
			}
			if !response.Close {
				t.Error("the connection goes on")
			}
		})
	}
}

func TestAStopEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	s := busy(t, func(s *config.Settings) { s.DrainLimit = 200 * time.Millisecond })
	s.ends = "requests were cut off at the drain limit\ncontext deadline exceeded"
	began := time.Now()
	_ = s.stop() // what it says is held against ends
	if took := time.Since(began); took < 200*time.Millisecond || took > 10*time.Second {
		t.Errorf("the stop took %v", took)
	}
}

func TestAServerThatCannotBeBuiltLetsGoOfItsPort(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := defaults(t) // trusts no issuer
	if err := serve.Run(t.Context(), nobody, serve.Options{}, slog.New(slog.DiscardHandler), listener); err == nil {
		t.Fatal("it runs without an issuer")
	}
	if _, err := listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener is open: %v", err)
	}
}
