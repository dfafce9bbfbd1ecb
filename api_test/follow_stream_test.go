package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// poll asks once for what there is.
func (s *server) poll(t testing.TB, path, token string) (changes []string, next string, reset bool) {
	t.Helper()
	said := read[struct {
		Items []told
		Page  struct {
			Changes string
			Reset   bool
		}
	}](t, s.must(t, ok, "GET", path, token, ""))
	for _, c := range said.Items {
		changes = append(changes, c.String())
	}
	return changes, said.Page.Changes, said.Page.Reset
}

func TestChangesReachThoseWhoMaySeeThem(t *testing.T) {
	onBoth(t, func(t *testing.T, changes ...change) {
		s := startDeclared(t, changes...)
		ada, bob := signIn(s.Issuer, "ada"), signIn(s.Issuer, "bob")
		hers, his := s.follow(t, "/changes?collections=notes,tasks", ada), s.follow(t, "/changes?collections=notes,tasks&include=can", bob)
		done := s.follow(t, "/notes/changes?filter[done]=true&fields=title", ada)
		for _, f := range []*stream{hers, his, done} {
			f.begun(t)
			if f.Header.Get("Content-Type") != "text/event-stream" || f.Header.Get("Access-Control-Allow-Origin") != app ||
				f.Header.Get("Cache-Control") != "no-store" || f.Header.Get("X-Accel-Buffering") != "no" {
				t.Errorf("%v", f.Header)
			}
		}
		note := read[struct{ ID string }](t, s.must(t, created, "POST", "/notes", ada, `{"title":"milk"}`, "Idempotency-Key", "hers")).ID
		s.must(t, ok, "PATCH", "/notes/"+note, ada, `{"done":true}`)
		s.must(t, created, "PUT", "/tasks/t", ada, `{"title":"ours","editors":["bob"]}`, "If-None-Match", "*", "Idempotency-Key", "shared")
		s.must(t, ok, "PATCH", "/notes/"+note, ada, `{"done":false}`)
		s.must(t, ok, "PATCH", "/tasks/t", ada, `{"editors":[]}`)
		s.must(t, http.StatusNoContent, "DELETE", "/tasks/t", ada, "")
		e, _ := hers.next(t)
		if !strings.Contains(e.Data, `"idempotencyKey":"hers"`) {
			t.Errorf("the writer does not find her key: %s", e.Data)
		}
		hers.want(t, "upsert notes 2 milk", "upsert tasks 1 ours", "upsert notes 3 milk", "upsert tasks 2 ours", "remove tasks 3")
		e, _ = his.next(t)
		if e.change(t) != "upsert tasks 1 ours" || strings.Contains(e.Data, "idempotencyKey") || !strings.Contains(e.Data, `"can":{"update":true`) {
			t.Errorf("bob is told %s", e.Data)
		}
		his.want(t, "remove tasks 2")
		e, _ = done.next(t)
		if strings.Contains(e.Data, "createdAt") || e.change(t) != "upsert notes 2 milk" {
			t.Errorf("with fields it is %s", e.Data)
		}
		done.want(t, "remove notes 3")
	})
}

func TestAListIsFollowedWithoutAGap(t *testing.T) {
	onBoth(t, func(t *testing.T, changes ...change) {
		s := startDeclared(t, append(changes, func(settings *config.Settings) { settings.RateLimit = 0 })...)
		ada := signIn(s.Issuer, "ada")
		const writes = 60
		go func() {
			for i := range writes {
				s.ask(t, "POST", "/tasks", ada, fmt.Sprintf(`{"title":"t%d"}`, i))
			}
		}()
		for range 10 {
			list := read[struct {
				Items []struct{ ID string }
				Page  struct{ Changes string }
			}](t, s.must(t, ok, "GET", "/tasks?limit=200", ada, ""))
			seen := map[string]bool{}
			for _, item := range list.Items {
				seen[item.ID] = true
			}
			f := s.follow(t, "/tasks/changes?since="+list.Page.Changes, ada)
			for len(seen) < writes {
				e, ended := f.next(t)
				if ended || e.Name != "change" {
					t.Fatalf("after %d of %d: %+v", len(seen), writes, e)
				}
				var c told
				decode(t, e.Data, &c)
				seen[c.ID] = true
			}
			f.stop()
		}
	})
}

