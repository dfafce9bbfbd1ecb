// Package explain says, check by check, what a deployment makes of an access
// token, how each mistake is mended, and what the token opens. Its verdict is
// that of the verifier, whose checks it has done. It knows neither HTTP nor
// databases, and shows of a token only what may stand in a bug report.
package explain

import (
	"context"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/collection"
)

// Deployment is what a token is held against.
type Deployment struct {
	// Verifier should be one that explains (auth.Config.Explain).
	Verifier *auth.Verifier
	// Issuers are those of the verifier.
	Issuers []auth.Issuer
	// Routes are those that ask for something of the token itself; what
	// collections ask for stands in their rules.
	Routes      []Route
	Collections []*collection.Collection
	// NoRevocations says why nobody knows which tokens were called back; empty
	// where that is known.
	NoRevocations string
	// Now is the clock that the verifier goes by; nil means time.Now.
	Now func() time.Time
}

// Route is something that can be called.
type Route struct {
	Method, Path string
	// Needs says what is asked for, such as "scope read:notes".
	Needs string
	// Refusal says why somebody may not call it; nil means that they may.
	Refusal func(*auth.Identity) *auth.Refusal
}

// Verdict is what the server would do with the token.
type Verdict string

// The verdicts.
const (
	Accepted Verdict = "accepted"
	Refused  Verdict = "refused"
	// Unchecked is a token in which nothing is wrong as far as can be told
	// without the issuer's keys.
	Unchecked Verdict = "unchecked"
)

// Report is all that there is to say of a token.
type Report struct {
	Verdict Verdict `json:"verdict"`
	// Code is that of the refusal which a request with the token meets.
	Code auth.Code `json:"code,omitempty"`
	Says string    `json:"says"`
	// Header and Claims are what the token says of itself.
	Header []Member `json:"header"`
	Claims []Member `json:"claims"`
	Checks []Check  `json:"checks"`
	// Access is what the token opens, or would open if it were accepted; empty
	// where nobody can read whom it is for.
	Access []Access `json:"access"`
}

// Token explains a token. The token is sent nowhere.
func (d Deployment) Token(ctx context.Context, token string) *Report {
	return d.Request(ctx, token, nil)
}

// Request explains a token together with the proof of the request that brings
// it (RFC 9449); nil is a request with a bearer token.
func (d Deployment) Request(ctx context.Context, token string, proven *auth.Request) *Report {
	if d.Now == nil {
		d.Now = time.Now
	}
	// Keys from an earlier run serve while the first fetch is under way; a key
	// that has been withdrawn since would count as good.
	d.Verifier.Settle(ctx)
	e := d.Verifier.Examine(ctx, token)
	if proven != nil {
		d.Verifier.ExamineProof(e, token, *proven)
	}
	r := &Report{
		Verdict: Accepted,
		Says:    "This deployment accepts the token.",
		Header:  members(e.Header, shownInHeader),
		Claims:  members(e.Content, shownOfClaims),
		Access:  []Access{},
	}
	if e.Refusal != nil {
		r.Verdict, r.Code, r.Says = Refused, e.Refusal.Code, e.Refusal.Reason().Sentence
	}
	if r.Code == auth.KeysUnavailable {
		r.Verdict = Unchecked
	}
	s := subject{d, e, token}
	for _, f := range e.Findings {
		r.Checks = append(r.Checks, s.check(f))
	}
	if e.Identity != nil {
		r.Access = d.access(e.Identity)
	}
	return r
}
