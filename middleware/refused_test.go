package middleware_test

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/middleware"
)

// wellFormed is a challenge of RFC 9110, section 11.6.1, whose texts keep to
// the letters of RFC 6750, section 3: without quotes and backslashes nothing
// is to be escaped.
var wellFormed = regexp.MustCompile(`^Bearer [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]+"(, [a-z_]+="[\x20\x21\x23-\x5b\x5d-\x7e]*")*$`)

func TestEveryChallengeIsWellFormed(t *testing.T) {
	for _, reason := range auth.Reasons() {
		t.Run(string(reason.Code), func(t *testing.T) {
			hostile := "a\"b\\c\r\nSet-Cookie: x\x00 ä \u202e" + strings.Repeat("x", 100)
			p := middleware.Refused(&auth.Refusal{Code: reason.Code, Scope: hostile})
			challenge := p.Header.Get("WWW-Authenticate")
			if challenge != "" && !wellFormed.MatchString(challenge) {
				t.Errorf("the challenge is %q", challenge)
			}
			if challenge == "" && p.Status == http.StatusUnauthorized {
				t.Error("401 without a challenge")
			}
		})
	}
}

func TestEveryRefusalHasItsMeaning(t *testing.T) {
	const realm = `Bearer realm="postern"`
	invalid := refusalMeaning{401, realm + `, error="invalid_token"`, ""}
	meanings := map[auth.Code]refusalMeaning{
		auth.TokenMissing:               {401, realm, ""},
		auth.CredentialsAmbiguous:       {400, realm + `, error="invalid_request"`, ""},
		auth.ScopeMissing:               {403, realm + `, error="insufficient_scope"`, `, scope="read:notes"`},
		auth.PermissionMissing:          {403, "", ""},
		auth.KeysUnavailable:            {503, "", ""},
		auth.AuthenticationInsufficient: {401, realm + `, error="insufficient_user_authentication"`, ""},
		auth.ProofsFull:                 {503, "", ""},
		auth.ProofNonce:                 {401, realm + `, error="use_dpop_nonce"`, ""},
		auth.ProofStale:                 {401, realm + `, error="use_dpop_nonce"`, ""},
	}
	for _, code := range []auth.Code{auth.ProofMissing, auth.ProofMalformed, auth.ProofKeyWrong, auth.ProofMismatch,
		auth.ProofSignatureBad, auth.ProofReplayed} {
		meanings[code] = refusalMeaning{401, realm + `, error="invalid_dpop_proof"`, ""}
	}
	seen := 0
	for _, reason := range auth.Reasons() {
		want, special := meanings[reason.Code]
		if !special {
			want = invalid
		}
		seen++
		t.Run(string(reason.Code), func(t *testing.T) { want.check(t, reason) })
	}
	if kinds := middleware.RefusalKinds(); len(kinds) != seen || seen < 20 {
		t.Errorf("%d kinds for %d reasons", len(kinds), seen)
	}
}

// refusalMeaning is a status and how the challenge begins and ends.
type refusalMeaning struct {
	status        int
	begins, terms string
}

func (m refusalMeaning) check(t *testing.T, reason auth.Reason) {
	t.Helper()
	p := middleware.Refused(&auth.Refusal{Code: reason.Code, Scope: "read:notes"})
	challenge := p.Header.Get("WWW-Authenticate")
	if p.Status != m.status || p.Code != string(reason.Code) || p.Hint != reason.Hint || !strings.HasPrefix(p.Detail, reason.Sentence) {
		t.Errorf("got %+v", p)
	}
	if !strings.HasPrefix(challenge, m.begins) || !strings.HasSuffix(challenge, m.terms) || (challenge == "") != (m.begins == "") {
		t.Errorf("the challenge is %q", challenge)
	}
	if strings.Contains(challenge, "scope=") != (m.terms != "") {
		t.Errorf("the challenge names a scope or lacks one: %q", challenge)
	}
}

func TestARefusalSaysWhenToAskAgain(t *testing.T) {
	for _, tt := range []struct {
		name  string
		after time.Duration
		want  string
	}{
		{"never", 0, ""},
		{"in five seconds", 5 * time.Second, "5"},
		{"in a moment is in a second", time.Millisecond, "1"},
		{"in a second and a bit is in two", 1001 * time.Millisecond, "2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := middleware.Refused(&auth.Refusal{Code: auth.KeysUnavailable, RetryAfter: tt.after})
			if got := p.Header.Get("Retry-After"); got != tt.want {
				t.Errorf("Retry-After is %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheValuesOfARefusalStandInTheHintOnly(t *testing.T) {
	p := middleware.Refused(&auth.Refusal{Code: auth.AudienceWrong, Specific: "The token's aud is x."})
	if p.Specific != "The token's aud is x." || strings.Contains(p.Detail, "aud is x") || errors.Unwrap(p) != nil {
		t.Errorf("got %+v", p)
	}
}
