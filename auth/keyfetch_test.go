package auth_test

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestAThousandColdRequestsShareOneFetch(t *testing.T) { // K22
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.BreakKeySet(authtest.Hang(200 * time.Millisecond))
	verifier := newVerifier(t, auth.Config{}, issuer)
	token := issuer.Token(nil)
	var requests sync.WaitGroup
	var refused atomic.Int64
	for range 1000 {
		requests.Go(func() {
			if _, err := verifier.Verify(t.Context(), token); err != nil {
				refused.Add(1)
			}
		})
	}
	requests.Wait()
	if n := refused.Load(); n > 0 {
		t.Errorf("%d of 1,000 good tokens refused", n)
	}
	if issuer.KeySets() != 1 || issuer.Discoveries() != 1 {
		t.Errorf("%d key sets and %d discoveries fetched, want one each", issuer.KeySets(), issuer.Discoveries())
	}
}

func TestANewKeyIsAcceptedAtFirstUse(t *testing.T) { // K1
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	before := issuer.Token(nil)
	wantCode(t, verifier, before, "")
	issuer.Rotate()
	wantCode(t, verifier, issuer.Token(nil), "")
	wantUnwaited(t, verifier, before, "")
	wantUnwaited(t, verifier, issuer.Token(map[string]any{"jti": "2"}), "")
	if n := issuer.KeySets(); n != 2 {
		t.Errorf("%d fetches, want 2", n)
	}
}

func TestManyFirstUsesOfANewKeyShareOneFetch(t *testing.T) { // K1, K5
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	issuer.Rotate()
	issuer.BreakKeySet(authtest.Hang(200 * time.Millisecond))
	token := issuer.Token(nil)
	var requests sync.WaitGroup
	for range 100 {
		requests.Go(func() { wantCode(t, verifier, token, "") })
	}
	requests.Wait()
	if n := issuer.KeySets(); n != 2 {
		t.Errorf("%d fetches, want 2", n)
	}
}

func TestAKeyIsUnknownOnlyAfterAFetchThatBeganLater(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	// A fetch is under way that will answer with the set as it is now.
	old := string(issuer.KeySet())
	hold := make(chan struct{})
	release := sync.OnceFunc(func() { close(hold) })
	t.Cleanup(release)
	issuer.BreakKeySet(func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		if issuer.KeySets() > 2 {
			healthy(w, r)
			return
		}
		<-hold
		authtest.Answer(http.StatusOK, "application/json", old)(w, r, healthy)
	})
	flight := make(chan auth.Code, 1)
	go func() {
		_, err := verifier.Verify(t.Context(), stranger(issuer))
		flight <- codeOf(t, err)
	}()
	eventually(t, time.Minute, "the fetch begins", func() bool { return issuer.KeySets() == 2 })
	issuer.Rotate()
	fresh := make(chan auth.Code, 1)
	go func() {
		_, err := verifier.Verify(t.Context(), issuer.Token(nil))
		fresh <- codeOf(t, err)
	}()
	time.Sleep(50 * time.Millisecond) // lets it join; sooner or later makes no difference to the result
	release()
	if code := <-flight; code != auth.KeyUnknown {
		t.Errorf("the stranger got %q, want %q", code, auth.KeyUnknown)
	}
	if code := <-fresh; code != "" {
		t.Errorf("the token of the new key got %q", code)
	}
}

func TestACallerWhoLeavesDoesNotTakeTheFetchAlong(t *testing.T) { // K6, K7
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.BreakKeySet(authtest.Hang(1500 * time.Millisecond))
	verifier := newVerifier(t, auth.Config{}, issuer)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	began := time.Now()
	_, err := verifier.Verify(ctx, issuer.Token(nil))
	if code := codeOf(t, err); code != auth.KeysUnavailable || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want %q because of the deadline", err, auth.KeysUnavailable)
	}
	if took := time.Since(began); took > time.Second {
		t.Errorf("a caller with 20 ms waited for %v", took)
	}
	wantCode(t, verifier, issuer.Token(nil), "")
	if n := issuer.KeySets(); n != 1 {
		t.Errorf("%d fetches, want 1", n)
	}
}

func TestAFetchThatHangsHoldsNobodyWhoseKeyIsThere(t *testing.T) { // K6
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	issuer.Break(authtest.Hang(time.Minute))
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := verifier.Verify(ctx, stranger(issuer))
	if code := codeOf(t, err); code != auth.KeysUnavailable {
		t.Errorf("the stranger got %q, want %q", code, auth.KeysUnavailable)
	}
	for n := range 20 {
		wantUnwaited(t, verifier, issuer.Token(map[string]any{"jti": string(rune('a' + n))}), "")
	}
}

func TestAFetchEndsAfterFiveSeconds(t *testing.T) { // K11
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
	}{
		{"no answer", authtest.Hang(time.Minute)},
		{"an answer that trickles", authtest.Trickle(50 * time.Millisecond)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.NewIssuer(t)
			verifier := newVerifier(t, auth.Config{}, issuer)
			wantCode(t, verifier, issuer.Token(nil), "")
			issuer.BreakKeySet(tt.fault)
			began := time.Now()
			wantCode(t, verifier, stranger(issuer), auth.KeysUnavailable)
			if took := time.Since(began); took < 3*time.Second || took > 9*time.Second {
				t.Errorf("the fetch ended after %v", took)
			}
			issuer.Heal()
			issuer.Rotate()
			wantCode(t, verifier, issuer.Token(nil), "")
		})
	}
}
