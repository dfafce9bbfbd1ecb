package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// follower is a client that loses its connection again and again, and comes
// back to one server or another with the last position it was told.
type follower struct {
	fleet    *fleet
	token    string
	position string

	seen               map[string][]string
	last               map[string]int64
	repeated, returned int
	done               bool
}

// run follows until the last change of all, a document whose n is -1.
func (f *follower) run(t *testing.T) {
	for deadline := time.Now().Add(20 * time.Minute); !f.done && !t.Failed(); f.returned++ {
		if time.Now().After(deadline) {
			t.Error("a follower never saw the last change")
			return
		}
		s := f.fleet.servers[rand.IntN(len(f.fleet.servers))]
		if rand.IntN(4) == 0 {
			f.poll(t, s)
		} else {
			f.stream(t, s)
		}
		time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond)
	}
}

// stream reads some events, and hangs up without a word.
func (f *follower) stream(t *testing.T, s *server) {
	ctx, stop := context.WithTimeout(t.Context(), time.Duration(50+rand.IntN(3000))*time.Millisecond)
	defer stop()
	request := s.request(t, call{Path: "/api/v1/items/changes", Token: f.token}.
		with("Accept", "text/event-stream").with("Last-Event-ID", f.position))
	response, err := streaming.Do(request.WithContext(ctx))
	if err != nil {
		return // the server is away
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		if response.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("a follower got %d", response.StatusCode)
		}
		return
	}
	read := &stream{events: make(chan event)}
	go func() {
		defer close(read.events)
		read.read(bufio.NewScanner(response.Body))
	}()
	for left := rand.IntN(600); left > 0; left-- {
		e, open := <-read.events
		if !open {
			return
		}
		f.take(t, e)
	}
	stop()
	for range read.events { // what came after the client was gone
	}
}

func (f *follower) take(t *testing.T, e event) {
	switch e.Name {
	case "":
	case "change":
		f.note(t, []byte(e.Data))
	default:
		t.Errorf("a follower was told %s %s", e.Name, e.Data)
	}
	f.position = e.ID
}

// note writes down one change.
func (f *follower) note(t *testing.T, data []byte) {
	var c told
	var d struct{ N int64 }
	err := json.Unmarshal(data, &c)
	if err == nil && c.Document != nil {
		err = json.Unmarshal(c.Document, &d)
	}
	if err != nil {
		t.Errorf("%s: %v", data, err)
		return
	}
	if c.Version <= f.last[c.ID] {
		f.repeated++
		return
	}
	f.last[c.ID] = c.Version
	f.seen[c.ID] = append(f.seen[c.ID], fmt.Sprintf("%s %d %d", c.Op, c.Version, d.N))
	f.done = f.done || d.N == -1
}

// poll asks once, as behind a proxy that buffers.
func (f *follower) poll(t *testing.T, s *server) {
	a, err := s.attempt(t, "GET", "/api/v1/items/changes?wait=1&since="+f.position, f.token, "")
	if err != nil || a.Status == http.StatusServiceUnavailable {
		return
	}
	var page struct {
		Items []json.RawMessage
		Page  struct {
			Changes string
			Reset   bool
		}
	}
	if err := json.Unmarshal([]byte(a.Body), &page); err != nil || a.Status != http.StatusOK || page.Page.Reset {
		t.Errorf("a poll got %d %s", a.Status, a.Body)
		return
	}
	for _, item := range page.Items {
		f.note(t, item)
	}
	f.position = page.Page.Changes
}

// attempt makes a call to a server that may be away at any time.
func (s *server) attempt(t testing.TB, method, path, token, body string, fields ...string) (answer, error) {
	c := call{Method: method, Path: path, Token: token, Body: body}
	for i := 0; i < len(fields); i += 2 {
		c = c.with(fields[i], fields[i+1])
	}
	response, err := client.Do(s.request(t, c))
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	got, err := io.ReadAll(response.Body)
	return answer{Status: response.StatusCode, Header: response.Header, Body: string(got)}, err
}
