package auth

import (
	"sync/atomic"
	"time"
)

// Stats is how a verifier is doing at one moment. It holds no token and no key.
type Stats struct {
	Cache   CacheStats
	Issuers []IssuerStats
	// Proofs is nil where no issuer's tokens may be bound to a key.
	Proofs *ProofStats
}

// ProofStats counts the proofs of possession that came.
type ProofStats struct {
	Accepted uint64
	// Refused are by why, with zeros; a missing one is refused too.
	Refused map[Code]uint64
	// Remembered are the accepted ones that must not come again.
	Remembered int
}

// CacheStats counts what became of the look for verified tokens. A miss is a
// token that was examined anew, whether it was good or not.
type CacheStats struct {
	Hits, Misses uint64
	// Entries are those held, of which some may have ended.
	Entries int
}

// IssuerStats is what is known of one issuer's keys.
type IssuerStats struct {
	URL string
	// KeyIDs are those of the keys that count now, at most 8 of them; none
	// where no keys can be used. Keys is how many there are.
	KeyIDs []string
	Keys   int
	// Fetched is when the live set was fetched, and NextFetch when the next
	// fetch is due by the timer; zero where there is none.
	Fetched, NextFetch time.Time
	// Life is how long the live set is fresh, and UsableFor how long it counts
	// while no fetch succeeds.
	Life, UsableFor time.Duration
	// Fresh tells whether the keys are there and the last fetch went well.
	Fresh bool
	// Fetches is how many were begun, Failures how many of them failed, and
	// FailuresInRow how many failed since the last good one.
	Fetches, Failures, FailuresInRow int
	// LastError is why the last fetch failed; nil where it did not.
	LastError error
	// Waiting is how many requests wait for keys.
	Waiting int
}

// Stats tells how the verifier is doing.
func (v *Verifier) Stats() Stats {
	stats := Stats{Cache: v.cache.stats()}
	for _, store := range v.stores {
		stats.Issuers = append(stats.Issuers, store.stats())
	}
	if v.prover != nil {
		stats.Proofs = v.prover.stats()
	}
	return stats
}

func (s *keyStore) stats() IssuerStats {
	stats := IssuerStats{URL: s.source.issuer, UsableFor: s.maxStale, KeyIDs: s.names(), Fresh: s.fresh()}
	if set := s.live.Load(); set != nil {
		stats.Fetched, stats.Life = set.fetched, set.life
	}
	if set := s.usable(); set != nil {
		stats.Keys = len(set.keys)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	stats.Fetches, stats.Failures, stats.FailuresInRow = s.begun, s.failed, s.failures
	stats.LastError, stats.Waiting, stats.NextFetch = s.lastErr, s.waiting, s.next
	return stats
}

// tally counts the looks of one shard. It stands in the shard, so that those
// who look into different ones do not meet here either.
type tally struct{ hits, misses atomic.Uint64 }

func (t *tally) count(hit bool) {
	if hit {
		t.hits.Add(1)
	} else {
		t.misses.Add(1)
	}
}

func (c *tokenCache) stats() (stats CacheStats) {
	for i := range c.shards {
		s := &c.shards[i]
		stats.Hits += s.looks.hits.Load()
		stats.Misses += s.looks.misses.Load()
		s.mu.RLock()
		stats.Entries += len(s.young) + len(s.old)
		s.mu.RUnlock()
	}
	return stats
}

// proofTally counts what became of proofs.
type proofTally struct {
	accepted atomic.Uint64
	refused  map[Code]*atomic.Uint64
}

func newProofTally() *proofTally {
	t := &proofTally{refused: map[Code]*atomic.Uint64{}}
	for _, code := range []Code{TokenUnbound, ProofMissing, ProofMalformed, ProofKeyWrong, ProofMismatch, ProofSignatureBad,
		ProofNonce, ProofStale, ProofReplayed, ProofsFull} {
		t.refused[code] = &atomic.Uint64{}
	}
	return t
}

func (p *prover) stats() *ProofStats {
	stats := &ProofStats{Accepted: p.tally.accepted.Load(), Refused: map[Code]uint64{}, Remembered: p.memory.size()}
	for code, n := range p.tally.refused {
		stats.Refused[code] = n.Load()
	}
	return stats
}
