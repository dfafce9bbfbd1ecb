package auth

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Examined is all that the checks make of one token, where [Verifier.Verify]
// stops at the first that refuses.
type Examined struct {
	// Refusal is the one that Verify gives; nil where it accepts the token.
	Refusal *Refusal
	// Findings are the checks in their order, each once.
	Findings []Finding
	// Identity is whom the token says that it speaks for; nil where its
	// content cannot be read. It is to be believed only without a Refusal.
	Identity *Identity
	// Header and Content are the JSON texts inside the token; nil where its
	// form lets nobody find them. Nobody has signed for them, either.
	Header, Content []byte
	// KeysFetched is when the fetch of the issuer's keys began that stand at
	// present; zero where there are none.
	KeysFetched time.Time
}

// Finding is what one check makes of a token.
type Finding struct {
	Check string
	// Done is false for a check that an earlier refusal leaves without
	// anything to look at.
	Done bool
	// Refusal is nil where the check found nothing wrong, or was not done.
	Refusal *Refusal
}

// anIssuer is needed by checks that compare with the configuration of an
// issuer, be it only the one that must have been meant.
const anIssuer = "an issuer"

// Examine does all checks that can be done, whatever the others say. It is for
// people who want to know all that is wrong with a token; it remembers nothing,
// and fetches keys for tokens that Verify refuses without them.
func (v *Verifier) Examine(ctx context.Context, token string) *Examined {
	x := &examination{verifier: v, token: token, now: v.config.Clock()}
	e := &Examined{}
	passed := map[string]bool{}
	for _, stage := range stages() {
		for i := range stage {
			e.do(ctx, x, stage[i], passed)
		}
	}
	e.Header, e.Content = x.text.header, x.text.claims
	if passed["content"] {
		e.Identity = x.identity()
	}
	e.lookUp(v)
	if x.issuer != nil {
		if set := x.issuer.keys.usable(); set != nil {
			e.KeysFetched = set.fetched
		}
	}
	return e
}

// lookUp asks last whether the token was called back. Where nobody keeps a list,
// the check is listed and not done.
func (e *Examined) lookUp(v *Verifier) {
	f := Finding{Check: "revoked"}
	if v.config.Revocations != nil && e.Identity != nil {
		f.Done = true
		if v.config.Revocations.Revoked(e.Identity) {
			f.Refusal = refuse(TokenRevoked)
		}
	}
	e.add(f)
}

// do does one check, if it can be done, and takes note. A check that is done
// twice is listed once and has passed when it did so both times.
func (e *Examined) do(ctx context.Context, x *examination, c check, passed map[string]bool) {
	at := slices.IndexFunc(e.Findings, func(f Finding) bool { return f.Check == c.name })
	if at < 0 {
		at = len(e.Findings)
		e.Findings = append(e.Findings, Finding{Check: c.name})
	}
	f := &e.Findings[at]
	lacks := func(name string) bool { return !passed[name] }
	if f.Refusal != nil || slices.ContainsFunc(c.needs, lacks) {
		return
	}
	f.Done = true
	switch {
	case c.name == "signature" && !passed["audience"]:
		f.Refusal = x.checkSignatureAlone()
	default:
		f.Refusal = c.run(x, ctx)
	}
	passed[c.name] = f.Refusal == nil
	if e.Refusal == nil {
		e.Refusal = f.Refusal
	}
	if c.name == "issuer" {
		passed[anIssuer] = x.supposeIssuer()
	}
}

// supposeIssuer takes, for a token of an issuer that is not known, the one that
// must have been meant: the same but for the slash, or the only one.
func (x *examination) supposeIssuer() bool {
	if x.issuer != nil {
		return true
	}
	for name, issuer := range x.verifier.issuers {
		if strings.TrimSuffix(name, "/") == strings.TrimSuffix(x.claims.issuer, "/") || len(x.verifier.stores) == 1 {
			x.issuer = issuer
		}
	}
	return x.issuer != nil
}

// checkSignatureAlone is for tokens of another audience: the validator, which
// looks at both, could not tell which of the two is wrong.
func (x *examination) checkSignatureAlone() *Refusal {
	return verifyOne(x.candidates, x.header.algorithm, x.text)
}

// Settle waits until the first fetch of every issuer's keys has ended, well or
// badly, or ctx ends.
func (v *Verifier) Settle(ctx context.Context) {
	for _, store := range v.stores {
		select {
		case <-store.settled:
		case <-ctx.Done():
			return
		}
	}
}
