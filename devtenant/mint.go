package devtenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// Why a token cannot be minted. The wrapping error names what the tenant knows.
var (
	ErrUnknownUser     = errors.New("unknown user")
	ErrUnknownAudience = errors.New("unknown audience")
	ErrLifetime        = errors.New("impossible lifetime")
)

// MintRequest asks for an access token.
type MintRequest struct {
	// User is the name of one of the tenant's users.
	User string
	// Scope lists the scopes asked for, separated by spaces. Those that the
	// user may not have are left out without an error, as Auth0 does. Empty
	// means all that the user may have.
	Scope string
	// Audience is the API that the token is for. Empty means the tenant's.
	Audience string
	// Lifetime is from [MinLifetime] to [MaxLifetime], in whole seconds; a
	// fraction is cut off. Zero means the tenant's.
	Lifetime time.Duration
}

// TokenAnswer is what the tenant answers to a request for a token (RFC 6749,
// section 5.1).
type TokenAnswer struct {
	AccessToken string `json:"access_token"`
	TokenType   string `json:"token_type"`
	// ExpiresIn counts seconds.
	ExpiresIn int64 `json:"expires_in"`
	// Scope lists what was granted, which can be less than was asked for.
	Scope string `json:"scope"`
}

// accessClaims are those of an Auth0 access token. Scope is absent when
// nothing was granted; permissions are there even when there are none.
type accessClaims struct {
	Issuer      string   `json:"iss"`
	Subject     string   `json:"sub"`
	Audience    any      `json:"aud"`
	IssuedAt    int64    `json:"iat"`
	Expires     int64    `json:"exp"`
	Scope       string   `json:"scope,omitempty"`
	GrantType   string   `json:"gty,omitempty"`
	Client      string   `json:"azp"`
	Permissions []string `json:"permissions"`
	// SignedIn and Class are what RFC 9470 asks for: when and how the user
	// signed in. Auth0 has them there once an Action puts them there.
	SignedIn int64  `json:"auth_time,omitempty"`
	Class    string `json:"acr,omitempty"`
	// Confirmation names the key to which the token is bound (RFC 9449,
	// section 6.1).
	Confirmation *confirmation `json:"cnf,omitempty"`
}

type confirmation struct {
	Thumbprint string `json:"jkt"`
}

// Mint signs an access token and returns it with the scopes it was granted.
// Its error is [ErrUnknownUser], [ErrUnknownAudience] or [ErrLifetime], wrapped
// in a sentence that says what would be right.
func (t *Tenant) Mint(req MintRequest) (token, scope string, err error) {
	answer, err := t.mint(req)
	return answer.AccessToken, answer.Scope, err
}

func (t *Tenant) mint(req MintRequest) (TokenAnswer, error) {
	user, err := findUser(t.opts.Users, req.User)
	if err != nil {
		return TokenAnswer{}, err
	}
	if req.Audience != "" && req.Audience != t.opts.Audience {
		return TokenAnswer{}, fmt.Errorf("%w %q: this tenant knows %s", ErrUnknownAudience, req.Audience, t.opts.Audience)
	}
	lifetime := orDefault(req.Lifetime, t.lifetime())
	if err := checkLifetime(lifetime); err != nil {
		return TokenAnswer{}, err
	}
	g := grant{client: t.opts.ClientID, user: user, scope: user.grant(req.Scope), audience: t.opts.Audience}
	return t.signAccess(g, lifetime)
}

// lifetime is that of an access token for which none is asked.
func (t *Tenant) lifetime() time.Duration {
	return orDefault(t.drills.accessLifetime(), t.opts.Lifetime)
}

// signAccess makes an access token for the API that g names.
func (t *Tenant) signAccess(g grant, lifetime time.Duration) (TokenAnswer, error) {
	t.outOfTheSecond(g.user)
	claims := t.claims(g, int64(lifetime/time.Second))
	token, err := sign(t.keys.current(), "JWT", claims)
	if err != nil {
		return TokenAnswer{}, err
	}
	t.opts.Log.Info("development tenant minted a token", "client", g.client, "user", g.user.Name, "scope", claims.Scope)
	return TokenAnswer{token, g.tokenType(), claims.Expires - claims.IssuedAt, claims.Scope}, nil
}

// tokenType says how the token travels.
func (g grant) tokenType() string {
	if g.holder != "" {
		return "DPoP"
	}
	return "Bearer"
}

func (t *Tenant) claims(g grant, seconds int64) accessClaims {
	now := t.now().Unix()
	claims := accessClaims{
		Issuer:      t.opts.Issuer,
		Subject:     g.user.Subject,
		Audience:    t.audience(g),
		IssuedAt:    now,
		Expires:     now + seconds,
		Scope:       strings.Join(g.scope, " "),
		Client:      g.client,
		Permissions: append([]string{}, g.user.Permissions...),
	}
	claims.Class = g.acr
	if !g.signedIn.IsZero() {
		claims.SignedIn = g.signedIn.Add(t.drills.clockSkew()).Unix()
	}
	if g.holder != "" {
		claims.Confirmation = &confirmation{g.holder}
	}
	if g.machine {
		claims.GrantType = "client-credentials"
	}
	return claims
}

// audience is a list when the token is good for the tenant's own userinfo
// endpoint too, as Auth0's is after a login with openid.
func (t *Tenant) audience(g grant) any {
	if slices.Contains(g.scope, "openid") {
		return []string{g.audience, t.userinfoURL()}
	}
	return g.audience
}

func (t *Tenant) userinfoURL() string { return t.opts.Issuer + "userinfo" }

// sign makes a compact JWS (RFC 7515, section 7.1) whose header names the key
// and the kind of token.
func sign(key jose.JSONWebKey, kind jose.ContentType, claims any) (string, error) {
	payload, err := json.Marshal(claims)
	if err != nil {
		return "", fmt.Errorf("encode claims: %w", err)
	}
	options := (&jose.SignerOptions{}).WithType(kind)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.RS256, Key: key}, options)
	if err != nil {
		return "", fmt.Errorf("use a signing key: %w", err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return signed.CompactSerialize()
}
