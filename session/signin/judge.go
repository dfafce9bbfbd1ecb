package signin

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
)

// idClaims are those of an ID token that are used beside what the library
// checks.
type idClaims struct {
	SessionID       string `json:"sid"`
	AuthorizedParty string `json:"azp"`
	Name            string `json:"name"`
	Nickname        string `json:"nickname"`
	Email           string `json:"email"`
	Picture         string `json:"picture"`
}

// maxAhead is how far the tenant's clock may be ahead of ours.
const maxAhead = time.Minute

// maxProfile bounds each text of a profile, in bytes; a longer one is left out.
const maxProfile = 1024

// judge makes a session of what the tenant answered, if all of it is good: the
// ID token is for us and for this login (OpenID Connect Core 1.0, section
// 3.1.3.7), and the access token opens this API, for the same user.
func (s *Service) judge(ctx context.Context, m *metadata, a attempt, token *oauth2.Token) (r session.Record, t tokens, err error) {
	idToken, claims, err := s.identify(ctx, m, token)
	if err != nil {
		return r, t, err
	}
	if subtle.ConstantTimeCompare([]byte(idToken.Nonce), []byte(a.Nonce)) != 1 {
		return r, t, errors.New("the ID token is that of another login: its nonce differs")
	}
	// A session that begins later than it does would outlast what calls it back.
	// Seconds are compared: a time with too many of them counts as of the past.
	if at := idToken.IssuedAt.Unix(); at <= 0 || at > s.Clock().Add(maxAhead).Unix() {
		return r, t, errors.New("the ID token does not say when it was issued, or is of the future")
	}
	t, identity, err := s.access(ctx, token)
	if err != nil {
		return r, t, err
	}
	if identity.Subject != idToken.Subject || !s.isIssuer(identity.Issuer) {
		return r, t, errors.New("access token and ID token are of different users")
	}
	t.Profile = claims.profile()
	// It began by the tenant's clock, as what the tenant calls back did.
	now := s.Clock()
	return session.Record{Issuer: identity.Issuer, Subject: identity.Subject, SessionID: claims.SessionID, Version: 1,
		Began: idToken.IssuedAt.UTC(), Ends: now.Add(s.Life), IdleUntil: now.Add(s.Idle)}, t, nil
}

func (s *Service) identify(ctx context.Context, m *metadata, token *oauth2.Token) (*oidc.IDToken, idClaims, error) {
	var claims idClaims
	raw, _ := token.Extra("id_token").(string)
	if raw == "" {
		return nil, claims, errors.New("the tenant's answer has no ID token")
	}
	idToken, err := m.idTokens.Verify(s.tenant.within(ctx), raw)
	if err != nil {
		return nil, claims, fmt.Errorf("verify the ID token: %w", err)
	}
	if idToken.AccessTokenHash != "" {
		if err := idToken.VerifyAccessToken(token.AccessToken); err != nil {
			return nil, claims, fmt.Errorf("hold the ID token against the access token: %w", err)
		}
	}
	if err := idToken.Claims(&claims); err != nil {
		return nil, claims, fmt.Errorf("read the ID token: %w", err)
	}
	if claims.AuthorizedParty != s.ClientID && (claims.AuthorizedParty != "" || len(idToken.Audience) > 1) {
		return nil, claims, errors.New("the ID token was made for another client")
	}
	return idToken, claims, nil
}

// access judges the access token as that of any caller.
func (s *Service) access(ctx context.Context, token *oauth2.Token) (tokens, *auth.Identity, error) {
	identity, err := s.Verify(ctx, token.AccessToken)
	if refusal := (*auth.Refusal)(nil); errors.As(err, &refusal) && refusal.Code == auth.KeysUnavailable {
		return tokens{}, nil, unavailable("verify the access token", err)
	}
	if err != nil {
		return tokens{}, nil, fmt.Errorf("verify the access token: %w", err)
	}
	return tokens{Access: token.AccessToken, Expiry: identity.Expiry, Life: max(0, identity.Expiry.Sub(s.Clock())),
		Refresh: token.RefreshToken}, identity, nil
}

func (c idClaims) profile() Profile {
	p := Profile{Name: short(c.Name), Email: short(c.Email), Picture: short(c.Picture)}
	if p.Name == "" {
		p.Name = short(c.Nickname)
	}
	return p
}

func short(text string) string {
	if len(text) > maxProfile {
		return ""
	}
	return text
}

// enter keeps the new session under a fresh id, so that nobody can have known it
// before.
func (s *Service) enter(ctx context.Context, r session.Record, t tokens) (id string, err error) {
	id = session.NewID(s.keys.Load().ids[0])
	r.Key = session.KeyOf(id)
	if r.Sealed, err = s.close(r.Key, t); err != nil {
		return "", err
	}
	if err := s.Keeper.AddSession(ctx, r); err != nil {
		return "", unavailable("keep the session", err)
	}
	s.known.put(&held{r, t, s.Clock()})
	return id, nil
}

// leave ends the session that the browser had before; where that fails it ends
// by itself.
func (s *Service) leave(ctx context.Context, key string) {
	if key == "" {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	h, err := s.named(ctx, key)
	if err == nil {
		err = s.end(ctx, h, "new_login")
	}
	if err != nil && !errors.Is(err, session.ErrEnded) {
		s.Log.Warn("the session before a login could not be ended", "error", err)
	}
}
