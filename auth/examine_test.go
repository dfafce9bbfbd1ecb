package auth_test

import (
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// wantExamined holds what Examine says of a token against what Verify did, and
// wants the check named that refused.
func wantExamined(t testing.TB, verifier *auth.Verifier, token string, want auth.Code) *auth.Examined {
	t.Helper()
	e := verifier.Examine(t.Context(), token)
	var got auth.Code
	if e.Refusal != nil {
		got = e.Refusal.Code
	}
	if got != want {
		t.Errorf("Examine says %q, Verify %q", got, want)
	}
	if named := firstRefused(e); (named == "") != (want == "") {
		t.Errorf("%q is refused by the check %q", want, named)
	}
	return e
}

// firstRefused is the check that refuses with the verdict's own code.
func firstRefused(e *auth.Examined) string {
	for _, f := range e.Findings {
		if f.Refusal != nil && f.Done && f.Refusal == e.Refusal {
			return f.Check
		}
	}
	return ""
}

// states are how the checks ended: ok, the code of a refusal, or nothing for
// those that were not done.
func states(e *auth.Examined) map[string]auth.Code {
	ended := map[string]auth.Code{}
	for _, f := range e.Findings {
		switch {
		case f.Refusal != nil:
			ended[f.Check] = f.Refusal.Code
		case f.Done:
			ended[f.Check] = "ok"
		}
	}
	return ended
}

// callsBack calls the token with this jti back.
type callsBack string

func (c callsBack) Revoked(id *auth.Identity) bool { return id.TokenID == string(c) }

func TestAllThatIsWrongIsFound(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{Revocations: callsBack("called back")}, issuer)
	long := issuer.URL()[:len(issuer.URL())-1]
	for _, tt := range []struct {
		name, token string
		want        map[string]auth.Code
	}{
		{"a good token", issuer.Token(nil), nil},
		{"nothing but an opaque text", "abc", map[string]auth.Code{
			"form": auth.TokenOpaque, "header": "", "algorithm": "", "content": "", "type": "", "issuer": "", "audience": "",
			"subject": "", "expiry": "", "time": "", "lifetime": "", "sender": "", "key": "", "signature": "", "revoked": ""}},
		{"called back", issuer.Token(map[string]any{"jti": "called back"}), map[string]auth.Code{"revoked": auth.TokenRevoked}},
		{"expired and for another API, but signed well", issuer.Token(map[string]any{"exp": 1_000_000, "iat": 900_000, "aud": "x"}),
			map[string]auth.Code{"time": auth.TokenExpired, "audience": auth.AudienceWrong}},
		{"for another API and signed by a stranger", issuer.Sign(nil, issuer.Payload(map[string]any{"aud": "x"}), authtest.NewKey(issuer.Key().ID, "RS256")),
			map[string]auth.Code{"audience": auth.AudienceWrong, "signature": auth.SignatureBad}},
		{"a slash is missing, and the audience is wrong", issuer.Token(map[string]any{"iss": long, "aud": "x"}),
			map[string]auth.Code{"issuer": auth.IssuerSlash, "audience": auth.AudienceWrong, "key": "", "signature": ""}},
		{"another tenant", issuer.Token(map[string]any{"iss": "https://evil.example/"}),
			map[string]auth.Code{"issuer": auth.IssuerUnknown, "key": "", "signature": ""}},
		{"unsigned and without a subject", authtest.Compact([]byte(`{"alg":"none"}`), issuer.Payload(map[string]any{"sub": authtest.Absent}), nil),
			map[string]auth.Code{"algorithm": auth.AlgorithmRefused, "subject": auth.ClaimsInvalid, "key": "", "signature": ""}},
		{"no expiry", issuer.Token(map[string]any{"exp": authtest.Absent}),
			map[string]auth.Code{"expiry": auth.ClaimsInvalid, "time": "", "lifetime": ""}},
		{"a key that nobody has", stranger(issuer), map[string]auth.Code{"key": auth.KeyUnknown, "signature": ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := verifier.Verify(t.Context(), tt.token)
			e := wantExamined(t, verifier, tt.token, codeOf(t, err))
			got := states(e)
			for _, f := range e.Findings {
				want, odd := tt.want[f.Check]
				if !odd {
					want = "ok"
				}
				if got[f.Check] != want {
					t.Errorf("%s ended with %q, want %q", f.Check, got[f.Check], want)
				}
			}
			if len(e.Findings) != 15 {
				t.Errorf("%d checks are listed", len(e.Findings))
			}
		})
	}
}

func TestWithoutKeysTheSignatureIsNotCalledBad(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	issuer.Break(authtest.Down())
	verifier := newVerifier(t, auth.Config{}, issuer)
	verifier.Settle(t.Context())
	if !verifier.Settled() {
		t.Error("the first fetch has not ended")
	}
	got := states(wantExamined(t, verifier, issuer.Token(nil), auth.KeysUnavailable))
	if got["key"] != auth.KeysUnavailable || got["signature"] != "" {
		t.Errorf("key %q, signature %q", got["key"], got["signature"])
	}
}
