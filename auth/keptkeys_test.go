package auth_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// shelf keeps key sets in memory.
type shelf struct {
	mu      sync.Mutex
	raw     map[string][]byte
	fetched map[string]time.Time
	loads   int
	saves   int
	hang    bool // until the caller's context ends; never changes
	err     error
}

func (s *shelf) Load(ctx context.Context, issuer string) ([]byte, time.Time, error) {
	if s.hang {
		<-ctx.Done()
		return nil, time.Time{}, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loads++
	return s.raw[issuer], s.fetched[issuer], s.err
}

func (s *shelf) Save(ctx context.Context, issuer string, raw []byte, fetched time.Time) error {
	if s.hang {
		<-ctx.Done()
		return ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.saves++
	s.raw, s.fetched = map[string][]byte{issuer: raw}, map[string]time.Time{issuer: fetched}
	return s.err
}

func (s *shelf) saved() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saves
}

func shelved(issuer *authtest.Issuer, age time.Duration) *shelf {
	return &shelf{
		raw:     map[string][]byte{issuer.URL(): issuer.KeySet()},
		fetched: map[string]time.Time{issuer.URL(): time.Now().Add(-age)},
	}
}

// remote is a stand-in that goes by a name that is not on loopback.
func remote(t *testing.T) *authtest.Issuer {
	return authtest.NewIssuer(t, authtest.Name("https://tenant.example/"))
}

func TestAFetchedSetIsKeptAsItCame(t *testing.T) {
	t.Parallel()
	issuer, kept := remote(t), &shelf{}
	before := time.Now()
	verifier := newVerifier(t, auth.Config{Transport: issuer.Transport(), Kept: kept}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	eventually(t, 5*time.Second, "the set is saved", func() bool { return kept.saved() == 1 })
	kept.mu.Lock()
	raw, fetched := kept.raw[issuer.URL()], kept.fetched[issuer.URL()]
	kept.mu.Unlock()
	if string(raw) != string(issuer.KeySet()) || fetched.Before(before) || fetched.After(time.Now()) {
		t.Errorf("kept %s of %v", raw, fetched)
	}
	issuer.BreakKeySet(authtest.EmptySet())
	wantCode(t, verifier, stranger(issuer), auth.KeysUnavailable)
	if n := kept.saved(); n != 1 {
		t.Errorf("a set without keys was kept")
	}
}

func TestARestartDuringAnOutageServesWithTheKeptSet(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		kept func(*authtest.Issuer) *shelf
		code auth.Code
	}{
		{"a set of an hour ago", func(i *authtest.Issuer) *shelf { return shelved(i, time.Hour) }, ""},
		{"a set of nearly a day ago", func(i *authtest.Issuer) *shelf { return shelved(i, 24*time.Hour-time.Minute) }, ""},
		{"a set of more than a day ago", func(i *authtest.Issuer) *shelf { return shelved(i, 24*time.Hour+time.Minute) }, auth.KeysUnavailable},
		{"a set of tomorrow", func(i *authtest.Issuer) *shelf { return shelved(i, -24*time.Hour) }, auth.KeysUnavailable},
		{"nothing", func(*authtest.Issuer) *shelf { return &shelf{} }, auth.KeysUnavailable},
		{"garbage", func(i *authtest.Issuer) *shelf {
			return &shelf{raw: map[string][]byte{i.URL(): []byte("{")}, fetched: map[string]time.Time{i.URL(): time.Now().Add(-time.Hour)}}
		}, auth.KeysUnavailable},
		{"a set that cannot be read", func(*authtest.Issuer) *shelf { return &shelf{err: errors.New("disk")} }, auth.KeysUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := remote(t)
			kept := tt.kept(issuer)
			issuer.Break(authtest.Down())
			verifier := newVerifier(t, auth.Config{Transport: issuer.Transport(), Kept: kept}, issuer)
			warm(t, verifier)
			wantCode(t, verifier, issuer.Token(nil), tt.code)
			wantCode(t, verifier, stranger(issuer), auth.KeysUnavailable)
			issuer.Heal()
			eventually(t, 5*time.Second, "the issuer is back", func() bool {
				_, err := verifier.Verify(t.Context(), issuer.Token(nil))
				return err == nil
			})
		})
	}
}

func TestAKeptKeyThatWasWithdrawnDiesWithTheFirstFetch(t *testing.T) {
	t.Parallel()
	issuer := remote(t)
	kept, withdrawn := shelved(issuer, time.Hour), issuer.Key()
	issuer.Rotate()
	issuer.Withdraw(withdrawn.ID)
	verifier := newVerifier(t, auth.Config{Transport: issuer.Transport(), Kept: kept}, issuer)
	warm(t, verifier)
	wantCode(t, verifier, issuer.Sign(nil, issuer.Payload(nil), withdrawn), auth.KeyUnknown)
	wantCode(t, verifier, issuer.Token(nil), "")
}

func TestSetsOfIssuersOnLoopbackAreNeverKept(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"http://localhost:6061/", "http://127.0.0.1:6061/", "http://[::1]:6061/", "https://127.8.8.8/"} {
		t.Run(host, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.NewIssuer(t, authtest.Name(host))
			kept := shelved(issuer, time.Hour)
			verifier := newVerifier(t, auth.Config{Transport: issuer.Transport(), Kept: kept}, issuer)
			wantCode(t, verifier, issuer.Token(nil), "")
			warm(t, verifier)
			if kept.loads+kept.saved() != 0 {
				t.Errorf("%d times loaded, %d times saved", kept.loads, kept.saved())
			}
		})
	}
}

func TestADatabaseThatHangsDelaysNoToken(t *testing.T) {
	t.Parallel()
	issuer := remote(t)
	kept := &shelf{hang: true}
	verifier := newVerifier(t, auth.Config{Transport: issuer.Transport(), Kept: kept}, issuer)
	began := time.Now()
	// Loading may take its time once, as a fetch may.
	wantCode(t, verifier, issuer.Token(nil), "")
	if took := time.Since(began); took > 8*time.Second {
		t.Errorf("the first token waited for %v", took)
	}
	warm(t, verifier)
	began = time.Now()
	issuer.Rotate()
	wantCode(t, verifier, issuer.Token(nil), "")
	wantCode(t, verifier, stranger(issuer), auth.KeyUnknown)
	if took := time.Since(began); took > 4*time.Second {
		t.Errorf("saving the set held tokens up for %v", took)
	}
}

func TestKeysThatCannotBeKeptServeAllTheSame(t *testing.T) {
	t.Parallel()
	issuer, kept := remote(t), &shelf{err: errors.New("disk")}
	verifier := newVerifier(t, auth.Config{Transport: issuer.Transport(), Kept: kept}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
}
