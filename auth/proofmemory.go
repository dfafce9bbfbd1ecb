package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

const (
	// maxProofs bounds the memory. A proof takes 23 bytes, or 112 where each is
	// another subject's (BenchmarkProofMemory).
	maxProofs = 1_000_000
	// proofShares says how much one subject may have, whatever its keys: this
	// part of what is free. The more the memory fills, the less anybody gets: 50
	// subjects who take all that they can leave more than a third. Alone, a
	// subject gets through at its rate limit for as long as a proof counts.
	proofShares = 50
	// slotSeconds is how long one slot of a memory covers.
	slotSeconds = 32
)

// proofMemory remembers which proofs were used, for as long as each could be
// used again. It forgets none before: where it is full, it says so.
type proofMemory struct {
	mu     sync.Mutex
	slots  map[int64]*proofSlot // by the time of their end
	all    int
	per    map[subjectName]int
	most   int
	shares int
}

// subjectName is short for a subject, so that its text is not kept.
type subjectName [16]byte

// proofSlot holds the proofs that stop counting within the same stretch of
// time, so that forgetting them is one step.
type proofSlot struct {
	used map[[16]byte]struct{}
	of   map[subjectName]int
}

func newProofMemory(most, shares int) *proofMemory {
	return &proofMemory{slots: map[int64]*proofSlot{}, per: map[subjectName]int{}, most: most, shares: shares}
}

// use takes note of a subject's proof, and refuses one that was used before.
func (m *proofMemory) use(subject string, key [sha256.Size]byte, id string, until, now time.Time) *Refusal {
	name, whose := nameOfProof(key, id), nameOfSubject(subject)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	for _, slot := range m.slots {
		if _, used := slot.used[name]; used {
			return refuse(ProofReplayed)
		}
	}
	if m.per[whose] >= (m.most-m.all)/m.shares {
		r := refuse(ProofsFull).becausef("%d proofs of this subject, %d in all", m.per[whose], m.all)
		r.RetryAfter = slotSeconds * time.Second
		return r
	}
	m.put(whose, name, until)
	return nil
}

// size is how many proofs are remembered, some of which may have ended.
func (m *proofMemory) size() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.all
}

func nameOfProof(key [sha256.Size]byte, id string) (name [16]byte) {
	sum := sha256.Sum256(append(key[:], id...))
	copy(name[:], sum[:])
	return name
}

func nameOfSubject(subject string) (name subjectName) {
	sum := sha256.Sum256([]byte(subject))
	copy(name[:], sum[:])
	return name
}

func (m *proofMemory) put(whose subjectName, name [16]byte, until time.Time) {
	end := until.Unix()/slotSeconds + 1
	slot := m.slots[end]
	if slot == nil {
		slot = &proofSlot{used: map[[16]byte]struct{}{}, of: map[subjectName]int{}}
		m.slots[end] = slot
	}
	slot.used[name] = struct{}{}
	slot.of[whose]++
	m.per[whose]++
	m.all++
}

// forget drops the slots in which nothing counts any more.
func (m *proofMemory) forget(now time.Time) {
	for end, slot := range m.slots {
		if now.Unix() < end*slotSeconds {
			continue
		}
		for whose, n := range slot.of {
			if m.per[whose] -= n; m.per[whose] == 0 {
				delete(m.per, whose)
			}
		}
		m.all -= len(slot.used)
		delete(m.slots, end)
	}
}
