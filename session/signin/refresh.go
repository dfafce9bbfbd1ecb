package signin

import (
	"context"
	"errors"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"
)

const (
	// earliest is how long before its end a token is refreshed, and a fifth of
	// its life at the most.
	earliest = time.Minute
	// refreshTime bounds all waiting of one refresh, for its turn included.
	refreshTime = 30 * time.Second
	// askTime bounds the tenant's part of it: the request for tokens and for
	// keys to verify them with.
	askTime = tenantTimeout + 2*time.Second
	// saveTime is how long the new tokens are tried to be written before anybody
	// is answered, and saveLate for how long after that.
	saveTime, saveLate = 5 * time.Second, 5 * time.Minute
	// claimLease is longer than all that one who has claimed may take.
	claimLease = askTime + saveTime + 5*time.Second
	// claimedPause is how long to wait before looking again whether another
	// server has refreshed.
	claimedPause = 100 * time.Millisecond
)

func (t tokens) early() time.Duration { return min(earliest, t.Life/5) }

// good tells whether the access token will do for a while.
func (t tokens) good(now time.Time, stale string) bool {
	left := t.Expiry.Sub(now)
	return t.Access != stale && (left > t.early() || left > 0 && t.Refresh == "")
}

// refreshed begins to refresh the tokens, or joins who does already. It goes on
// when the request that began it is gone: a refresh token is good once. Stale is
// an access token that will not do, however long it has left; empty for none.
//
// It is counted before its goroutine has its turn: a server that stops meanwhile
// would close the database between the tenant's answer and its being kept.
func (s *Service) refreshed(ctx context.Context, key, stale string) <-chan singleflight.Result {
	ctx = context.WithoutCancel(ctx)
	s.busy.Add(1)
	fresh := s.refresh.DoChan(key+" "+stale, func() (any, error) {
		ctx, cancel := context.WithTimeout(ctx, refreshTime)
		defer cancel()
		return s.renew(ctx, key, stale)
	})
	done := make(chan singleflight.Result, 1)
	go func() {
		defer s.busy.Add(-1)
		done <- <-fresh
	}()
	return done
}

// renew returns the session with good tokens: those that another server has got
// meanwhile, or new ones, which only one server at a time asks for.
func (s *Service) renew(ctx context.Context, key, stale string) (*held, error) {
	for {
		h, err := s.latest(ctx, key)
		switch {
		case err != nil:
			return nil, err
		case h.Over(s.Clock()), s.Revoked(h.claims()):
			return nil, session.ErrEnded
		case h.good(s.Clock(), stale):
			return h, nil
		case h.Refresh == "":
			return nil, s.over(ctx, h, errors.New("the tenant gave no refresh token; the scope offline_access asks for one"))
		}
		if fresh, err := s.turn(ctx, h); fresh != nil || err != nil {
			return fresh, err
		}
		select {
		case <-ctx.Done():
			return nil, unavailable("wait for another server's refresh", ctx.Err())
		case <-time.After(claimedPause):
		}
	}
}

// latest is the session as the database has it, or as this server does where it
// could not write the last tokens.
func (s *Service) latest(ctx context.Context, key string) (*held, error) {
	known := s.known.get(key)
	h, err := s.read(ctx, key)
	if err == nil && known != nil && known.Version > h.Version {
		h = &held{Record: h.Record, tokens: known.tokens, read: h.read}
	}
	return h, err
}

// turn refreshes unless another server does; it returns nothing then. Nobody
// claims who cannot ask the tenant at once.
func (s *Service) turn(ctx context.Context, h *held) (*held, error) {
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return nil, unavailable("wait for other sessions' refreshes", ctx.Err())
	}
	m, err := s.tenant.discover(ctx)
	if err == nil {
		err = s.tenant.reachable()
	}
	if err != nil {
		return nil, err
	}
	claimed, err := s.Keeper.ClaimSession(ctx, h.Key, h.Version, claimLease)
	if err != nil {
		return nil, unavailable("claim a session", err)
	}
	if !claimed {
		return nil, nil
	}
	// What was waited for until here is not taken from the time for this.
	return s.exchangeRefresh(context.WithoutCancel(ctx), m, h)
}

// exchangeRefresh gives the refresh token for new tokens (RFC 6749, section 6).
func (s *Service) exchangeRefresh(ctx context.Context, m *metadata, h *held) (*held, error) {
	asking, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	token, err := m.oauth.TokenSource(s.tenant.within(asking), &oauth2.Token{RefreshToken: h.Refresh}).Token()
	s.tenant.note(outage(err))
	switch {
	case refused(err):
		s.refreshes.add("refused")
		return nil, s.over(ctx, h, err)
	case err != nil:
		s.refreshes.add("unavailable")
		if err := s.Keeper.ReleaseSession(ctx, h.Key, h.Version); err != nil {
			s.Log.Warn("a claim on a session ends by itself", "error", err)
		}
		s.Log.Warn("a session's tokens cannot be refreshed now", "error", err)
		return nil, unavailable("refresh a session's tokens", err)
	}
	t, err := s.judgeFresh(asking, h, token)
	if errors.Is(err, errAnother) {
		s.refreshes.add("refused")
		return nil, s.over(ctx, h, err)
	}
	saved, lost := s.save(ctx, h, t)
	if err != nil {
		s.refreshes.add("unavailable")
		return nil, unavailable("verify a fresh token", err)
	}
	s.refreshes.add("ok")
	return saved, lost
}

var errAnother = errors.New("the fresh token is another user's")

// judgeFresh judges the fresh access token, and whose it is. Where it is no good
// now, the old one stays, and the refresh token is the new one all the same: the
// old one is worth nothing any more.
func (s *Service) judgeFresh(ctx context.Context, h *held, token *oauth2.Token) (tokens, error) {
	t := h.tokens
	if token.RefreshToken != "" {
		t.Refresh = token.RefreshToken
	}
	fresh, identity, err := s.access(ctx, token)
	if err != nil {
		return t, err
	}
	if !s.sameUser(h, identity) {
		return t, errAnother
	}
	t.Access, t.Expiry, t.Life = fresh.Access, fresh.Expiry, fresh.Life
	return t, nil
}

// sameUser tells whether the identity is whose session it is; the issuer may have
// another name by now.
func (s *Service) sameUser(h *held, identity *auth.Identity) bool {
	return identity.Subject == h.Subject && (identity.Issuer == h.Issuer || s.isIssuer(identity.Issuer) && s.isIssuer(h.Issuer))
}
