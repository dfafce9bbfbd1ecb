package signin

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/session"
)

// secretName names the secret of which the keys are made.
const secretName = "sessions"

// keys are made of the secret that is valid and the one before it, and of the
// client's secret: the database alone opens nothing, and makes no id.
type keys struct {
	sealer *seal.Sealer
	// ids make ids, the newest first.
	ids [][]byte
}

// keepSecretFresh looks for the secret that other servers may have made, and
// makes a new one when it is time: after the longest life of a session, so that
// the two that are valid open all sessions.
func (s *Service) keepSecretFresh(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Minute):
		}
		if err := s.renewSecret(ctx); err != nil && ctx.Err() == nil {
			s.Log.Warn("the secret of sessions cannot be read; the one that is known still serves", "error", err)
		}
	}
}

func (s *Service) renewSecret(ctx context.Context) error {
	if _, err := s.Keeper.Secret(ctx, secretName); err != nil {
		return err
	}
	if err := s.Keeper.RotateSecret(ctx, secretName, s.Life); err != nil {
		return err
	}
	return s.readSecret(ctx)
}

// readSecret makes the keys anew.
func (s *Service) readSecret(ctx context.Context) error {
	s.askedAt.Store(s.Clock().UnixNano())
	secrets, err := s.Keeper.Secret(ctx, secretName)
	if err != nil {
		return err
	}
	fresh := &keys{}
	var sealing [][]byte
	for _, secret := range secrets {
		for _, of := range []struct {
			purpose string
			keys    *[][]byte
		}{{"postern sessions", &sealing}, {"postern session ids", &fresh.ids}} {
			key, err := hkdf.Key(sha256.New, secret, []byte(s.ClientSecret), of.purpose, seal.SecretSize)
			if err != nil {
				return fmt.Errorf("derive a key of sessions: %w", err)
			}
			*of.keys = append(*of.keys, key)
		}
	}
	if fresh.sealer, err = seal.New(sealing...); err != nil {
		return err
	}
	s.keys.Store(fresh)
	return nil
}

// later reads the secret again, which another server may have made since.
// Whoever sends rubbish has that done once a second and no more.
func (s *Service) later(ctx context.Context) error {
	_, err, _ := s.reading.Do("", func() (any, error) {
		if s.Clock().UnixNano()-s.askedAt.Load() < int64(time.Second) {
			return nil, nil
		}
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
		defer cancel()
		return nil, s.readSecret(ctx)
	})
	if err != nil {
		return unavailable("read the secret of sessions", err)
	}
	return nil
}

// openSealed opens what was sealed here or by another server.
func (s *Service) openSealed(ctx context.Context, purpose, text string) ([]byte, error) {
	plain, err := s.keys.Load().sealer.Open(purpose, text)
	if !errors.Is(err, seal.ErrForeign) {
		return plain, err
	}
	if err := s.later(ctx); err != nil {
		return nil, err
	}
	return s.keys.Load().sealer.Open(purpose, text)
}

// genuine tells whether one of the servers made the id, which it can without a
// look at sessions.
func (s *Service) genuine(ctx context.Context, id string) (bool, error) {
	if session.KeyOf(id) == "" || session.IsGenuine(id, s.keys.Load().ids...) {
		return session.KeyOf(id) != "", nil
	}
	if err := s.later(ctx); err != nil {
		return false, err
	}
	return session.IsGenuine(id, s.keys.Load().ids...), nil
}
