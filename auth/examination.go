package auth

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/auth0/go-jwt-middleware/v2/validator"
)

// examination is the way of one token through all checks.
type examination struct {
	verifier *Verifier
	token    string
	now      time.Time

	header     joseHeader
	claims     claims
	issuer     *issuer
	candidates []key
	thumbprint [sha256.Size]byte
}

// check is one step of the examination.
type check struct {
	name string
	run  func(*examination, context.Context) *Refusal
}

// The checks in their order. The cheap ones come first: nothing is fetched or
// computed for a token that says of itself that it is not for us. What the
// claims are judged by is judged again on the claims that the library has
// verified, so no difference between two readers of one token can matter.
var (
	reading = []check{
		{"form", (*examination).checkForm},
		{"type", (*examination).checkType},
	}
	judging = []check{
		{"issuer", (*examination).checkIssuer},
		{"algorithm", (*examination).checkAlgorithm},
		{"audience", (*examination).checkAudience},
		{"claims", (*examination).checkClaims},
		{"time", (*examination).checkTime},
		{"lifetime", (*examination).checkLifetime},
		{"sender", (*examination).checkSender},
	}
	proving = []check{
		{"key", (*examination).checkKey},
		{"signature", (*examination).checkSignature},
	}
)

// run does all checks up to the first that refuses.
func (x *examination) run(ctx context.Context) *Refusal {
	for _, stage := range [...][]check{reading, judging, proving, judging} {
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

func (x *examination) checkForm(context.Context) *Refusal {
	header, payload, refusal := split(x.token)
	if refusal != nil {
		return x.sayCause(refusal)
	}
	if x.header, refusal = parseHeader(header); refusal != nil {
		return x.sayCause(refusal)
	}
	if !knownAlgorithm(x.header.algorithm) {
		return x.say(refuse(AlgorithmRefused), "The token's alg is %.20q.", x.header.algorithm)
	}
	if x.claims, refusal = parseClaims(payload); refusal != nil {
		return x.sayCause(refusal)
	}
	return nil
}

func (x *examination) checkType(context.Context) *Refusal {
	if x.header.acceptedType() {
		return nil
	}
	return x.say(refuse(TokenTypeRefused), "The token's typ is %.40q.", x.header.tokenType)
}

func (x *examination) checkIssuer(context.Context) *Refusal {
	if x.issuer = x.verifier.issuers[x.claims.issuer]; x.issuer != nil {
		return nil
	}
	code := IssuerUnknown
	var names []string
	for name := range x.verifier.issuers {
		names = append(names, name)
		if strings.TrimSuffix(name, "/") == strings.TrimSuffix(x.claims.issuer, "/") {
			code = IssuerSlash
		}
	}
	slices.Sort(names)
	return x.say(refuse(code), "The token's iss is %.200q, accepted is %q.", x.claims.issuer, names)
}

func (x *examination) checkAlgorithm(context.Context) *Refusal {
	if x.issuer.validators[x.header.algorithm] != nil {
		return nil
	}
	return x.say(refuse(AlgorithmRefused), "The token's alg is %q, which is not among the accepted ones.", x.header.algorithm)
}

func (x *examination) checkAudience(context.Context) *Refusal {
	for _, audience := range x.claims.audience {
		if slices.Contains(x.issuer.audiences, audience) {
			return nil
		}
	}
	code := AudienceWrong
	if x.claims.idToken() {
		code = IDTokenSent
	}
	return x.say(refuse(code), "The token's aud is %.200q, accepted is %q.", x.claims.audience, x.issuer.audiences)
}

func (x *examination) checkClaims(context.Context) *Refusal {
	if err := x.claims.complete(); err != nil {
		return x.say(refuse(ClaimsInvalid).because(err), "%v.", err)
	}
	return nil
}

func (x *examination) checkTime(context.Context) *Refusal {
	now, skew := x.now.Unix(), int64(*x.verifier.config.Skew/time.Second)
	from, to := x.claims.window()
	switch {
	case now >= to+skew:
		return x.say(refuse(TokenExpired), "It expired %v ago.", seconds(now-to))
	case from > now+skew:
		return x.say(refuse(TokenNotYetValid), "It will be valid in %v; the clocks may differ by %v.", seconds(from-now), seconds(skew))
	}
	return nil
}

func seconds(n int64) time.Duration { return time.Duration(n) * time.Second }

func (x *examination) checkLifetime(context.Context) *Refusal {
	most := x.verifier.config.MaxLifetime
	if most == 0 {
		return nil
	}
	if !x.claims.hasIssuedAt {
		return x.say(refuse(ClaimsInvalid), "iat is missing, so the lifetime cannot be told.")
	}
	if life := x.claims.expiry - x.claims.issuedAt; life > int64(most/time.Second) {
		return x.say(refuse(TokenLifetimeTooLong), "It lives for %v, the most is %v.", seconds(life), most)
	}
	return nil
}

func (x *examination) checkSender(context.Context) *Refusal {
	if x.claims.bound {
		return refuse(TokenSenderConstrained)
	}
	return nil
}

func (x *examination) checkKey(ctx context.Context) *Refusal {
	candidates, refusal := x.issuer.keys.find(ctx, x.header)
	if refusal != nil {
		return x.say(refusal, "The token's kid is %.64q.", x.header.keyID)
	}
	x.candidates = candidates
	return nil
}

// checkSignature lets the library verify the token with each candidate and
// reads the rights from what it verified.
func (x *examination) checkSignature(ctx context.Context) *Refusal {
	library := x.issuer.validators[x.header.algorithm]
	var errs []error
	for _, k := range x.candidates {
		answer, err := library.ValidateToken(context.WithValue(ctx, candidate{}, k.public), x.token)
		if err != nil {
			errs = append(errs, err)
			continue
		}
		x.claims = answer.(*validator.ValidatedClaims).CustomClaims.(*verifiedClaims).claims
		x.thumbprint = k.thumbprint
		return nil
	}
	return refuse(SignatureBad).because(errors.Join(errs...))
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
	}
	return id.named()
}

// remember is what the cache keeps of it.
func (x *examination) remember() *verified {
	skew := int64(*x.verifier.config.Skew / time.Second)
	from, to := x.claims.window()
	return &verified{
		identity:   x.identity(),
		issuer:     x.issuer,
		thumbprint: x.thumbprint,
		from:       from - skew,
		to:         to + skew - 1,
	}
}
