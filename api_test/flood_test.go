package api_test

import (
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
)

// flood sends tokens with key ids that nobody has: many as fast as it can, then
// a trickle until it is stopped.
type flood struct {
	sent, known, unavailable, other atomic.Int64

	stop    chan struct{}
	workers sync.WaitGroup
}

func startFlood(t *testing.T, s *server, quick int64) *flood {
	f := &flood{stop: make(chan struct{})}
	claims := s.Issuer.Payload(nil)
	token := func(n int64) string { // without a signature, as whoever floods has no key
		return authtest.Compact([]byte(fmt.Sprintf(`{"alg":"RS256","kid":"flood-%d"}`, n)), claims, []byte("x"))
	}
	for range 64 {
		f.workers.Go(func() {
			for {
				n := f.sent.Add(1)
				pause := time.Duration(0)
				if n > quick {
					pause = 200 * time.Millisecond
				}
				select {
				case <-f.stop:
					return
				case <-time.After(pause):
				}
				f.count(s.status(t, protectedPath, token(n)))
			}
		})
	}
	return f
}

func (f *flood) count(status int) {
	switch status {
	case http.StatusUnauthorized:
		f.known.Add(1)
	case http.StatusServiceUnavailable:
		f.unavailable.Add(1)
	default:
		f.other.Add(1)
	}
}

func (f *flood) end() {
	close(f.stop)
	f.workers.Wait()
}

// TestAFloodOfUnknownKeysHarmsNobody is not parallel: it reports times.
func TestAFloodOfUnknownKeysHarmsNobody(t *testing.T) {
	const quick = 10_000
	s := start(t, noRateLimit)
	began := time.Now()
	f := startFlood(t, s, quick)

	var slowest time.Duration
	ask := func(token string) int {
		asked := time.Now()
		status := s.status(t, protectedPath, token)
		slowest = max(slowest, time.Since(asked))
		return status
	}
	good, n := 0, 0
	for ; f.sent.Load() < quick; n++ {
		if ask(tokenOf(s.Issuer, n)) == http.StatusOK {
			good++
		}
	}
	if good != n {
		t.Errorf("%d of %d good tokens got 200 during the flood", good, n)
	}
	s.Issuer.Rotate()
	published, fresh := time.Now(), s.Issuer.Token(nil)
	for status := ask(fresh); status != http.StatusOK; status = ask(fresh) {
		if status != http.StatusServiceUnavailable || time.Since(published) > 8*time.Second {
			t.Fatalf("the new key got %d after %v", status, time.Since(published))
		}
		time.Sleep(20 * time.Millisecond)
	}
	accepted := time.Since(published)
	f.end()
	fetches := s.Issuer.KeySets()
	if most := 2 + 5 + int(time.Since(began)/(5*time.Second)); fetches > most {
		t.Errorf("%d fetches in %v, want at most %d", fetches, time.Since(began), most)
	}
	if f.other.Load() > 0 || f.unavailable.Load() == 0 {
		t.Errorf("%d unknown keys got 401, %d 503, %d something else", f.known.Load(), f.unavailable.Load(), f.other.Load())
	}
	t.Logf("%d unknown keys (%d of 401, %d of 503) in %v: %d fetches; %d good tokens, the slowest %v; a new key after %v",
		f.sent.Load(), f.known.Load(), f.unavailable.Load(), time.Since(began), fetches, n, slowest, accepted)
}
