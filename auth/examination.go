package auth

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"
)

// examination is the way of one token through all checks.
type examination struct {
	verifier *Verifier
	token    string
	now      time.Time

	text       compact
	header     joseHeader
	claims     claims
	issuer     *issuer
	candidates []key
	thumbprint [sha256.Size]byte
}

// check is one step of the examination. It can be done once those that it
// needs have passed.
type check struct {
	name  string
	needs []string
	run   func(*examination, context.Context) *Refusal
}

// The checks in their order. The cheap ones come first: nothing is fetched or
// computed for a token that says of itself that it is not for us. What the
// claims are judged by is judged again on the claims that the library has
// verified, so no difference between two readers of one token can matter.
var (
	reading = []check{
		{"form", nil, (*examination).checkForm},
		{"header", []string{"form"}, (*examination).checkHeader},
		{"algorithm", []string{"header"}, (*examination).checkAlgorithmKnown},
		{"content", []string{"form"}, (*examination).checkContent},
		{"type", []string{"header"}, (*examination).checkType},
	}
	judging = []check{
		{"issuer", []string{"content"}, (*examination).checkIssuer},
		{"algorithm", []string{"algorithm", anIssuer}, (*examination).checkAlgorithm},
		{"audience", []string{"content", anIssuer}, (*examination).checkAudience},
		{"subject", []string{"content"}, (*examination).checkSubject},
		{"expiry", []string{"content"}, (*examination).checkExpiry},
		{"time", []string{"expiry"}, (*examination).checkTime},
		{"lifetime", []string{"expiry"}, (*examination).checkLifetime},
		{"sender", []string{"content", anIssuer}, (*examination).checkSender},
	}
	proving = []check{
		{"key", []string{"algorithm", "issuer"}, (*examination).checkKey},
		{"signature", []string{"key"}, (*examination).checkSignature},
	}
)

// stages are all checks, in the order in which they are done.
func stages() [4][]check { return [...][]check{reading, judging, proving, judging} }

// run does all checks up to the first that refuses.
func (x *examination) run(ctx context.Context) *Refusal {
	for _, stage := range stages() {
		for i := range stage {
			if refusal := stage[i].run(x, ctx); refusal != nil {
				return refusal
			}
		}
	}
	return nil
}

// say adds what was found and expected, in development only.
func (x *examination) say(r *Refusal, format string, args ...any) *Refusal {
	if x.verifier.config.Explain {
		r.Specific = fmt.Sprintf(format, args...)
	}
	return r
}

// sayCause adds what the reader stumbled over.
func (x *examination) sayCause(r *Refusal) *Refusal {
	if r.cause == nil {
		return r
	}
	return x.say(r, "Found: %v.", r.cause)
}

// identity is what a token that passed all checks says.
func (x *examination) identity() *Identity {
	id := &Identity{
		Issuer:      x.claims.issuer,
		Subject:     x.claims.subject,
		ClientID:    x.claims.clientID,
		Audience:    x.claims.audience,
		Scopes:      x.claims.scopes,
		Permissions: x.claims.permissions,
		Expiry:      time.Unix(x.claims.expiry, 0).UTC(),
		Thumbprint:  x.claims.thumbprint,
		ACR:         x.claims.acr,
		SessionID:   x.claims.sessionID,
		TokenID:     x.claims.tokenID,
	}
	if x.claims.authTime > 0 {
		id.AuthTime = time.Unix(x.claims.authTime, 0).UTC()
	}
	if x.claims.hasIssuedAt {
		id.IssuedAt = time.Unix(x.claims.issuedAt, 0).UTC()
	}
	return id.named()
}

// remember is what the cache keeps of it.
func (x *examination) remember() *verified {
	skew := int64(*x.verifier.config.Skew / time.Second)
	from, to := x.claims.window()
	id := x.identity()
	x.issuer.share(id)
	return &verified{
		identity:   id,
		issuer:     x.issuer,
		thumbprint: x.thumbprint,
		from:       from - skew,
		to:         to + skew - 1,
	}
}
