package auth

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/auth0/go-jwt-middleware/v2/validator"
)

func (x *examination) checkForm(context.Context) *Refusal {
	var refusal *Refusal
	if x.text, refusal = split(x.token); refusal != nil {
		return x.sayCause(refusal)
	}
	return nil
}

func (x *examination) checkHeader(context.Context) *Refusal {
	var refusal *Refusal
	if x.header, refusal = parseHeader(x.text.header); refusal != nil {
		return x.sayCause(refusal)
	}
	return nil
}

func (x *examination) checkAlgorithmKnown(context.Context) *Refusal {
	if knownAlgorithm(x.header.algorithm) {
		return nil
	}
	return x.say(refuse(AlgorithmRefused), "The token's alg is %.20q.", x.header.algorithm)
}

func (x *examination) checkContent(context.Context) *Refusal {
	var refusal *Refusal
	if x.claims, refusal = parseClaims(x.text.claims); refusal != nil {
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

func (x *examination) checkSubject(context.Context) *Refusal {
	switch {
	case x.claims.subject == "":
		return x.incomplete("sub is missing or empty")
	case hasControl(x.claims.subject):
		return x.incomplete("sub has control characters")
	}
	return nil
}

func (x *examination) checkExpiry(context.Context) *Refusal {
	if !x.claims.hasExpiry {
		return x.incomplete("exp is missing")
	}
	return nil
}

// incomplete refuses for a claim that every access token must have.
func (x *examination) incomplete(what string) *Refusal {
	return x.say(refuse(ClaimsInvalid).because(errors.New(what)), "%s.", what)
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
	switch mode := x.issuer.proof; {
	case x.claims.bound && x.claims.thumbprint == "":
		return x.say(refuse(TokenSenderConstrained), "Its cnf is not the thumbprint of a key (jkt) alone.")
	case x.claims.bound && mode == ProofsOff:
		return x.say(refuse(TokenSenderConstrained), "This server checks no proofs for the token's issuer.")
	case !x.claims.bound && mode == ProofsRequired:
		return refuse(ProofRequired).as(DPoP)
	}
	return nil
}

func (x *examination) checkKey(ctx context.Context) *Refusal {
	candidates, refusal := x.issuer.keys.find(ctx, x.header)
	if refusal != nil {
		return x.say(refusal, "The token's kid is %.64q, published are %.64q.", x.header.keyID, x.issuer.keys.names())
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
		x.thumbprint = k.thumbprint
		return x.believe(answer.(*validator.ValidatedClaims).CustomClaims.(*verifiedClaims).text)
	}
	return refuse(SignatureBad).because(errors.Join(errs...))
}

// believe reads the claims again where what was verified is not, to the letter,
// what was read before.
func (x *examination) believe(verified []byte) (refusal *Refusal) {
	if bytes.Equal(verified, x.text.claims) {
		return nil
	}
	x.claims, refusal = parseClaims(verified)
	return refusal
}
