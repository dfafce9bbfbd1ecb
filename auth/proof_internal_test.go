package auth

import (
	"crypto/sha256"
	"errors"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestProofsAreRememberedWhileTheyCount(t *testing.T) {
	t.Parallel()
	m, now := newProofMemory(100, 20), time.Unix(1_000_000, 0)
	phone, tablet := sha256.Sum256([]byte("phone")), sha256.Sum256([]byte("tablet"))
	until := now.Add(90 * time.Second)
	for i := range 4 {
		if r := m.use("ada", phone, strconv.Itoa(i), until, now); r != nil {
			t.Fatal(r)
		}
	}
	mustBe := func(what string, r *Refusal, code Code) {
		t.Helper()
		if r == nil && code == "" || r != nil && r.Code == code {
			return
		}
		t.Errorf("%s: %v, want %q", what, r, code)
	}
	mustBe("the same again", m.use("ada", phone, "0", until, now), ProofReplayed)
	mustBe("the same at its last moment", m.use("ada", phone, "0", until, until), ProofReplayed)
	mustBe("the same of another subject with that key", m.use("bob", phone, "0", until, now), ProofReplayed)
	mustBe("one too many of a subject", m.use("ada", phone, "4", until, now), ProofsFull)
	mustBe("one too many, with another key", m.use("ada", tablet, "4", until, now), ProofsFull)
	mustBe("the same name of another key", m.use("bob", tablet, "0", until, now), "")
	later := until.Add(2 * slotSeconds * time.Second)
	mustBe("when all are over", m.use("ada", phone, "4", later.Add(time.Minute), later), "")
	if m.all != 1 || len(m.per) != 1 || len(m.slots) != 1 {
		t.Errorf("%d proofs of %d subjects in %d slots are left", m.all, len(m.per), len(m.slots))
	}
}

// However many keys somebody has, and however many accounts: there is room for
// the proofs of all others.
func TestNobodyFillsTheMemoryForOthers(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ accounts, most, left int }{{1, 197, 192}, {50, 6300, 72}, {200, 9850, 3}} {
		m, now := newProofMemory(10_000, proofShares), time.Unix(1_000_000, 0)
		until := now.Add(nonceLife)
		taken := func(subject string) (n int) {
			for i := range 200 {
				key := sha256.Sum256([]byte(subject + strconv.Itoa(i)))
				if m.use(subject, key, "x", until, now) == nil {
					n++
				}
			}
			return n
		}
		for i := range tt.accounts {
			taken("eve" + strconv.Itoa(i))
		}
		all := m.all
		if left := taken("ada"); all > tt.most || left < tt.left {
			t.Errorf("%d accounts have %d proofs, and ada %d, want %d and %d", tt.accounts, all, left, tt.most, tt.left)
		}
	}
}

// BenchmarkProofMemory fills the memory and tells what a proof takes there.
func BenchmarkProofMemory(b *testing.B) {
	now := time.Unix(1_000_000, 0)
	for _, bb := range []struct {
		name             string
		subjects, proofs int // of so many subjects, so many of each key
	}{
		{"subjects that ask as often as they may", 50, 100},
		{"a key for each proof", 50, 1},
		{"a subject for each proof", maxProofs, 1},
	} {
		b.Run(bb.name, func(b *testing.B) {
			for range b.N {
				before := heapInUse()
				m := newProofMemory(maxProofs, 1) // to the last one
				for i := range maxProofs {
					key := sha256.Sum256([]byte(strconv.Itoa(i / bb.proofs)))
					until := now.Add(time.Duration(i%300) * time.Second) // in all slots that there are
					_ = m.use(strconv.Itoa(i%bb.subjects), key, strconv.Itoa(i), until, now)
				}
				b.ReportMetric(float64(heapInUse()-before)/float64(m.size()), "B/proof")
				b.ReportMetric(float64(m.size()), "proofs")
			}
		})
	}
}

func heapInUse() uint64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return stats.HeapAlloc
}

// plainSealer seals nothing.
type plainSealer struct{}

func (plainSealer) Seal(purpose string, data []byte) string { return purpose + ":" + string(data) }

func (plainSealer) Open(purpose, text string) ([]byte, error) {
	data, ours := strings.CutPrefix(text, purpose+":")
	if !ours {
		return nil, errors.New("foreign")
	}
	return []byte(data), nil
}

func TestNoncesRotate(t *testing.T) {
	t.Parallel()
	skew := 30 * time.Second
	p := &prover{nonces: nonces{plainSealer{}}, skew: skew, memory: newProofMemory(100, 1)}
	made := time.Unix(1_000_000, 0)
	nonce := p.next(made)
	for _, tt := range []struct {
		name  string
		nonce string
		after time.Duration
		code  Code
		renew bool
	}{
		{"a new one", nonce, 0, "", false},
		{"of a server that is ahead", nonce, -skew, "", false},
		{"of a server that is too far ahead", nonce, -skew - time.Second, ProofNonce, false},
		{"half of its life", nonce, nonceLife / 2, "", false},
		{"more than half of its life", nonce, nonceLife/2 + time.Second, "", true},
		{"its last second", nonce, nonceLife - time.Second, "", true},
		{"its end", nonce, nonceLife, ProofNonce, false},
		{"of another purpose", "cursor:" + nonce[len(noncePurpose)+1:], 0, ProofNonce, false},
		{"too short", noncePurpose + ":1234567", 0, ProofNonce, false},
		{"too long", nonce + "x", 0, ProofNonce, false},
	} {
		until, renew, refusal := p.checkTime(&proof{nonce: tt.nonce}, made.Add(tt.after))
		switch {
		case tt.code == "" && (refusal != nil || renew != tt.renew || !until.Equal(made.Add(nonceLife))):
			t.Errorf("%s: %v %v %v", tt.name, until, renew, refusal)
		case tt.code != "" && (refusal == nil || refusal.Code != tt.code):
			t.Errorf("%s: %v", tt.name, refusal)
		}
	}
}

// FuzzTarget holds that an address is written in one way: writing it again
// changes nothing, and no query, fragment or user is left in it.
func FuzzTarget(f *testing.F) {
	for _, address := range []string{"https://api.example.com/a%2fb?c#d", "http://[::1]:80/%7e", "HTTPS://A:443", "https://a@b/"} {
		f.Add(address)
	}
	f.Fuzz(func(t *testing.T, address string) {
		once, err := target(address)
		if err != nil {
			return
		}
		twice, err := target(once)
		if err != nil || once != twice || strings.ContainsAny(once, "?#") {
			t.Errorf("%q became %q, then %q, %v", address, once, twice, err)
		}
	})
}
