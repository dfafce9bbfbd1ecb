package signin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/session"
)

// held is a session whose tokens are open. It is shared and never changes.
type held struct {
	session.Record
	tokens
	// read is when the database was last asked for it.
	read time.Time
}

// tokens are what a record has sealed.
type tokens struct {
	Access string `json:"access"`
	// Expiry is when Access ends.
	Expiry time.Time `json:"expiry"`
	// Life is how long Access was good when it came.
	Life time.Duration `json:"life"`
	// Refresh is the token for the next one; empty where the tenant gave none.
	Refresh string `json:"refresh,omitempty"`
	// Profile is what the page shows of the user.
	Profile Profile `json:"profile"`
}

// Profile is how the tenant calls the user; all of it may be empty.
type Profile struct {
	Name    string `json:"name,omitempty"`
	Email   string `json:"email,omitempty"`
	Picture string `json:"picture,omitempty"`
}

// purpose binds what is sealed to its record: one cannot stand in for another.
func purpose(key string) string { return "session " + key }

func (s *Service) close(key string, t tokens) (string, error) {
	plain, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("write tokens: %w", err)
	}
	sealed := s.keys.Load().sealer.Seal(purpose(key), plain)
	if len(sealed) > seal.MaxText {
		return "", fmt.Errorf("the tokens have %d bytes, more than a session keeps", len(plain))
	}
	return sealed, nil
}

func (s *Service) open(ctx context.Context, r session.Record) (*held, error) {
	plain, err := s.openSealed(ctx, purpose(r.Key), r.Sealed)
	if errors.Is(err, session.ErrUnavailable) {
		return nil, err
	}
	if err != nil {
		// Sealed with another client secret, or a secret that is gone.
		return nil, fmt.Errorf("open a session: %w: %w", session.ErrEnded, err)
	}
	h := &held{Record: r, read: s.Clock()}
	if err := json.Unmarshal(plain, &h.tokens); err != nil {
		return nil, fmt.Errorf("read a session's tokens: %w: %w", session.ErrEnded, err)
	}
	return h, nil
}

// read returns the session as the database has it now.
func (s *Service) read(ctx context.Context, key string) (*held, error) {
	r, err := s.Keeper.Session(ctx, key)
	if errors.Is(err, session.ErrEnded) {
		s.known.forget(key)
	}
	if err != nil {
		return nil, unavailable("read a session", err)
	}
	h, err := s.open(ctx, r)
	if err != nil {
		return nil, err
	}
	s.known.put(h)
	return h, nil
}

// knownFor is how long a session at hand serves without a look at the database.
// Of one that was ended since the list of revocations tells, which keeps that for
// endKept.
const knownFor, endKept = time.Minute, 10 * time.Minute

// find returns the session with this id if it is good, whatever becomes of its
// tokens. An id that no server made is refused before the database is asked.
func (s *Service) find(ctx context.Context, id string) (*held, error) {
	key := session.KeyOf(id)
	if s.known.get(key) == nil {
		genuine, err := s.genuine(ctx, id)
		if err != nil {
			return nil, err
		}
		if !genuine {
			return nil, session.ErrEnded
		}
	}
	return s.named(ctx, key)
}

// named returns the session with this name if it is good. One that seems to be
// over is read again, since it may have been used at another server. While the
// database cannot be asked, what is at hand serves.
func (s *Service) named(ctx context.Context, key string) (*held, error) {
	h := s.known.get(key)
	if h == nil || h.Over(s.Clock()) || s.Clock().Sub(h.read) > knownFor {
		now, err := s.read(ctx, key)
		switch {
		case err == nil && (h == nil || h.Version <= now.Version):
			h = now
		case err != nil && (h == nil || errors.Is(err, session.ErrEnded)):
			return nil, err
		}
	}
	if h.Over(s.Clock()) || s.Revoked(h.claims()) {
		s.known.forget(key)
		return nil, session.ErrEnded
	}
	return h, nil
}

// claims are what revocations know the session by. Its user signed in when it
// began, however young its tokens are.
func (h *held) claims() revocation.Claims {
	return revocation.Claims{Issuer: h.Issuer, Subject: h.Subject, Session: h.SessionID, Login: h.Key, IssuedAt: h.Began.Unix()}
}
