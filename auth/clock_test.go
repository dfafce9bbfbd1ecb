package auth_test

import (
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestAClockThatJumpsLetsNothingThroughAndStopsNothing(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	var now clock
	verifier := newVerifier(t, auth.Config{Clock: now.now}, issuer)
	hour := issuer.Token(nil)
	remembered := issuer.Token(map[string]any{"exp": ago(-72 * time.Hour), "iat": authtest.Absent})
	wantCode(t, verifier, hour, "")
	wantCode(t, verifier, remembered, "")
	for _, tt := range []struct {
		name   string
		offset time.Duration
		code   auth.Code
	}{
		{"two hours ahead", 2 * time.Hour, auth.TokenExpired},
		{"and back", 0, ""},
		{"two hours back", -2 * time.Hour, auth.TokenNotYetValid},
		{"and forth", 0, ""},
		{"two hours ahead again", 2 * time.Hour, auth.TokenExpired},
		{"four hours back at once", -2 * time.Hour, auth.TokenNotYetValid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now.set(tt.offset)
			wantUnwaited(t, verifier, hour, tt.code)
			wantUnwaited(t, verifier, remembered, "")
		})
	}
	issuer.Rotate()
	wantCode(t, verifier, issuer.Token(map[string]any{"iat": authtest.Absent}), "")
}

func TestAClockThatStepsBackDoesNotStopTheFetches(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	var now clock
	verifier := newVerifier(t, auth.Config{Clock: now.now}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	for range 5 {
		refresh(t, verifier, issuer)
	}
	wantCode(t, verifier, stranger(issuer), auth.KeysUnavailable)
	issuer.Rotate()
	now.set(-2 * time.Hour)
	fresh := issuer.Token(map[string]any{"iat": authtest.Absent})
	eventually(t, 9*time.Second, "the new key is accepted", func() bool {
		_, err := verifier.Verify(t.Context(), fresh)
		return err == nil
	})
}

func TestARememberedTokenEndsWithItsTime(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	var now clock
	verifier := newVerifier(t, auth.Config{Clock: now.now, Skew: pointer(10 * time.Second)}, issuer)
	token := issuer.Token(nil) // one hour
	wantCode(t, verifier, token, "")
	for _, tt := range []struct {
		name   string
		offset time.Duration
		code   auth.Code
	}{
		{"before its end", time.Hour - time.Minute, ""},
		{"within the skew", time.Hour + 5*time.Second, ""},
		{"behind the skew", time.Hour + 12*time.Second, auth.TokenExpired},
		{"long after", 100 * time.Hour, auth.TokenExpired},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now.set(tt.offset)
			wantUnwaited(t, verifier, token, tt.code)
		})
	}
}
