package auth_test

import (
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestAWithdrawnKeyDiesWithTheNextFetch(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	withdrawn := issuer.Key()
	remembered, fresh := issuer.Token(nil), issuer.Token(map[string]any{"jti": "2"})
	wantCode(t, verifier, remembered, "")
	issuer.Rotate()
	stays := issuer.Token(nil)
	wantCode(t, verifier, stays, "")
	issuer.Withdraw(withdrawn.ID)
	wantUnwaited(t, verifier, remembered, "") // nobody could know yet
	refresh(t, verifier, issuer)
	wantCode(t, verifier, remembered, auth.KeyUnknown)
	wantCode(t, verifier, fresh, auth.KeyUnknown)
	wantUnwaited(t, verifier, stays, "")
}

func TestAWithdrawnKeyDiesOnAnIdleServer(t *testing.T) { // K9
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{KeyLife: 100 * time.Millisecond}, issuer)
	token := issuer.Token(nil)
	wantCode(t, verifier, token, "")
	old := issuer.Key().ID
	issuer.Rotate()
	issuer.Withdraw(old)
	seen := issuer.KeySets()
	// Nobody asks. The second fetch from here began after the withdrawal.
	eventually(t, time.Minute, "the timer fetches", func() bool { return issuer.KeySets() >= seen+2 })
	eventually(t, time.Minute, "the old key dies", func() bool {
		_, err := verifier.Verify(hurried(t), token)
		return err != nil
	})
}

// recorder is a transport that keeps the requests.
type recorder struct {
	mu       sync.Mutex
	requests []*http.Request
	next     http.RoundTripper
}

func (r *recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	r.requests = append(r.requests, request)
	r.mu.Unlock()
	return r.next.RoundTrip(request)
}

func TestDiscoveryIsAskedOnceAndTheRequestSaysWhoAsks(t *testing.T) { // K13
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	watch := &recorder{next: http.DefaultTransport}
	verifier := newVerifier(t, auth.Config{Transport: watch}, issuer)
	warm(t, verifier)
	refresh(t, verifier, issuer)
	refresh(t, verifier, issuer)
	if n := issuer.Discoveries(); n != 1 {
		t.Errorf("discovery asked %d times for 3 key sets, want once", n)
	}
	watch.mu.Lock()
	defer watch.mu.Unlock()
	for _, request := range watch.requests {
		if got := request.Header.Get("User-Agent"); got != "postern" {
			t.Errorf("User-Agent is %q", got)
		}
	}
	if len(watch.requests) != 4 {
		t.Errorf("%d requests, want 4", len(watch.requests))
	}
}
