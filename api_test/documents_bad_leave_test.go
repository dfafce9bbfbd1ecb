package api_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// TestBodiesThatBreakOff sends bodies that end too soon, with the connection
// and without.
func TestBodiesThatBreakOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onSQLite(t))
	before := w.everything(t)
	for i, tt := range []struct {
		name, head, body string
		leaves           bool
	}{
		{"half of what was announced", "Content-Length: 100", `{"title":`, true},
		{"a whole document of a longer body", "Content-Length: 100", `{"title":"a"}`, true},
		{"nothing of what was announced", "Content-Length: 100", ``, true},
		{"half a chunk", "Transfer-Encoding: chunked", "20\r\n{\"title\":", true},
		{"no last chunk", "Transfer-Encoding: chunked", "d\r\n{\"title\":\"a\"}\r\n", true},
		{"a chunk without a length", "Transfer-Encoding: chunked", "zz\r\n{}\r\n0\r\n\r\n", false},
		{"a chunk longer than it says", "Transfer-Encoding: chunked", "2\r\n{\"title\":\"a\"}\r\n0\r\n\r\n", false},
		{"a negative length", "Transfer-Encoding: chunked", "-1\r\n{}\r\n0\r\n\r\n", false},
		{"a length beyond 64 bits", "Transfer-Encoding: chunked", "fffffffffffffffff\r\n{}\r\n0\r\n\r\n", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := "broken-" + strconv.Itoa(i)
			text := "POST /api/v1/notes HTTP/1.1\r\nHost: x\r\nOrigin: " + app + "\r\nAuthorization: Bearer " + w.tokens["ada"] +
				"\r\nX-Request-Id: " + id + "\r\nContent-Type: application/json\r\n" + tt.head + "\r\n\r\n" + tt.body
			if tt.leaves {
				w.sendAndLeave(t, text)
			} else if x := w.raw(t, text); len(x.Answers) != 1 || x.Answers[0].Status != http.StatusBadRequest || !x.Closed {
				t.Errorf("got %v", x)
			} else {
				mustBeReadable(t, x.Answers[0])
			}
			if line := w.log.request(t, id); line["level"] != "INFO" || line["code"] != "bad_request" && line["code"] != "client_left" {
				t.Errorf("the log says %v", line)
			}
			if after := w.everything(t); after != before {
				t.Errorf("something is stored: %s", changed(before, after))
			}
		})
	}
}

// sendAndLeave sends the text and closes the connection.
func (w *world) sendAndLeave(t *testing.T, text string) {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(w.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(conn, text); err != nil {
		t.Error(err)
	}
	_ = conn.Close()
}

// TestClientsWhoLeaveAreNoFailure has many of them leave at any moment. None is
// an error of the server, and what they sent is stored whole or not at all.
func TestClientsWhoLeaveAreNoFailure(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		calls := []call{
			post(`{"title":"left"}`), merged(`{"done":true}`), batch(fine, fine), asking("sort=title"), {Path: "/api/v1/notes/$note"},
			post(`{"title":"left"}`).with("Idempotency-Key", "k"),
		}
		var all sync.WaitGroup
		for i := range 60 {
			c := calls[i%len(calls)].with("X-Request-Id", "leaver-"+strconv.Itoa(i))
			all.Go(func() { w.leave(t, c, time.Duration(rand.IntN(8000))*time.Microsecond) })
		}
		all.Wait()
		w.mustDo(t, "ada", 200, call{Path: "/api/v1/notes/$note"})
		for text := range strings.Lines(w.log.String()) {
			if contains(text, `"level":"ERROR"`, `"leaver-`) {
				t.Errorf("the log says %s", text)
			}
		}
		if n := strings.Count(w.everything(t), `"title":"fine"`); n%2 != 0 {
			t.Errorf("%d documents of batches of two", n)
		}
	})
}

// leave makes the call and is gone before the answer, or just behind it.
func (w *world) leave(t *testing.T, c call, after time.Duration) {
	c.Path, c.Token = w.said(c.Path), w.tokens["ada"]
	ctx, cancel := context.WithTimeout(t.Context(), after)
	defer cancel()
	response, err := client.Do(w.request(t, c).WithContext(ctx))
	if err == nil {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

// TestLeavingWhileTheDatabaseIsBusy locks all tables, so that nobody is
// answered in time.
func TestLeavingWhileTheDatabaseIsBusy(t *testing.T) {
	t.Parallel()
	address := pgtest.URL(t)
	w := newWorld(t, func(s *config.Settings) { s.DatabaseURL = address })
	before := w.everything(t)
	release := lockAll(t, address)
	defer release()
	// The write goes first: by the time the lock goes, it is known to be alone.
	w.leave(t, merged(`{"done":true}`).with("X-Request-Id", "busy-write"), 200*time.Millisecond)
	w.leave(t, asking("count=exact").with("X-Request-Id", "busy-list"), 200*time.Millisecond)
	w.leave(t, call{Path: "/api/v1/notes/$note"}.with("X-Request-Id", "busy-get"), 200*time.Millisecond)
	mustSayWhoLeft := func(id string) {
		if line := w.log.request(t, id); line["level"] != "INFO" || line["code"] != "client_left" || line["status"] != 408.0 {
			t.Errorf("the log says %v", line)
		}
	}
	// Readers end at once, a write when it knows that nothing is stored.
	mustSayWhoLeft("busy-get")
	mustSayWhoLeft("busy-list")
	release()
	mustSayWhoLeft("busy-write")
	if after := w.everything(t); after != before {
		t.Errorf("something is stored: %s", changed(before, after))
	}
}

// lockAll keeps everybody from all tables of documents until release.
func lockAll(t *testing.T, address string) (release func()) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	_, err = conn.Exec(t.Context(), `BEGIN; DO $$ DECLARE r record; BEGIN
		FOR r IN SELECT schemaname AS s, tablename AS n FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')
		LOOP EXECUTE format('LOCK TABLE %I.%I IN ACCESS EXCLUSIVE MODE', r.s, r.n); END LOOP; END $$`)
	if err != nil {
		t.Fatal(err)
	}
	return sync.OnceFunc(func() { _ = conn.Close(context.WithoutCancel(t.Context())) })
}
