package auth_test

import (
	"errors"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestAnIssuerThatFailsIsNotHammered(t *testing.T) { // K4
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{KeyLife: 50 * time.Millisecond}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	issuer.Break(authtest.Answer(503, "text/html", "<h1>Sorry</h1>"))
	eventually(t, time.Minute, "the timer meets the fault", func() bool {
		before := issuer.KeySets() + issuer.Discoveries()
		time.Sleep(150 * time.Millisecond)
		return issuer.KeySets()+issuer.Discoveries() == before // it pauses
	})
	before := issuer.KeySets() + issuer.Discoveries()
	for end := time.Now().Add(1500 * time.Millisecond); time.Now().Before(end); {
		wantUnwaited(t, verifier, issuer.Token(nil), "")
		time.Sleep(20 * time.Millisecond)
	}
	if n := issuer.KeySets() + issuer.Discoveries() - before; n > 3 {
		t.Errorf("%d requests to a failing issuer in 1.5 s", n)
	}
}

func TestAnIssuerThatWasNeverReachedMeansKeysUnavailable(t *testing.T) { // K5
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.Break(func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		time.Sleep(400 * time.Millisecond)
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	verifier := newVerifier(t, auth.Config{}, issuer)
	began := time.Now()
	var requests sync.WaitGroup
	for range 20 {
		requests.Go(func() {
			_, err := verifier.Verify(t.Context(), issuer.Token(nil))
			refusal, ok := errors.AsType[*auth.Refusal](err)
			if !ok || refusal.Code != auth.KeysUnavailable || refusal.RetryAfter <= 0 || refusal.Unwrap() == nil {
				t.Errorf("got %+v", err)
			}
		})
	}
	requests.Wait()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("the slowest of 20 requests took %v", took)
	}
	if n := issuer.Discoveries(); n > 5 {
		t.Errorf("%d attempts for 20 requests at once", n)
	}
	wantCode(t, verifier, stranger(issuer), auth.KeysUnavailable)
	issuer.Heal()
	eventually(t, time.Minute, "the verifier recovers by itself", func() bool {
		_, err := verifier.Verify(hurried(t), issuer.Token(nil))
		return err == nil
	})
}

func TestATokenThatIsNotForUsCostsNoFetch(t *testing.T) { // T10
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	warm(t, verifier)
	before := issuer.KeySets()
	for _, changes := range []map[string]any{
		{"iss": "https://evil.example/"}, {"aud": "x"}, {"exp": 1}, {"exp": authtest.Absent},
		{"nbf": ago(-time.Hour)}, {"cnf": map[string]any{"jkt": "x"}}, {"sub": ""},
	} {
		token := issuer.Sign(map[string]any{"kid": "nobody"}, issuer.Payload(changes), nil)
		if _, err := verifier.Verify(t.Context(), token); codeOf(t, err) == auth.KeyUnknown {
			t.Errorf("the key was looked for with %v", changes)
		}
	}
	if n := issuer.KeySets() - before; n != 0 {
		t.Errorf("%d fetches", n)
	}
}

func TestKeysServeThroughAnOutageUpToTheirLimit(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	var now clock
	verifier := newVerifier(t, auth.Config{Clock: now.now, KeyMaxStale: 24 * time.Hour}, issuer)
	long := map[string]any{"exp": time.Now().Add(72 * time.Hour).Unix()}
	remembered := issuer.Token(long)
	wantCode(t, verifier, remembered, "")
	issuer.Break(authtest.Down())
	for _, tt := range []struct {
		name string
		age  time.Duration
		code auth.Code
	}{
		{"an hour", time.Hour, ""},
		{"nearly a day", 24*time.Hour - time.Minute, ""},
		{"more than a day", 24*time.Hour + time.Minute, auth.KeysUnavailable},
		{"two days", 48 * time.Hour, auth.KeysUnavailable},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now.set(tt.age)
			wantCode(t, verifier, remembered, tt.code)
			long["jti"] = tt.name
			wantCode(t, verifier, issuer.Token(long), tt.code)
		})
	}
	issuer.Heal()
	eventually(t, time.Minute, "the keys come back", func() bool {
		_, err := verifier.Verify(t.Context(), remembered)
		return err == nil
	})
}

func TestKeysAreFreshWhileTheLastFetchWentWell(t *testing.T) {
	t.Parallel()
	one, two := authtest.NewIssuer(t), authtest.NewIssuer(t)
	var now clock
	verifier := newVerifier(t, auth.Config{Clock: now.now}, one, two)
	warm(t, verifier)
	if !verifier.Fresh() {
		t.Error("not fresh after two good fetches")
	}
	two.Break(authtest.EmptySet())
	wantCode(t, verifier, stranger(two), auth.KeysUnavailable)
	if verifier.Fresh() || !verifier.Settled() {
		t.Error("fresh, or no longer settled, after a failed fetch")
	}
	two.Heal()
	refresh(t, verifier, two)
	if !verifier.Fresh() {
		t.Error("not fresh after a good fetch")
	}
	now.set(25 * time.Hour)
	if verifier.Fresh() {
		t.Error("fresh with keys that are too old to be used")
	}
}

func TestNobodyWaitsForTheFirstFetchToStart(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.Break(authtest.Hang(time.Minute))
	began := time.Now()
	verifier := newVerifier(t, auth.Config{}, issuer)
	if took := time.Since(began); took > time.Second {
		t.Errorf("New waited for %v", took)
	}
	if verifier.Settled() || verifier.Fresh() {
		t.Error("settled or fresh before the first fetch ended")
	}
}
