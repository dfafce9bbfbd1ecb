package middleware

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/problem"
)

// meaning is what a refusal costs in HTTP: the status, and the error of the
// challenge (RFC 6750, section 3.1).
type meaning struct {
	status int
	error  string
}

// invalidToken is the meaning of every code that meanings does not list.
var invalidToken = meaning{http.StatusUnauthorized, "invalid_token"}

// badProof and staleProof are the errors of RFC 9449, sections 7.1 and 9. To the
// latter a nonce is the answer.
var (
	badProof   = meaning{http.StatusUnauthorized, "invalid_dpop_proof"}
	staleProof = meaning{http.StatusUnauthorized, "use_dpop_nonce"}
)

// proofChallenge tells which proofs are understood (RFC 9449, section 7.1).
var proofChallenge = `DPoP algs="` + strings.Join(auth.Algorithms(), " ") + `"`

var meanings = map[auth.Code]meaning{
	// Nothing was presented, so nothing is wrong with it: a bare challenge.
	auth.TokenMissing:         {http.StatusUnauthorized, ""},
	auth.CredentialsAmbiguous: {http.StatusBadRequest, "invalid_request"},
	auth.ScopeMissing:         {http.StatusForbidden, "insufficient_scope"},
	// Asking for a scope cannot bring a permission, so no challenge names one.
	// RFC 9470, section 3.
	auth.AuthenticationInsufficient: {http.StatusUnauthorized, "insufficient_user_authentication"},
	auth.PermissionMissing:          {http.StatusForbidden, ""},
	auth.KeysUnavailable:            {http.StatusServiceUnavailable, ""},

	auth.ProofMissing:      badProof,
	auth.ProofMalformed:    badProof,
	auth.ProofKeyWrong:     badProof,
	auth.ProofMismatch:     badProof,
	auth.ProofSignatureBad: badProof,
	auth.ProofReplayed:     badProof,
	auth.ProofNonce:        staleProof,
	auth.ProofStale:        staleProof,
	auth.ProofsFull:        {http.StatusServiceUnavailable, ""},
}

func meaningOf(code auth.Code) meaning {
	if m, ok := meanings[code]; ok {
		return m
	}
	return invalidToken
}

func kindOf(code auth.Code) problem.Kind {
	reason := auth.ReasonOf(code)
	return problem.Kind{Code: string(code), Status: meaningOf(code).status, Sentence: reason.Sentence, Hint: reason.Hint}
}

// RefusalKinds returns the kind of problem of every refusal of package auth.
func RefusalKinds() []problem.Kind {
	var kinds []problem.Kind
	for _, reason := range auth.Reasons() {
		kinds = append(kinds, kindOf(reason.Code))
	}
	return kinds
}

// Refused returns the problem of a refusal, with the challenge that RFC 6750
// asks for.
func Refused(r *auth.Refusal) *problem.Problem {
	p := kindOf(r.Code).New("").Because(r.Unwrap())
	p.Specific = r.Specific
	if r.Scope != "" {
		p.Detail += " It asks for " + r.Scope + "."
	}
	if r.Nonce != "" {
		p.WithHeader("DPoP-Nonce", r.Nonce)
	}
	if r.RetryAfter > 0 {
		p.RetryAfter(r.RetryAfter)
	}
	if m := meaningOf(r.Code); m.status == http.StatusUnauthorized || m.error != "" {
		p.WithHeader("WWW-Authenticate", challenge(m, p.Sentence, r))
	}
	return p
}

// challenge writes a WWW-Authenticate value (RFC 6750, section 3). All of its text is ours but the scope, which is quoted.
func challenge(m meaning, sentence string, r *auth.Refusal) string {
	var b strings.Builder
	b.WriteString(r.Scheme.String() + ` realm="postern"`)
	if m.error != "" {
		b.WriteString(`, error="` + m.error + `", error_description="` + sentence + `"`)
	}
	if r.ACR != "" {
		b.WriteString(`, acr_values="` + quotable(r.ACR) + `"`)
	}
	if r.MaxAge > 0 {
		b.WriteString(`, max_age="` + strconv.Itoa(int(r.MaxAge.Seconds())) + `"`)
	}
	if r.Code == auth.ScopeMissing {
		b.WriteString(`, scope="` + quotable(r.Scope) + `"`)
	}
	if r.Scheme == auth.DPoP {
		b.WriteString(strings.TrimPrefix(proofChallenge, "DPoP"))
	}
	return b.String()
}

// quotable drops what may not stand in a scope of a challenge (RFC 6749,
// section 3.3).
func quotable(scope string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r > 0x7e || r == '"' || r == '\\' {
			return -1
		}
		return r
	}, scope)
}
