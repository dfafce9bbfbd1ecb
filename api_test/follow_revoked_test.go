package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

// TestALongPollEndsWithItsRight: who is signed out, or whose token ends, while
// the answer waits gets nothing, soon, and the next request is told why.
func TestALongPollEndsWithItsRight(t *testing.T) {
	t.Parallel()
	one := func(s *config.Settings) { s.MaxFollowers, s.ClockSkew = 1, 0 }
	for _, tt := range []struct {
		name string
		// begin returns a server, who asks, and what takes the right away.
		begin func(*testing.T) (s *server, as func(call) call, end func())
		code  string
		after time.Duration
	}{
		{"the token is called back", func(t *testing.T) (*server, func(call) call, func()) {
			s := startDeclared(t, one, takesLogouts)
			token := s.Issuer.Token(nil)
			return s, func(c call) call { c.Token = token; return c },
				func() { s.do(t, sayLogout(logoutToken(s.Issuer, nil))) }
		}, "token_revoked", 0},
		{"the token ends", func(t *testing.T) (*server, func(call) call, func()) {
			s := startDeclared(t, one)
			token := s.Issuer.Token(map[string]any{"exp": time.Now().Unix() + 4})
			return s, func(c call) call { c.Token = token; return c }, func() {}
		}, "token_expired", 4 * time.Second},
		{"the session ends", func(t *testing.T) (*server, func(call) call, func()) {
			te := startTenant(t, time.Hour)
			s := startSessions(t, te, sqliteFile(t), one)
			te.api.Store(&s.URL)
			b := newTab(s, te).signIn(t, "ada")
			return s, b.from, func() { b.atTenant(t, "GET", "/v2/logout?client_id=web", nil) }
		}, "session_ended", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s, as, end := tt.begin(t)
			answered := s.waits(t, as(call{Path: "/api/v1/notes/changes?wait=50"}))
			end()
			said := time.Now()
			a := <-answered
			if took := time.Since(said); took > tt.after+10*time.Second {
				t.Errorf("it was answered after %v", took)
			}
			told := read[struct {
				Items []told
				Page  struct{ Changes string }
			}](t, a)
			if a.Status != http.StatusOK || len(told.Items) > 0 || told.Page.Changes == "" {
				t.Errorf("got %d %s", a.Status, a.Body)
			}
			next := s.do(t, as(call{Path: "/api/v1/notes/changes?since=" + told.Page.Changes}))
			if next.Status != http.StatusUnauthorized || next.Problem.Code != tt.code {
				t.Errorf("the next request got %d %s", next.Status, next.Body)
			}
		})
	}
}

// waits sends a request that waits for changes, and returns when the server has
// it: no other follower has room then.
func (s *server) waits(t *testing.T, c call) <-chan answer {
	t.Helper()
	answered := make(chan answer, 1)
	go func() {
		a := s.do(t, c)
		for a.Problem.Code == "followers_full" { // the one that looks was there first
			a = s.do(t, c)
		}
		answered <- a
	}()
	other := c
	other.Path = "/api/v1/notes/changes?wait=0"
	for end := time.Now().Add(10 * time.Second); s.do(t, other).Problem.Code != "followers_full"; time.Sleep(10 * time.Millisecond) {
		if len(answered) > 0 || time.Now().After(end) {
			t.Fatal("nobody waits")
		}
	}
	return answered
}
