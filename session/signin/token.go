package signin

import (
	"context"

	"github.com/postern-dev/postern/session"
	"golang.org/x/sync/singleflight"
)

// Token returns the access token of the session with this id, refreshed where
// it is about to end. Active tells that the user does something, which keeps an
// idle session from ending. The error has [session.ErrEnded] or
// [session.ErrUnavailable].
func (s *Service) Token(ctx context.Context, id string, active bool) (string, error) {
	h, err := s.find(ctx, id)
	if err != nil {
		return "", err
	}
	if active {
		s.touch(ctx, h)
	}
	left := h.Expiry.Sub(s.Clock())
	if left > h.early() {
		return h.Access, nil
	}
	fresh := s.refreshed(ctx, h.Key, "")
	if left > 0 {
		return h.Access, nil // a later request has the new one
	}
	return wait(ctx, fresh)
}

func wait(ctx context.Context, fresh <-chan singleflight.Result) (string, error) {
	select {
	case done := <-fresh:
		if done.Err != nil {
			return "", done.Err
		}
		return done.Val.(*held).Access, nil
	case <-ctx.Done():
		return "", unavailable("wait for a fresh token", ctx.Err())
	}
}

// Renew returns another access token of the session than stale, which is worth
// nothing any more. The errors are those of Token.
func (s *Service) Renew(ctx context.Context, id, stale string) (string, error) {
	h, err := s.find(ctx, id)
	if err != nil || h.Access != stale {
		return h.access(), err
	}
	return wait(ctx, s.refreshed(ctx, h.Key, stale))
}

// access is the token, or none where there is no session.
func (h *held) access() string {
	if h == nil {
		return ""
	}
	return h.Access
}

// Standing tells whether the session with this id goes on and its token is still
// accepted, and neither refreshes it nor keeps it from ending. It is for answers
// that go on; the errors are those of Token and of Verify.
func (s *Service) Standing(ctx context.Context, id string) error {
	h, err := s.find(ctx, id)
	if err != nil {
		return err
	}
	return s.stands(ctx, h)
}

// Remembered is Standing of the session as it is at hand, which may be a while
// ago: what was called back since is known all the same. One that is not at hand
// is looked for.
func (s *Service) Remembered(ctx context.Context, id string) error {
	h := s.known.get(session.KeyOf(id))
	switch {
	case h == nil:
		return s.Standing(ctx, id)
	case s.Revoked(h.claims()):
		return session.ErrEnded
	}
	return s.stands(ctx, h)
}

// stands judges the session's token, while it has one that is not over.
func (s *Service) stands(ctx context.Context, h *held) error {
	if !s.Clock().Before(h.Expiry) {
		return nil
	}
	_, err := s.Verify(ctx, h.Access)
	return err
}

// touch moves the end of an idle session on, now and then.
func (s *Service) touch(ctx context.Context, h *held) {
	until := s.Clock().Add(s.Idle)
	if until.Sub(h.IdleUntil) < s.Idle/10 {
		return
	}
	if err := s.Keeper.TouchSession(ctx, h.Key, until); err != nil {
		s.Log.Warn("the use of a session could not be noted", "error", err)
		return
	}
	touched := *h
	touched.IdleUntil = until
	s.known.put(&touched)
}
