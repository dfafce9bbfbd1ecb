package auth_test

import (
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestARememberedTokenNeedsNoIssuer(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	token := issuer.Token(nil)
	first, err := verifier.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	issuer.Break(authtest.Down())
	second, err := verifier.Verify(hurried(t), token)
	if err != nil || first != second {
		t.Errorf("got %p %v, want %p from memory", second, err, first)
	}
	if _, err := verifier.Verify(t.Context(), token[:len(token)-1]); codeOf(t, err) == "" {
		t.Error("a part of a remembered token is accepted")
	}
}

func TestWithoutMemoryEveryTokenIsVerifiedAnew(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{CacheEntries: -1}, issuer)
	token := issuer.Token(nil)
	first, err := verifier.Verify(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	second, err := verifier.Verify(t.Context(), token)
	if err != nil || first == second {
		t.Errorf("got %p and %p, %v", first, second, err)
	}
}

func TestAHitAllocatesNothing(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	token, ctx := issuer.Token(nil), t.Context()
	wantCode(t, verifier, token, "")
	if n := testing.AllocsPerRun(1000, func() { _, _ = verifier.Verify(ctx, token) }); n > 0 {
		t.Errorf("%v allocations a hit", n)
	}
}

func TestNoTokenOfAPublishedKeyIsRefusedWhileKeysRotate(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t, authtest.Algorithm("ES256"))
	verifier := newVerifier(t, auth.Config{KeyLife: 10 * time.Millisecond, CacheEntries: 100}, issuer)
	warm(t, verifier)
	r := &rotation{issuer: issuer, known: issuer.Key()}
	stop := make(chan struct{})
	var workers sync.WaitGroup
	end := sync.OnceFunc(func() {
		close(stop)
		workers.Wait()
	})
	t.Cleanup(end)
	for worker := range 4 {
		workers.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
					r.load(t, verifier, strconv.Itoa(worker)+"-"+strconv.Itoa(n%300))
				}
			}
		})
	}
	for range 20 {
		r.turn(t, verifier)
	}
	end()
	if n := r.good.Load(); n < 100 {
		t.Errorf("only %d tokens were accepted", n)
	}
}

// rotation is an issuer whose keys change under load.
type rotation struct {
	issuer *authtest.Issuer
	good   atomic.Int64

	mu    sync.RWMutex // held while a token is made and verified, so that its key stays published
	known *authtest.Key
}

// load verifies a token of the key in use and one of the key known for long.
func (r *rotation) load(t *testing.T, verifier *auth.Verifier, id string) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	_, err := verifier.Verify(t.Context(), r.issuer.Token(map[string]any{"jti": id}))
	switch code := codeOf(t, err); code {
	case "":
		r.good.Add(1)
	case auth.KeysUnavailable: // a brand-new key beyond the burst of fetches
	default:
		t.Errorf("got %q (%v)", code, err)
	}
	wantUnwaited(t, verifier, r.issuer.Sign(nil, r.issuer.Payload(map[string]any{"jti": id}), r.known), "")
}

// turn rotates, waits until the new key is known, withdraws the former one and
// waits until that is dead.
func (r *rotation) turn(t *testing.T, verifier *auth.Verifier) {
	t.Helper()
	accepted := func(key *authtest.Key) bool {
		_, err := verifier.Verify(hurried(t), r.issuer.Sign(nil, r.issuer.Payload(nil), key))
		return err == nil
	}
	key := r.issuer.Rotate()
	eventually(t, time.Minute, "the new key is known", func() bool { return accepted(key) })
	r.mu.Lock()
	former := r.known
	r.known = key
	r.mu.Unlock()
	r.issuer.Withdraw(former.ID)
	eventually(t, time.Minute, "the withdrawn key dies", func() bool { return !accepted(former) })
}
