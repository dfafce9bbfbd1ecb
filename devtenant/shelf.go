package devtenant

import (
	"crypto/rand"
	"encoding/base64"
	"sync"
	"time"
)

// shelf keeps a bounded number of things in memory, each for a bounded time.
// Whoever fills it up pushes out what was put there first. It may be used by
// many goroutines at once.
type shelf[T any] struct {
	most   int
	clock  func() time.Time
	mu     sync.Mutex
	count  uint64
	things map[string]shelved[T]
}

type shelved[T any] struct {
	thing T
	until time.Time
	// order grows from one put to the next.
	order uint64
}

func newShelf[T any](most int, clock func() time.Time) *shelf[T] {
	return &shelf[T]{most: most, clock: clock, things: map[string]shelved[T]{}}
}

// put keeps thing under key for life, in place of what was there.
func (s *shelf[T]) put(key string, thing T, life time.Duration) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keep(key, thing, now, life)
}

func (s *shelf[T]) keep(key string, thing T, now time.Time, life time.Duration) {
	if _, there := s.things[key]; !there && len(s.things) >= s.most {
		s.makeRoom(now)
	}
	s.count++
	s.things[key] = shelved[T]{thing, now.Add(life), s.count}
}

// makeRoom drops what is over, and the oldest if nothing is.
func (s *shelf[T]) makeRoom(now time.Time) {
	oldest, order := "", s.count+1
	for key, kept := range s.things {
		if !now.Before(kept.until) {
			delete(s.things, key)
		} else if kept.order < order {
			oldest, order = key, kept.order
		}
	}
	if len(s.things) >= s.most {
		delete(s.things, oldest)
	}
}

func (s *shelf[T]) get(key string) (T, bool) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, there := s.things[key]
	if !there || !now.Before(kept.until) {
		var none T
		return none, false
	}
	return kept.thing, true
}

// take is get for what is good once: of many callers one gets it.
func (s *shelf[T]) take(key string) (T, bool) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	kept, there := s.things[key]
	delete(s.things, key)
	if !there || !now.Before(kept.until) {
		var none T
		return none, false
	}
	return kept.thing, true
}

// claim is put for what may be there once: of many callers one gets true.
func (s *shelf[T]) claim(key string, thing T, life time.Duration) bool {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if kept, there := s.things[key]; there && now.Before(kept.until) {
		return false
	}
	s.keep(key, thing, now, life)
	return true
}

func (s *shelf[T]) drop(key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.things, key)
}

// dropThose drops all that end says of, and counts those that were not over.
func (s *shelf[T]) dropThose(end func(T) bool) (dropped int) {
	now := s.clock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for key, kept := range s.things {
		if !end(kept.thing) {
			continue
		}
		if now.Before(kept.until) {
			dropped++
		}
		delete(s.things, key)
	}
	return dropped
}

// random returns n bytes that nobody can guess, as text for URLs and cookies.
func random(n int) string {
	raw := make([]byte, n)
	_, _ = rand.Read(raw) // never fails: it ends the program instead
	return base64.RawURLEncoding.EncodeToString(raw)
}

// textSize is the length of what random returns.
func textSize(n int) int { return base64.RawURLEncoding.EncodedLen(n) }
