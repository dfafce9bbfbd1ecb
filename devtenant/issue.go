package devtenant

import (
	"slices"
	"strings"
	"time"
)

// idLifetime is Auth0's for ID tokens.
const idLifetime = 10 * time.Hour

// tokenSet is what /oauth/token answers.
type tokenSet struct {
	TokenAnswer
	IDToken      string `json:"id_token,omitempty"`
	RefreshToken string `json:"refresh_token,omitempty"`
}

// identity is what only the first ID token after a login tells: a refreshed
// one has no nonce (OpenID Connect Core 1.0, section 12.2).
type identity struct {
	nonce    string
	tellTime bool
}

// idClaims are those of an ID token (OpenID Connect Core 1.0, sections 2 and
// 5.1). There is no picture: it would have to come from the internet.
type idClaims struct {
	profile
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	Session  string `json:"sid"`
	Nonce    string `json:"nonce,omitempty"`
	SignedIn int64  `json:"auth_time,omitempty"`
}

// profile is what the scopes let an app know of a user, in ID tokens and from
// the userinfo endpoint alike.
type profile struct {
	Subject       string `json:"sub"`
	Name          string `json:"name,omitempty"`
	Nickname      string `json:"nickname,omitempty"`
	Email         string `json:"email,omitempty"`
	EmailVerified bool   `json:"email_verified,omitempty"`
}

func (u User) profile(scope []string) profile {
	p := profile{Subject: u.Subject}
	if slices.Contains(scope, "profile") {
		p.Name, p.Nickname = u.Name, u.Name
	}
	if slices.Contains(scope, "email") && u.Email != "" {
		p.Email, p.EmailVerified = u.Email, true
	}
	return p
}

// firstTokens honours a code. The family is given up again if nothing in it
// could ever be called back.
func (t *Tenant) firstTokens(p pledge) (tokenSet, error) {
	answer, err := t.issue(p.grant, p.family, identity{p.nonce, p.tellTime})
	if err != nil {
		return answer, err
	}
	if !slices.Contains(p.scope, offlineAccess) {
		if p.audience != "" {
			t.ledger.kill(p.family)
		}
		return answer, nil
	}
	token, alive := t.ledger.refresh(p.family)
	if !alive {
		return tokenSet{}, invalidGrant("Invalid authorization code")
	}
	answer.RefreshToken = token
	return answer, nil
}

// issue makes the access token that g allows and, with the scope openid, an
// ID token.
func (t *Tenant) issue(g grant, family string, who identity) (tokenSet, error) {
	access, err := t.access(g, family)
	if err != nil || !slices.Contains(g.scope, "openid") {
		return tokenSet{TokenAnswer: access}, err
	}
	id, err := sign(t.keys.current(), "JWT", t.idClaims(g, who))
	return tokenSet{TokenAnswer: access, IDToken: id}, err
}

// access signs a token for an API. Without one the token is opaque, as with
// Auth0: an app that forgot the audience finds out when its API refuses it.
func (t *Tenant) access(g grant, family string) (TokenAnswer, error) {
	lifetime := t.lifetime()
	if g.audience != "" {
		return t.signAccess(g, lifetime)
	}
	t.opts.Log.Warn("development tenant was asked for no audience: the access token is opaque", "client", g.client, "user", g.user.Name)
	return TokenAnswer{
		AccessToken: t.ledger.nameOpaque(family, g, lifetime),
		TokenType:   "Bearer",
		ExpiresIn:   int64(lifetime / time.Second),
		Scope:       strings.Join(g.scope, " "),
	}, nil
}

func (t *Tenant) idClaims(g grant, who identity) idClaims {
	now := t.now()
	claims := idClaims{
		profile:  g.user.profile(g.scope),
		Issuer:   t.opts.Issuer,
		Audience: g.client,
		IssuedAt: now.Unix(),
		Expires:  now.Add(idLifetime).Unix(),
		Session:  g.sid,
		Nonce:    who.nonce,
	}
	if who.tellTime {
		// The skew drill moves the tenant's clock, not the past.
		claims.SignedIn = g.signedIn.Add(t.drills.clockSkew()).Unix()
	}
	return claims
}
