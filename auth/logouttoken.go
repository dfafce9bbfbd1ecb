package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json/jsontext"
)

// logoutEvent is the event of a logout token (OpenID Connect Back-Channel Logout
// 1.0, section 2.4).
const logoutEvent = "http://schemas.openid.net/event/backchannel-logout"

// logoutAge is how old a logout token may be. A later one changes nothing: it
// speaks of the moment at which it was issued.
const logoutAge = 10 * time.Minute

// Logout is what a logout token says: this session, or all sessions of this
// subject, ended at this moment.
type Logout struct {
	Issuer string
	// Subject and SessionID may be empty, one of them.
	Subject, SessionID string
	At                 time.Time
}

// logoutClaims are those of a logout token.
type logoutClaims struct {
	claims
	event    bool
	hasNonce bool
}

// VerifyLogoutToken judges a logout token as the specification, section 2.6,
// asks. It has to be for one of the clients. The refusal has the code of the
// same mistake in an access token.
func (v *Verifier) VerifyLogoutToken(ctx context.Context, token string, clients []string) (*Logout, *Refusal) {
	text, refusal := split(token)
	if refusal != nil {
		return nil, refusal
	}
	h, refusal := parseHeader(text.header)
	if refusal != nil {
		return nil, refusal
	}
	var c logoutClaims
	if err := readObject(text.claims, c.member); err != nil {
		return nil, refuse(ClaimsInvalid).becausef("claims: %w", err)
	}
	issuer, refusal := v.judgeLogout(h, &c, clients)
	if refusal != nil {
		return nil, refusal
	}
	if refusal := issuer.signed(ctx, h, text); refusal != nil {
		return nil, refusal
	}
	return &Logout{c.issuer, c.subject, c.sessionID, time.Unix(c.issuedAt, 0).UTC()}, nil
}

func (c *logoutClaims) member(name string, d *jsontext.Decoder) (bool, error) {
	switch name {
	case "nonce":
		c.hasNonce = true
		return false, nil
	case "events":
		value, err := d.ReadValue()
		if err != nil {
			return false, err
		}
		return true, readObject(value, func(name string, d *jsontext.Decoder) (bool, error) {
			c.event = c.event || name == logoutEvent && d.PeekKind() == '{'
			return false, nil
		})
	}
	return c.claims.member(name, d)
}

func (v *Verifier) judgeLogout(h joseHeader, c *logoutClaims, clients []string) (*issuer, *Refusal) {
	issuer := v.issuers[c.issuer]
	forUs := func(audience string) bool { return slices.Contains(clients, audience) }
	now, skew := v.config.Clock().Unix(), int64(*v.config.Skew/time.Second)
	switch {
	case !h.logoutType():
		return nil, refuse(TokenTypeRefused)
	case issuer == nil:
		return nil, refuse(IssuerUnknown)
	case issuer.validators[h.algorithm] == nil:
		return nil, refuse(AlgorithmRefused)
	case !slices.ContainsFunc(c.audience, forUs):
		return nil, refuse(AudienceWrong)
	case c.hasNonce:
		return nil, refuse(ClaimsInvalid).becausef("a logout token has no nonce")
	case !c.event:
		return nil, refuse(ClaimsInvalid).becausef("events lacks the one of logouts")
	case c.subject == "" && c.sessionID == "":
		return nil, refuse(ClaimsInvalid).becausef("neither sub nor sid says who")
	case hasControl(c.subject) || hasControl(c.sessionID):
		return nil, refuse(ClaimsInvalid).becausef("control characters in sub or sid")
	case c.tokenID == "" || !c.hasIssuedAt || !c.hasExpiry:
		return nil, refuse(ClaimsInvalid).becausef("jti, iat or exp is missing")
	case c.issuedAt > now+skew:
		return nil, refuse(TokenNotYetValid)
	case now >= c.expiry+skew, now-c.issuedAt > int64(logoutAge/time.Second)+skew:
		return nil, refuse(TokenExpired)
	}
	return issuer, nil
}

// logoutType tells whether a token of this type may be a logout token: it says
// so, or JWT, or nothing. An access token says what it is.
func (h joseHeader) logoutType() bool {
	accepted := []string{"logout+jwt", "application/logout+jwt", "JWT"}
	return !h.hasType || slices.ContainsFunc(accepted, func(kind string) bool { return strings.EqualFold(h.tokenType, kind) })
}

// signed tells whether one of the issuer's keys has signed the token.
func (i *issuer) signed(ctx context.Context, h joseHeader, text compact) *Refusal {
	candidates, refusal := i.keys.find(ctx, h)
	if refusal != nil {
		return refusal
	}
	return verifyOne(candidates, h.algorithm, text)
}
