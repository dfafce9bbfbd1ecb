package auth

import (
	"crypto/sha256"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestProofsAreRememberedWhileTheyCount(t *testing.T) {
	t.Parallel()
	m, now := newProofMemory(10, 4), time.Unix(1_000_000, 0)
	ada, bob := sha256.Sum256([]byte("ada")), sha256.Sum256([]byte("bob"))
	until := now.Add(90 * time.Second)
	for i := range 4 {
		if r := m.use(ada, strconv.Itoa(i), until, now); r != nil {
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
	mustBe("the same again", m.use(ada, "0", until, now), ProofReplayed)
	mustBe("the same at its last moment", m.use(ada, "0", until, until), ProofReplayed)
	mustBe("one too many of a key", m.use(ada, "4", until, now), ProofsFull)
	mustBe("the same name of another key", m.use(bob, "0", until, now), "")
	for i := range 5 {
		key := sha256.Sum256([]byte{byte(i)})
		mustBe("within the bound", m.use(key, "x", until, now), "")
	}
	mustBe("one too many in all", m.use(sha256.Sum256([]byte("eve")), "x", until, now), ProofsFull)
	later := until.Add(2 * slotSeconds * time.Second)
	mustBe("when all are over", m.use(ada, "4", later.Add(time.Minute), later), "")
	if m.all != 1 || len(m.perKey) != 1 || len(m.slots) != 1 {
		t.Errorf("%d proofs of %d keys in %d slots are left", m.all, len(m.perKey), len(m.slots))
	}
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
	p := &prover{nonces: nonces{plainSealer{}}, skew: skew, memory: newProofMemory(100, 100)}
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
