package auth_test

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// flood sends tokens with key ids that nobody has until it is stopped.
type flood struct {
	workers sync.WaitGroup
	sent    atomic.Int64
	stop    chan struct{}
	once    sync.Once
}

func startFlood(t *testing.T, verifier *auth.Verifier, issuer *authtest.Issuer) *flood {
	f := &flood{stop: make(chan struct{})}
	t.Cleanup(f.end)
	for range 16 {
		f.workers.Go(func() {
			for {
				select {
				case <-f.stop:
					return
				case <-time.After(4 * time.Millisecond):
				}
				_, err := verifier.Verify(t.Context(), stranger(issuer))
				if code := codeOf(t, err); code != auth.KeyUnknown && code != auth.KeysUnavailable {
					t.Errorf("a stranger got %q", code)
				}
				f.sent.Add(1)
			}
		})
	}
	return f
}

func (f *flood) end() {
	f.once.Do(func() { close(f.stop) })
	f.workers.Wait()
}

func TestAFloodOfInventedKeyIDsHurtsNobody(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	remembered, old := issuer.Token(nil), issuer.Key()
	wantCode(t, verifier, remembered, "")
	issuer.BreakKeySet(authtest.Hang(30 * time.Millisecond))

	began := time.Now()
	flood := startFlood(t, verifier, issuer)
	goodOnes := func() {
		wantUnwaited(t, verifier, remembered, "")
		wantUnwaited(t, verifier, issuer.Sign(nil, issuer.Payload(map[string]any{"jti": time.Now().String()}), old), "")
	}
	eventually(t, 5*time.Second, "the flood uses the burst up", func() bool {
		goodOnes()
		return issuer.KeySets() == 6
	})
	time.Sleep(50 * time.Millisecond) // the last fetch of the burst ends without the new key
	issuer.Rotate()
	published, fresh := time.Now(), issuer.Token(nil)
	eventually(t, 9*time.Second, "the new key is accepted", func() bool {
		goodOnes()
		_, err := verifier.Verify(t.Context(), fresh)
		code := codeOf(t, err)
		if code != "" && code != auth.KeysUnavailable {
			t.Fatalf("a token whose key is published got %q (%v)", code, err)
		}
		time.Sleep(20 * time.Millisecond)
		return code == ""
	})
	t.Logf("accepted after %v, %d strangers sent", time.Since(published), flood.sent.Load())
	eventually(t, time.Minute, "10,000 strangers are sent", func() bool {
		goodOnes()
		return flood.sent.Load() >= 10_000
	})
	flood.end()
	// Five at once and one each five seconds, beside the first.
	if n, most := issuer.KeySets(), 6+int(time.Since(began)/(5*time.Second)); n > most {
		t.Errorf("%d fetches, want at most %d", n, most)
	}
	if took := time.Since(began); took < 10*time.Second && issuer.KeySets() > 7 {
		t.Errorf("%d fetches in %v, want at most 7", issuer.KeySets(), took)
	}
}

func TestACrowdThatWaitsForAnUnknownKeyIsBounded(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	issuer.BreakKeySet(authtest.Hang(2500 * time.Millisecond))
	var tokens []string
	for range 1000 {
		tokens = append(tokens, stranger(issuer))
	}
	codes := make(chan auth.Code, 1000)
	var crowd sync.WaitGroup
	var early atomic.Int64
	began := time.Now()
	for _, token := range tokens {
		crowd.Go(func() {
			_, err := verifier.Verify(t.Context(), token)
			if time.Since(began) < 2200*time.Millisecond {
				early.Add(1)
			}
			codes <- codeOf(t, err)
		})
	}
	crowd.Wait()
	close(codes)
	count := map[auth.Code]int{}
	for code := range codes {
		count[code]++
	}
	if count[auth.KeyUnknown] != 256 || count[auth.KeysUnavailable] != 744 {
		t.Errorf("got %v, want 256 who waited and 744 who did not", count)
	}
	if early.Load() != 744 {
		t.Errorf("%d were answered before the fetch ended, want 744", early.Load())
	}
}
