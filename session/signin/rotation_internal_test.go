package signin

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/postern-dev/postern/session"
)

// TestSessionsOutliveTheirKeys lets two servers run for hours, as their own loop
// renews the secret: whoever came before it changed stays signed in until the
// session ends, at both, and at one that starts later.
func TestSessionsOutliveTheirKeys(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began, keeper := time.Now(), openKeeper(t)
		one, other := newServer(t, keeper, time.Now, "client secret"), newServer(t, keeper, time.Now, "client secret")
		opens := func(id string, want error) {
			t.Helper()
			for name, s := range map[string]*Service{"one": one, "other": other, "later": newServer(t, keeper, time.Now, "client secret")} {
				s.known.forget(session.KeyOf(id)) // it comes from the database
				if _, err := s.Token(t.Context(), id, false); !errors.Is(err, want) {
					t.Errorf("at %s, %v after the start: %v, want %v", name, time.Since(began), err, want)
				}
			}
		}
		secrets := func() string { return string(one.keys.Load().ids[0]) }
		time.Sleep(50 * time.Minute) // a session lasts for an hour, and so does a secret
		before, first := secrets(), one.mustEnter(t)
		time.Sleep(15 * time.Minute)
		if secrets() == before || string(other.keys.Load().ids[0]) != secrets() {
			t.Fatal("the loop renewed no secret, or another one at each server")
		}
		second := other.mustEnter(t)
		opens(first, nil)
		opens(second, nil)
		time.Sleep(50 * time.Minute)
		opens(first, session.ErrEnded) // by itself
		opens(second, nil)
		time.Sleep(10*time.Minute - time.Second) // in the last second of its life, after the next change
		if len(one.keys.Load().ids) != 2 {
			t.Errorf("%d secrets are valid", len(one.keys.Load().ids))
		}
		opens(second, nil)
		time.Sleep(2 * time.Second)
		opens(second, session.ErrEnded)
	})
}
