package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"
)

// stream is a client that follows changes as events.
type stream struct {
	Header http.Header
	events chan event // closed when the stream ends
	stop   context.CancelFunc
}

// event is one block of a stream. One without a name is a position alone.
type event struct {
	Name, ID, Data string
}

// change is what a change event, or an item of a long poll, says.
type told struct {
	Op, Collection, ID, At string
	Version                int64
	IdempotencyKey         string
	Document               json.RawMessage
}

// follow opens a stream; fields are names and values of headers.
func (s *server) follow(t testing.TB, path, token string, fields ...string) *stream {
	t.Helper()
	f, status := s.tryFollow(t, path, token, fields...)
	if status != http.StatusOK {
		t.Fatalf("%s got %d", path, status)
	}
	return f
}

func (s *server) tryFollow(t testing.TB, path, token string, fields ...string) (*stream, int) {
	t.Helper()
	c := call{Path: "/api/v1" + path, Token: token}.with("Accept", "text/event-stream").with("Origin", app)
	for i := 0; i < len(fields); i += 2 {
		c = c.with(fields[i], fields[i+1])
	}
	ctx, stop := context.WithCancel(context.Background())
	t.Cleanup(stop)
	response, err := streaming.Do(s.request(t, c).WithContext(ctx))
	if err != nil {
		stop()
		return nil, 0
	}
	f := &stream{Header: response.Header, events: make(chan event, 1000), stop: stop}
	go func() {
		defer close(f.events)
		defer func() { _ = response.Body.Close() }()
		f.read(bufio.NewScanner(response.Body))
	}()
	return f, response.StatusCode
}

// streaming has no limit in time, and a connection for each stream.
var streaming = &http.Client{Transport: &http.Transport{DisableCompression: true, DisableKeepAlives: true}}

// read takes blocks apart. What was not ended by an empty line never came.
func (f *stream) read(lines *bufio.Scanner) {
	lines.Buffer(nil, 1<<20)
	var e event
	for lines.Scan() {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			e.ID = value
		case "event":
			e.Name = value
		case "data":
			e.Data = value
		case "":
			if e != (event{}) {
				f.events <- e
			}
			e = event{}
		}
	}
}

// next returns the next block that is not a position alone; ended tells that
// there is none any more.
func (f *stream) next(t testing.TB) (e event, ended bool) {
	t.Helper()
	for patience := time.After(time.Minute); ; {
		select {
		case e, open := <-f.events:
			if !open || e.Name != "" {
				return e, !open
			}
		case <-patience:
			t.Fatal("nothing comes")
		}
	}
}

// begun waits for the position with which a stream begins.
func (f *stream) begun(t testing.TB) string {
	t.Helper()
	select {
	case e := <-f.events:
		if e.ID == "" {
			t.Fatalf("the stream begins with %+v", e)
		}
		return e.ID
	case <-time.After(time.Minute):
		t.Fatal("the stream does not begin")
	}
	return ""
}

// want reads as many changes as it is given, such as "upsert notes 2 milk", and
// returns the last position.
func (f *stream) want(t testing.TB, changes ...string) (id string) {
	t.Helper()
	for _, want := range changes {
		e, ended := f.next(t)
		if ended {
			t.Fatalf("the stream ended before %q", want)
		}
		if got := e.change(t); e.Name != "change" || got != want {
			t.Fatalf("got %s %q, want %q", e.Name, got, want)
		}
		id = e.ID
	}
	return id
}

// change is the event in short.
func (e event) change(t testing.TB) string {
	t.Helper()
	var c told
	if err := json.Unmarshal([]byte(e.Data), &c); err != nil {
		t.Fatalf("%q: %v", e.Data, err)
	}
	return c.String()
}

func (c told) String() string {
	var d struct{ Title, Text string }
	_ = json.Unmarshal(c.Document, &d)
	return strings.TrimSpace(strings.Join([]string{c.Op, c.Collection, string('0' + rune(c.Version)), d.Title + d.Text}, " "))
}
