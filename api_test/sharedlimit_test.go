package api_test

import (
	"os"
	"testing"
	"time"

	"github.com/postern-dev/postern/store/pgtest"
)

// A subject gets no more from two servers than from one, and from the one that
// is left as much as before.
func TestServersDivideARateLimit(t *testing.T) {
	f := startFleet(t, 2, pgtest.URL(t), sharedItems, "POSTERN_RATE_LIMIT=20")
	token := f.issuer.Token(nil)
	for _, s := range f.servers {
		awaitPolicy(t, s, token, `"default";q=20;w=2`)
	}
	if err := f.members[0].process.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	awaitPolicy(t, f.servers[1], token, `"default";q=40;w=2`)
}

func awaitPolicy(t *testing.T, s *server, token, want string) {
	t.Helper()
	var got string
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(200 * time.Millisecond) {
		got = s.get(t, "/api/v1/me", token).Header.Get("RateLimit-Policy")
		if got == want {
			return
		}
	}
	t.Errorf("%s grants %s, want %s", s.URL, got, want)
}
