package signin

import (
	"context"
	"errors"
	"time"

	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

const (
	// earliest is how long before its end a token is refreshed, and a fifth of
	// its life at the most.
	earliest = time.Minute
	// saveTime is how long the new tokens are tried to be written.
	saveTime = 5 * time.Second
	// claimLease is longer than one refresh may take: the request to the tenant,
	// then the writing.
	claimLease = tenantTimeout + saveTime + 2*time.Second
	// claimedPause is how long to wait before looking again whether another
	// server has refreshed.
	claimedPause = 50 * time.Millisecond
)

func (t tokens) early() time.Duration { return min(earliest, t.Life/5) }

// refreshed begins to refresh the tokens, or joins who does already. It goes on
// when the request that began it is gone: a refresh token is good once. Stale is
// an access token that will not do, however long it has left; empty for none.
func (s *Service) refreshed(ctx context.Context, key, stale string) <-chan singleflight.Result {
	ctx = context.WithoutCancel(ctx)
	return s.refresh.DoChan(key+" "+stale, func() (any, error) {
		ctx, cancel := context.WithTimeout(ctx, 2*claimLease)
		defer cancel()
		select {
		case s.refreshing <- struct{}{}:
		case <-ctx.Done():
			return nil, unavailable("wait for other sessions' refreshes", ctx.Err())
		}
		defer func() { <-s.refreshing }()
		return s.renew(ctx, key, stale)
	})
}

// renew returns the session with good tokens: those that another server has got
// meanwhile, or new ones, which only one server at a time asks for.
func (s *Service) renew(ctx context.Context, key, stale string) (*held, error) {
	for {
		h, err := s.read(ctx, key)
		switch {
		case err != nil:
			return nil, err
		case h.Over(s.Clock()), s.Revoked(h.claims()):
			return nil, session.ErrEnded
		case h.Access != stale && h.Expiry.Sub(s.Clock()) > h.early():
			return h, nil
		case h.Access != stale && h.Refresh == "" && h.Expiry.After(s.Clock()):
			return h, nil
		case h.Refresh == "":
			return nil, s.over(ctx, h, errors.New("the tenant gave no refresh token; the scope offline_access asks for one"))
		}
		claimed, err := s.Keeper.ClaimSession(ctx, key, h.Version, claimLease)
		if err != nil {
			return nil, unavailable("claim a session", err)
		}
		if claimed {
			return s.exchangeRefresh(ctx, h)
		}
		select {
		case <-ctx.Done():
			return nil, unavailable("wait for another server's refresh", ctx.Err())
		case <-time.After(claimedPause):
		}
	}
}

// exchangeRefresh gives the refresh token for new tokens (RFC 6749, section 6).
func (s *Service) exchangeRefresh(ctx context.Context, h *held) (*held, error) {
	t, err := s.fresh(ctx, h)
	switch {
	case err == nil:
		return s.save(ctx, h, t)
	case refused(err):
		return nil, s.over(ctx, h, err)
	}
	if err := s.Keeper.ReleaseSession(ctx, h.Key, h.Version); err != nil {
		s.Log.Warn("a claim on a session ends by itself", "error", err)
	}
	s.Log.Warn("a session's tokens cannot be refreshed now", "error", err)
	return nil, unavailable("refresh a session's tokens", err)
}

// fresh asks the tenant for new tokens, and judges whose they are.
func (s *Service) fresh(ctx context.Context, h *held) (t tokens, err error) {
	m, err := s.tenant.discover(ctx)
	if err != nil {
		return t, err
	}
	if err := s.tenant.reachable(); err != nil {
		return t, err
	}
	token, err := m.oauth.TokenSource(s.tenant.within(ctx), &oauth2.Token{RefreshToken: h.Refresh}).Token()
	s.tenant.note(err != nil && !refused(err))
	if err != nil {
		return t, err
	}
	t, identity, err := s.access(ctx, token)
	if err != nil {
		return t, err
	}
	if identity.Subject != h.Subject || identity.Issuer != h.Issuer {
		return t, errors.New("the fresh token is another user's")
	}
	if t.Refresh == "" {
		t.Refresh = h.Refresh // the tenant does not rotate them
	}
	t.Profile = h.Profile
	return t, nil
}

// save keeps the new tokens, and tries for a while where that fails: the old
// refresh token may be worth nothing any more.
func (s *Service) save(ctx context.Context, h *held, t tokens) (*held, error) {
	sealed, err := s.close(h.Key, t)
	if err != nil {
		return nil, unavailable("seal a session's tokens", err)
	}
	r := h.Record
	r.Version, r.Sealed = h.Version+1, sealed
	fresh := &held{r, t}
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		err := s.Keeper.ReplaceSession(ctx, h.Key, h.Version, sealed)
		switch {
		case err == nil:
			s.known.put(fresh)
			return fresh, nil
		case errors.Is(err, session.ErrEnded):
			s.known.forget(h.Key)
			return nil, err
		case time.Since(began) > saveTime:
			s.known.put(fresh) // here they are good until they end
			s.Log.Error("a session's fresh tokens could not be kept", "error", err)
			return fresh, nil
		}
	}
}
