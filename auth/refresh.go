package auth

import (
	"context"
	"math/rand/v2"
	"time"
)

// Pauses between attempts while the issuer does not answer.
const (
	minPause = time.Second
	maxPause = time.Minute
)

// begin starts the first fetch and the timer, and returns at once.
func (s *keyStore) begin() { go s.run(s.join()) }

// run fetches again at four fifths of the set's life, until the store's
// context ends. It goes by the clock, not by traffic: a withdrawn key dies on
// an idle server too.
func (s *keyStore) run(f *flight) {
	for ; ; f = s.join() {
		select {
		case <-f.done:
		case <-s.ctx.Done():
			return
		}
		timer := time.NewTimer(s.schedule())
		select {
		case <-timer.C:
		case <-s.ctx.Done():
			timer.Stop()
			return
		}
	}
}

// join returns the fetch under way, or starts one.
func (s *keyStore) join() *flight {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flight != nil {
		return s.flight
	}
	return s.start()
}

// start begins a fetch that no caller's context can cut off. The mutex is
// held.
func (s *keyStore) start() *flight {
	s.begun++
	f := &flight{number: s.begun, done: make(chan struct{})}
	s.flight = f
	go s.fly(f)
	return f
}

// fly fetches and publishes the outcome before it wakes those who wait. Nobody
// waits for the set to be kept.
func (s *keyStore) fly(f *flight) {
	if f.number == 1 {
		s.restore()
	}
	ctx, cancel := context.WithTimeout(s.ctx, 2*fetchTimeout)
	defer cancel()
	began := s.now()
	raw, err := s.fetch(ctx, began)
	s.land(f, err)
	if err == nil {
		s.keep(raw, began)
	}
}

// land notes how the fetch went.
func (s *keyStore) land(f *flight, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.flight = nil
	s.lastErr = err
	if err == nil {
		s.lastGood, s.failures = f.number, 0
	} else {
		s.lastBad = f.number
		s.failures++
		s.failed++
		s.log.Warn("signing keys not refreshed", "issuer", s.source.issuer, "attempt", s.failures, "error", err)
	}
	if f.number == 1 {
		close(s.settled)
	}
	close(f.done)
}

// fetch replaces the live set by what the issuer publishes now. On failure the
// last good set stays.
func (s *keyStore) fetch(ctx context.Context, began time.Time) ([]byte, error) {
	raw, life, err := s.source.fetch(ctx)
	if err != nil {
		return nil, err
	}
	return raw, s.adopt(raw, began, life)
}

// keep puts the set away for the next start, unless a newer one has come
// meanwhile, which then is kept itself.
func (s *keyStore) keep(raw []byte, began time.Time) {
	if s.kept == nil || loopback(s.source.issuer) {
		return
	}
	s.keeping.Lock()
	defer s.keeping.Unlock()
	if !s.live.Load().fetched.Equal(began) {
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, fetchTimeout)
	defer cancel()
	if err := s.kept.Save(ctx, s.source.issuer, raw, began); err != nil {
		s.log.Warn("signing keys not kept", "issuer", s.source.issuer, "error", err)
	}
}

// adopt makes a raw key set the live one.
func (s *keyStore) adopt(raw []byte, fetched time.Time, life time.Duration) error {
	set, skipped, err := decodeKeySet(raw)
	for _, skip := range skipped {
		s.log.Info("published key skipped", "issuer", s.source.issuer, "index", skip.index, "reason", skip.err)
	}
	if err != nil {
		return err
	}
	set.fetched, set.life = fetched, life
	if life == 0 {
		set.life = s.life
	}
	s.live.Store(set)
	return nil
}

// restore takes the set kept from an earlier run, so that a restart during an
// outage serves good tokens. It is decoded like a fetched one and ages from
// its fetch.
func (s *keyStore) restore() {
	if s.kept == nil || loopback(s.source.issuer) {
		return
	}
	ctx, cancel := context.WithTimeout(s.ctx, fetchTimeout)
	defer cancel()
	raw, fetched, err := s.kept.Load(ctx, s.source.issuer)
	if err != nil {
		s.log.Warn("kept signing keys not read", "issuer", s.source.issuer, "error", err)
		return
	}
	if raw == nil || fetched.After(s.now()) {
		return
	}
	if err := s.adopt(raw, fetched, s.life); err != nil {
		s.log.Warn("kept signing keys not used", "issuer", s.source.issuer, "error", err)
	}
}

// schedule notes when the next fetch is due, and returns the pause until then.
func (s *keyStore) schedule() time.Duration {
	pause := s.pause()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = s.now().Add(pause)
	return pause
}

// pause tells how long to wait before the next fetch: with jitter, so that a
// fleet of servers does not ask in step.
func (s *keyStore) pause() time.Duration {
	s.mu.Lock()
	failures := s.failures
	s.mu.Unlock()
	if failures > 0 {
		pause := minPause << min(failures-1, 6)
		return jitter(min(pause, maxPause))
	}
	return jitter(s.live.Load().life * 4 / 5)
}

// jitter shortens a pause by up to a fifth.
func jitter(d time.Duration) time.Duration {
	return d - time.Duration(rand.Int64N(int64(d)/5+1))
}
