package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

// Fetches beside the timer's, for keys nobody has seen yet, come out of a
// bucket: a burst for a rotation, a trickle under a flood of invented key ids.
const (
	refetchBurst = 5
	refetchEvery = 5 * time.Second
	// maxWaiting bounds the requests that wait for an unknown key while known
	// ones are served, so that a flood cannot hold every worker.
	maxWaiting = 256
)

// keyStore holds the live key set of one issuer and keeps it fresh. Looking a
// key up never waits for a fetch while the key is there.
type keyStore struct {
	source   *keySource
	kept     KeptKeySets
	life     time.Duration
	maxStale time.Duration
	now      func() time.Time
	log      *slog.Logger
	ctx      context.Context // ends the fetches; never a request's

	live    atomic.Pointer[keySet]
	settled chan struct{} // closed when the first fetch has ended, well or badly

	keeping sync.Mutex // one set is kept at a time

	mu       sync.Mutex
	bucket   *rate.Limiter
	flight   *flight
	waiting  int
	begun    int // fetches begun so far
	lastGood int // the newest fetch that brought a set, by its number
	lastBad  int // the newest fetch that failed
	failures int // since the last good one
	failed   int // of all
	lastErr  error
	next     time.Time // when the timer fetches again
}

// flight is one fetch under way, shared by all who wait for it.
type flight struct {
	number int
	done   chan struct{}
}

// errNoKeys is the cause of a refusal without keys.
var errNoKeys = errors.New("no key set")

// find returns the keys with which a token of this key id and algorithm may be
// signed. A key that is not there is looked for at the issuer, and called
// unknown only after a good fetch that began after this call: what cannot be
// known is KeysUnavailable.
func (s *keyStore) find(ctx context.Context, h joseHeader) ([]key, *Refusal) {
	if keys, refusal := s.lookUp(h); keys != nil || refusal != nil {
		return keys, refusal
	}
	arrival, ok := s.enter()
	if !ok {
		return nil, s.unavailable(errors.New("too many requests wait for the key set"))
	}
	defer s.leave()
	for {
		f, refusal := s.await(arrival)
		if f == nil {
			if keys, known := s.lookUp(h); keys != nil || known != nil {
				return keys, known
			}
			return nil, refusal
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return nil, s.unavailable(ctx.Err())
		}
		if keys, known := s.lookUp(h); keys != nil || known != nil {
			return keys, known
		}
	}
}

// lookUp asks the live set only. A token without a key id is fine when exactly
// one key fits; with several, no fetch can help.
func (s *keyStore) lookUp(h joseHeader) ([]key, *Refusal) {
	set := s.usable()
	if set == nil {
		return nil, nil
	}
	if h.hasKeyID {
		return set.find(h.keyID, h.algorithm), nil
	}
	keys := fitting(set.keys, h.algorithm)
	if len(keys) > 1 {
		return nil, refuse(KeyUnknown).becausef("the token has no kid and several keys fit")
	}
	return keys, nil
}

// usable returns the live set unless it is older than the hard limit.
func (s *keyStore) usable() *keySet {
	set := s.live.Load()
	if set == nil || s.now().Sub(set.fetched) > s.maxStale {
		return nil
	}
	return set
}

// maxNames bounds the key ids that a refusal lists.
const maxNames = 8

// names are the ids of the live set, for those who look for a key that is not
// there.
func (s *keyStore) names() []string {
	names := []string{}
	if set := s.usable(); set != nil {
		for _, k := range set.keys[:min(len(set.keys), maxNames)] {
			names = append(names, k.id)
		}
	}
	return names
}

// stands tells whether the key is in the live set: a withdrawn key dies with
// the next good refresh, for remembered tokens too.
func (s *keyStore) stands(thumbprint [sha256.Size]byte) bool {
	set := s.usable()
	return set != nil && set.has(thumbprint)
}

// fresh tells whether the last fetch went well.
func (s *keyStore) fresh() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failures == 0 && s.usable() != nil
}

// enter counts a waiting request and tells how many fetches had begun before
// it came.
func (s *keyStore) enter() (arrival int, ok bool) {
	haveKeys := s.usable() != nil
	s.mu.Lock()
	defer s.mu.Unlock()
	if haveKeys && s.waiting >= maxWaiting {
		return 0, false
	}
	s.waiting++
	return s.begun, true
}

func (s *keyStore) leave() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
}

// await returns the fetch to wait for, starting one if need be; or, when none
// is to be waited for, what the fetches since arrival mean for a key that is
// not there.
func (s *keyStore) await(arrival int) (*flight, *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.lastGood > arrival:
		return nil, refuse(KeyUnknown)
	case s.lastBad > arrival:
		return nil, s.unavailable(s.lastErr)
	case s.flight != nil:
		return s.flight, nil
	case !s.bucket.Allow(): // by the monotonic clock, whatever Config.Clock does
		return nil, s.unavailable(errors.New("the key set was fetched too often in the last seconds"))
	}
	return s.start(), nil
}

func (s *keyStore) unavailable(cause error) *Refusal {
	if cause == nil {
		cause = errNoKeys
	}
	r := refuse(KeysUnavailable).because(cause)
	r.RetryAfter = refetchEvery
	return r
}
