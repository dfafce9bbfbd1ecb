package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// newVerifier makes a verifier that trusts the stand-ins and ends with the
// test. Issuers that the configuration names stay as they are.
func newVerifier(t testing.TB, config auth.Config, issuers ...*authtest.Issuer) *auth.Verifier {
	t.Helper()
	for _, issuer := range issuers {
		config.Issuers = append(config.Issuers, trusting(issuer))
	}
	verifier, err := auth.New(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	return verifier
}

func trusting(issuer *authtest.Issuer) auth.Issuer {
	return auth.Issuer{
		URL:        issuer.URL(),
		Audiences:  []string{issuer.Audience()},
		Algorithms: []string{issuer.Key().Algorithm},
	}
}

// codeOf tells what became of a token: a refusal's code, or "" for none.
func codeOf(t testing.TB, err error) auth.Code {
	t.Helper()
	if err == nil {
		return ""
	}
	refusal, ok := errors.AsType[*auth.Refusal](err)
	if !ok {
		t.Fatalf("the error is no refusal: %v", err)
	}
	return refusal.Code
}

// wantCode verifies the token and compares what becomes of it; "" means that
// it is good.
func wantCode(t testing.TB, verifier *auth.Verifier, token string, want auth.Code) {
	t.Helper()
	identity, err := verifier.Verify(t.Context(), token)
	if got := codeOf(t, err); got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	if (identity != nil) != (err == nil) {
		t.Errorf("identity %v and error %v at once", identity, err)
	}
}

// wantUnwaited is wantCode for a caller that has no time at all: whatever
// needs a fetch is KeysUnavailable for it.
func wantUnwaited(t testing.TB, verifier *auth.Verifier, token string, want auth.Code) {
	t.Helper()
	_, err := verifier.Verify(hurried(t), token)
	if got := codeOf(t, err); got != want {
		t.Errorf("without waiting got %q (%v), want %q", got, err, want)
	}
}

func hurried(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}

// warm waits until the first fetches have ended.
func warm(t testing.TB, verifier *auth.Verifier) {
	t.Helper()
	eventually(t, 30*time.Second, "the first fetch ends", verifier.Settled)
}

// eventually waits until the condition holds.
func eventually(t testing.TB, within time.Duration, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !condition(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// refresh has the verifier fetch the key set once more, by a token with a key
// id that nobody has.
func refresh(t testing.TB, verifier *auth.Verifier, issuer *authtest.Issuer) {
	t.Helper()
	before := issuer.KeySets()
	wantCode(t, verifier, stranger(issuer), auth.KeyUnknown)
	if n := issuer.KeySets() - before; n != 1 {
		t.Fatalf("%d fetches for an unknown key id, want 1", n)
	}
}

var strangers atomic.Int64

// stranger is a token that would be good if its key existed. Its signature is
// garbage, so it costs nothing to make.
func stranger(issuer *authtest.Issuer) string {
	header, err := json.Marshal(map[string]any{
		"alg": issuer.Key().Algorithm,
		"kid": "stranger-" + strconv.FormatInt(strangers.Add(1), 10),
	})
	if err != nil {
		panic(err)
	}
	return authtest.Compact(header, issuer.Payload(nil), []byte("garbage"))
}

// clock is a clock that a test sets.
type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time           { return time.Now().Add(time.Duration(c.offset.Load())) }
func (c *clock) set(offset time.Duration) { c.offset.Store(int64(offset)) }

func sameWords(a, b []string) bool { return slices.Equal(a, b) || len(a)+len(b) == 0 }

func pointer[T any](value T) *T { return &value }
