package signin

import (
	"context"
	"time"

	"github.com/postern-dev/postern/session"
)

// Peek returns the session with this id as the keeper has it, and the access
// token in it, for those who explain. It changes nothing, and asks neither whether
// the session is over nor the tenant. The client's secret has to be that of the
// servers. The error has [session.ErrEnded] or [session.ErrUnavailable].
func Peek(ctx context.Context, keeper session.Keeper, clientSecret, id string) (session.Record, string, error) {
	s := &Service{Config: Config{Keeper: keeper, ClientSecret: clientSecret, Clock: time.Now}, known: newMemory(1)}
	if err := s.readSecret(ctx); err != nil {
		return session.Record{}, "", unavailable("read the secret of sessions", err)
	}
	if !session.IsGenuine(id, s.keys.Load().ids...) {
		return session.Record{}, "", session.ErrEnded
	}
	h, err := s.read(ctx, session.KeyOf(id))
	if err != nil {
		return session.Record{}, "", err
	}
	return h.Record, h.Access, nil
}
