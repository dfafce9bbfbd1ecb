package signin

import (
	"context"
	"errors"
	"time"

	"github.com/postern-dev/postern/session"
)

// save keeps the new tokens, and tries for a while where that fails: the old
// refresh token may be worth nothing any more.
func (s *Service) save(ctx context.Context, h *held, t tokens) (*held, error) {
	sealed, err := s.close(h.Key, t)
	if err != nil {
		return nil, unavailable("seal a session's tokens", err)
	}
	r := h.Record
	r.Version, r.Sealed = h.Version+1, sealed
	fresh := &held{Record: r, tokens: t, read: s.Clock()}
	err = s.write(ctx, h, sealed, saveTime)
	switch {
	case err == nil:
		s.known.put(fresh)
		return fresh, nil
	case errors.Is(err, session.ErrEnded):
		// Another version is there: a commit of ours whose answer was lost, or
		// somebody else's. Or none is, and then it has ended.
		return s.read(ctx, h.Key)
	}
	s.Log.Error("a session's fresh tokens could not be kept yet", "error", err)
	s.known.put(fresh)
	s.busy.Add(1)
	go func() {
		defer s.busy.Add(-1)
		if err := s.write(ctx, h, sealed, saveLate); err != nil && !errors.Is(err, session.ErrEnded) {
			s.Log.Error("a session's fresh tokens are not kept", "error", err)
		}
	}()
	return fresh, nil
}

// write tries again and again, for so long.
func (s *Service) write(ctx context.Context, h *held, sealed string, patience time.Duration) error {
	for began := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		once, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := s.Keeper.ReplaceSession(once, h.Key, h.Version, sealed)
		cancel()
		if err == nil || errors.Is(err, session.ErrEnded) || time.Since(began) > patience {
			return err
		}
	}
}

// Wait returns when nothing is under way that has to be kept, or when ctx ends,
// with its error. It is for a server that stops, when its requests have ended.
func (s *Service) Wait(ctx context.Context) error {
	for s.busy.Load() > 0 {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(10 * time.Millisecond):
		}
	}
	return nil
}
