package auth

import (
	"crypto/sha256"
	"sync"
	"time"
)

// Bounds of the memory for proofs. An entry takes about 60 bytes. One key gets
// through at its subject's rate limit for as long as a proof counts; beyond, it
// makes proofs for another purpose than asking.
const (
	maxProofs       = 1_000_000
	maxProofsPerKey = 20_000
	// slotSeconds is how long one slot of a memory covers.
	slotSeconds = 32
)

// proofMemory remembers which proofs were used, for as long as each could be
// used again. It forgets none before: where it is full, it says so.
type proofMemory struct {
	mu     sync.Mutex
	slots  map[int64]*proofSlot // by the time of their end
	all    int
	perKey map[[sha256.Size]byte]int
	most   int
	mostOf int
}

// proofSlot holds the proofs that stop counting within the same stretch of
// time, so that forgetting them is one step.
type proofSlot struct {
	used map[[16]byte]struct{}
	of   map[[sha256.Size]byte]int
}

func newProofMemory(most, mostPerKey int) *proofMemory {
	return &proofMemory{slots: map[int64]*proofSlot{}, perKey: map[[sha256.Size]byte]int{}, most: most, mostOf: mostPerKey}
}

// use takes note of a proof, and refuses one that was used before.
func (m *proofMemory) use(key [sha256.Size]byte, id string, until, now time.Time) *Refusal {
	name := nameOfProof(key, id)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.forget(now)
	for _, slot := range m.slots {
		if _, used := slot.used[name]; used {
			return refuse(ProofReplayed)
		}
	}
	if m.all >= m.most || m.perKey[key] >= m.mostOf {
		r := refuse(ProofsFull).becausef("%d proofs of this key, %d in all", m.perKey[key], m.all)
		r.RetryAfter = slotSeconds * time.Second
		return r
	}
	m.put(key, name, until)
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

func (m *proofMemory) put(key [sha256.Size]byte, name [16]byte, until time.Time) {
	end := until.Unix()/slotSeconds + 1
	slot := m.slots[end]
	if slot == nil {
		slot = &proofSlot{used: map[[16]byte]struct{}{}, of: map[[sha256.Size]byte]int{}}
		m.slots[end] = slot
	}
	slot.used[name] = struct{}{}
	slot.of[key]++
	m.perKey[key]++
	m.all++
}

// forget drops the slots in which nothing counts any more.
func (m *proofMemory) forget(now time.Time) {
	for end, slot := range m.slots {
		if now.Unix() < end*slotSeconds {
			continue
		}
		for key, n := range slot.of {
			if m.perKey[key] -= n; m.perKey[key] == 0 {
				delete(m.perKey, key)
			}
		}
		m.all -= len(slot.used)
		delete(m.slots, end)
	}
}
