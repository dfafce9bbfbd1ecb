package signin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
)

// Info is what a page may know of a session.
type Info struct {
	Issuer, Subject string
	Profile         Profile
	// SignedIn is when the session began, Ends when it ends at the latest, and
	// IdleUntil when it ends where nothing happens.
	SignedIn, Ends, IdleUntil time.Time
}

// Info tells about the session with this id, and neither refreshes it nor keeps
// it from ending. The error has [session.ErrEnded] or [session.ErrUnavailable].
func (s *Service) Info(ctx context.Context, id string) (Info, error) {
	h, err := s.find(ctx, id)
	if err != nil {
		return Info{}, err
	}
	return Info{h.Issuer, h.Subject, h.Profile, h.Began, h.Ends, h.IdleUntil}, nil
}

// End ends the session with this id everywhere, and gives its refresh token back
// to the tenant. One that ended before is fine. It returns when the end is
// durable; the error has [session.ErrUnavailable] otherwise.
func (s *Service) End(ctx context.Context, id string) error {
	h, err := s.find(ctx, id)
	if errors.Is(err, session.ErrEnded) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := s.end(ctx, h, "logout"); err != nil {
		return err
	}
	if h.Refresh != "" {
		s.busy.Add(1)
		go func() {
			defer s.busy.Add(-1)
			s.giveBack(context.WithoutCancel(ctx), h.Refresh)
		}()
	}
	return nil
}

// over ends a session that cannot go on.
func (s *Service) over(ctx context.Context, h *held, why error) error {
	s.Log.Info("a session ended", "why", why)
	if err := s.end(ctx, h, "refused"); err != nil {
		return err
	}
	return fmt.Errorf("%w: %w", session.ErrEnded, why)
}

// end tells all servers, whose streams end then, and forgets the record. The cause
// is one of [Stats].
func (s *Service) end(ctx context.Context, h *held, cause string) error {
	s.known.forget(h.Key)
	err := s.Revoke(ctx, revocation.Revocation{Kind: revocation.Login, Issuer: h.Issuer, Value: h.Key, At: s.Clock(), Until: s.Clock().Add(endKept)})
	if err == nil {
		err = s.Keeper.DropSession(ctx, h.Key)
	}
	if err != nil {
		return unavailable("end a session", err)
	}
	s.ended.add(cause)
	return nil
}

// giveBack revokes a refresh token at the tenant (RFC 7009, section 2.1), which
// is a courtesy: nobody here uses it any more.
func (s *Service) giveBack(ctx context.Context, token string) {
	ctx, cancel := context.WithTimeout(ctx, tenantTimeout)
	defer cancel()
	m, err := s.tenant.discover(ctx)
	if err != nil || m.Revocation == "" {
		return
	}
	form := url.Values{"token": {token}, "token_type_hint": {"refresh_token"}}
	inHeader := m.oauth.Endpoint.AuthStyle == oauth2.AuthStyleInHeader
	if !inHeader {
		form.Set("client_id", s.ClientID)
		form.Set("client_secret", s.ClientSecret)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.Revocation, strings.NewReader(form.Encode()))
	if err != nil {
		return
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if inHeader {
		request.SetBasicAuth(url.QueryEscape(s.ClientID), url.QueryEscape(s.ClientSecret)) // RFC 6749, section 2.3.1
	}
	response, err := s.tenant.client.Do(request)
	if err != nil {
		s.Log.Warn("a refresh token was not given back to the tenant", "error", err)
		return
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		s.Log.Warn("a refresh token was not given back to the tenant", "status", response.StatusCode)
	}
}

// Farewell is the address at which the user signs out of the tenant too, and
// from which they return to the address returnTo (OpenID Connect RP-Initiated
// Logout 1.0, section 2). It names no token, since addresses are remembered. It
// is empty while the tenant cannot be asked.
func (s *Service) Farewell(ctx context.Context, returnTo string) string {
	m, err := s.tenant.discover(ctx)
	if err != nil {
		return ""
	}
	if m.EndSession == "" {
		// Auth0's own, which each of its tenants has.
		return strings.TrimSuffix(s.Issuer, "/") + "/v2/logout?" + url.Values{"client_id": {s.ClientID}, "returnTo": {returnTo}}.Encode()
	}
	end, err := url.Parse(m.EndSession)
	if err != nil {
		return ""
	}
	query := end.Query()
	query.Set("client_id", s.ClientID)
	query.Set("post_logout_redirect_uri", returnTo)
	end.RawQuery = query.Encode()
	return end.String()
}