func TestComingBack(t *testing.T) {
	onBoth(t, func(t *testing.T, changes ...change) {
		s := startDeclared(t, changes...)
		ada := signIn(s.Issuer, "ada")
		f := s.follow(t, "/tasks/changes", ada)
		f.begun(t)
		s.must(t, created, "POST", "/tasks", ada, `{"title":"one"}`)
		at := f.want(t, "upsert tasks 1 one")
		f.stop()
		s.must(t, created, "POST", "/tasks", ada, `{"title":"two"}`)
		s.must(t, created, "POST", "/notes", ada, `{"title":"three"}`)
		back := s.follow(t, "/tasks/changes", ada, "Last-Event-ID", at)
		back.want(t, "upsert tasks 1 two")
		got, next, reset := s.poll(t, "/tasks/changes?since="+at, ada)
		if fmt.Sprint(got) != "[upsert tasks 1 two]" || reset {
			t.Errorf("a long poll got %q, reset %v", got, reset)
		}
		if got, _, _ := s.poll(t, "/tasks/changes?since="+next, ada); len(got) != 0 {
			t.Errorf("and then %q", got)
		}
		waited := make(chan []string)
		go func() {
			got, _, _ := s.poll(t, "/tasks/changes?wait=30&since="+next, ada)
			waited <- got
		}()
		s.must(t, created, "POST", "/tasks", ada, `{"title":"four"}`)
		if got := <-waited; fmt.Sprint(got) != "[upsert tasks 1 four]" {
			t.Errorf("a poll that waited got %q", got)
		}
		// Another reader, and more collections than the position speaks for.
		for path, token := range map[string]string{
			"/tasks/changes?since=": signIn(s.Issuer, "bob"), "/changes?collections=tasks,notes&since=": ada,
		} {
			got, next, reset := s.poll(t, path+at, token)
			if len(got) != 0 || !reset {
				t.Errorf("%s got %q, reset %v", path, got, reset)
			}
			if _, _, reset := s.poll(t, path+next, token); reset {
				t.Errorf("%s: the position of a reset leads to another reset", path)
			}
			e, _ := s.follow(t, path+at, token).next(t)
			if e.Name != "reset" || e.ID == "" {
				t.Errorf("%s: the stream begins with %+v", path, e)
			}
		}
	})
}

func TestStreamsEndWithTheToken(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, func(settings *config.Settings) { settings.ClockSkew = 0 })
	ends := time.Now().Add(4 * time.Second)
	f := s.follow(t, "/tasks/changes", s.Issuer.Token(map[string]any{"sub": "ada", "exp": ends.Unix()}))
	f.begun(t)
	e, ended := f.next(t)
	if ended || e.Name != "reauth" || e.ID == "" || time.Now().After(ends) {
		t.Errorf("before the end came %+v", e)
	}
	if e, ended := f.next(t); !ended {
		t.Errorf("after the end came %+v", e)
	}
	if late := time.Since(ends); late > 30*time.Second {
		t.Errorf("the stream ended %v after its token", late)
	}
}

func TestStreamsEndWithTheServer(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	var streams []*stream
	for range 20 {
		f := s.follow(t, "/announcements/changes", "")
		f.begun(t)
		streams = append(streams, f)
	}
	s.mustStop(t)
	for _, f := range streams {
		if e, ended := f.next(t); !ended {
			t.Errorf("at the end came %+v", e)
		}
	}
}

func TestNobodyIsEveryFollower(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, func(settings *config.Settings) { settings.MaxFollowersEach = 2 })
	ada, bob := signIn(s.Issuer, "ada"), signIn(s.Issuer, "bob")
	first := s.follow(t, "/notes/changes", ada)
	first.begun(t)
	s.follow(t, "/notes/changes", ada).begun(t)
	for _, wait := range []string{"0", "20"} {
		a := s.do(t, call{Path: "/api/v1/notes/changes?wait=" + wait, Token: ada}.with("Origin", app))
		if a.Status != http.StatusTooManyRequests || a.Problem.Code != "too_many_at_once" || a.Header.Get("Retry-After") == "" {
			t.Errorf("the third got %d %s", a.Status, a.Body)
		}
		mustBeReadable(t, a)
	}
	s.follow(t, "/notes/changes", bob).begun(t)
	s.follow(t, "/announcements/changes", "").begun(t)
	first.stop()
	for end := time.Now().Add(10 * time.Second); s.ask(t, "GET", "/notes/changes?wait=0", ada, "").Status != http.StatusOK; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("one that left makes no room")
		}
	}
}

func TestTooManyFollowers(t *testing.T) {
	t.Parallel()
	s := startDeclared(t, func(settings *config.Settings) { settings.MaxFollowers = 2 })
	first := s.follow(t, "/announcements/changes", "")
	first.begun(t)
	s.follow(t, "/announcements/changes", "").begun(t)
	a := s.do(t, call{Path: "/api/v1/announcements/changes"}.with("Origin", app))
	if a.Status != http.StatusServiceUnavailable || a.Problem.Code != "followers_full" || a.Header.Get("Retry-After") == "" {
		t.Errorf("the third got %d %s", a.Status, a.Body)
	}
	mustBeReadable(t, a)
	first.stop()
	s.waitStatus(t, "/api/v1/announcements/changes", http.StatusOK)
}
