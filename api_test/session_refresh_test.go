package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

// rewrite has the tenant answer at these paths as it does, but for what is made of
// that.
func (te *tenant) rewrite(changes map[string]func(members map[string]any)) {
	rewritten := func(w http.ResponseWriter, r *http.Request) bool {
		change := changes[r.URL.Path]
		if change == nil {
			return false
		}
		answer := httptest.NewRecorder()
		te.itself.ServeHTTP(answer, r)
		var members map[string]any
		_ = json.Unmarshal(answer.Body.Bytes(), &members)
		change(members)
		body, _ := json.Marshal(members)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(body)
		return true
	}
	te.change.Store(&rewritten)
}

// spoil has the tenant answer the next request for tokens as it does, but for
// what change makes of that.
func (te *tenant) spoil(change func(map[string]any)) {
	te.rewrite(map[string]func(map[string]any){"/oauth/token": func(members map[string]any) {
		te.change.Store(nil)
		change(members)
	}})
}

// says has the tenant answer all requests for tokens with this.
func (te *tenant) says(status int, text string) {
	answer := func(w http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path != "/oauth/token" {
			return false
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(text))
		return true
	}
	te.change.Store(&answer)
}

// hold has the tenant answer nobody at this path until release is called, by the
// end of the test at the latest.
func (te *tenant) hold(t *testing.T, path string) (release func()) {
	t.Helper()
	let := make(chan struct{})
	wait := func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == path {
			<-let
		}
		return false
	}
	te.change.Store(&wait)
	release = sync.OnceFunc(func() { te.change.Store(nil); close(let) })
	t.Cleanup(release)
	return release
}

// A refresh token is good once. The new one is kept even where the access token
// that came with it cannot be used.
func TestANewRefreshTokenIsKept(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	b := newTab(s, te).signIn(t, "ada")
	te.clock.pass(time.Hour + time.Second)
	te.spoil(func(answer map[string]any) { answer["access_token"] = "nonsense" })
	if a := b.fetch(t, call{Path: whoAmI}); a.Status != 503 || a.Problem.Code != "session_unavailable" {
		t.Errorf("a token that cannot be used: %d %s", a.Status, a.Body)
	}
	if a := b.fetch(t, call{Path: whoAmI}); a.Status != 200 {
		t.Errorf("with the refresh token that came with it: %d %s", a.Status, a.Body)
	}
	if n := te.refreshes.Load(); n != 2 {
		t.Errorf("%d refreshes", n)
	}
}

func TestAnothersTokenEndsTheSession(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	ada, grace := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "grace")
	te.clock.pass(time.Hour + time.Second)
	theirs := ""
	te.spoil(func(answer map[string]any) { theirs, _ = answer["access_token"].(string) })
	if a := grace.fetch(t, call{Path: whoAmI}); a.Status != 200 {
		t.Fatalf("grace: %d %s", a.Status, a.Body)
	}
	te.spoil(func(answer map[string]any) { answer["access_token"] = theirs })
	if a := ada.fetch(t, call{Path: whoAmI}); a.Status != 401 || a.Problem.Code != "session_ended" {
		t.Errorf("with another's token: %d %s", a.Status, a.Body)
	}
}

// One whom the tenant denies costs the others nothing.
func TestADeniedUserDisturbsNobody(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	ada, grace := newTab(s, te).signIn(t, "ada"), newTab(s, te).signIn(t, "grace")
	te.clock.pass(time.Hour + time.Second)
	te.says(http.StatusForbidden, `{"error":"access_denied"}`)
	if status, _ := ada.status(t, s); status != 401 {
		t.Errorf("who is denied: %d", status)
	}
	te.change.Store(nil)
	if status, _ := grace.status(t, s); status != 200 {
		t.Errorf("the next one: %d", status)
	}
}

// A server that stops finishes what it asked the tenant for.
func TestAStopLosesNoRefresh(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	database := sqliteFile(t)
	s := startSessions(t, te, database)
	b := newTab(s, te).signIn(t, "ada")
	te.clock.pass(time.Hour - 30*time.Second)
	slow := te.hold(t, "/oauth/token")
	if status, _ := b.status(t, s); status != 200 {
		t.Fatalf("shortly before the end: %d", status)
	}
	time.AfterFunc(time.Second, slow) // in the middle of the stop
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
	if te.refreshes.Load() != 1 {
		t.Fatalf("%d refreshes before the stop", te.refreshes.Load())
	}
	next := startSessions(t, te, database)
	b.server = next
	te.clock.pass(time.Minute)
	if a := b.fetch(t, call{Path: whoAmI}); a.Status != 200 {
		t.Errorf("after the restart: %d %s", a.Status, a.Body)
	}
}

// After an outage all sessions come back at once, and each gets its turn.
func TestEverybodyComesBackAfterAnOutage(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	s := startSessions(t, te, sqliteFile(t))
	var tabs []*tab
	for range 60 {
		tabs = append(tabs, newTab(s, te).signIn(t, "ada"))
	}
	te.clock.pass(time.Hour + time.Second)
	slow := func(_ http.ResponseWriter, r *http.Request) bool {
		if r.URL.Path == "/oauth/token" {
			time.Sleep(300 * time.Millisecond)
		}
		return false
	}
	te.change.Store(&slow)
	statuses := make(chan int, len(tabs))
	for _, b := range tabs {
		go func() {
			status, _ := b.status(t, s)
			statuses <- status
		}()
	}
	for range tabs {
		if status := <-statuses; status != 200 {
			t.Errorf("got %d", status)
		}
	}
	if n := te.refreshes.Load(); n != int64(len(tabs)) {
		t.Errorf("%d refreshes of %d sessions", n, len(tabs))
	}
	if bytes.Contains([]byte(s.log.String()), []byte("could not be kept")) {
		t.Error("tokens were not kept")
	}
}
