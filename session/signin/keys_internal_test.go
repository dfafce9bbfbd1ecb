package signin

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/session"
	"github.com/postern-dev/postern/store"
)

// counting counts what the database is asked for.
type counting struct {
	*store.Store
	sessions, secrets atomic.Int64
}

func (c *counting) Session(ctx context.Context, key string) (session.Record, error) {
	c.sessions.Add(1)
	return c.Store.Session(ctx, key)
}

func (c *counting) Secret(ctx context.Context, name string) ([][]byte, error) {
	c.secrets.Add(1)
	return c.Store.Secret(ctx, name)
}

// watch is a clock that stands still until it is set.
type watch struct{ passed atomic.Int64 }

func (w *watch) now() time.Time {
	return time.Date(2026, 11, 29, 0, 0, 0, int(w.passed.Load()), time.UTC)
}
func (w *watch) advance(by time.Duration) { w.passed.Add(int64(by)) }

func openKeeper(t *testing.T) *counting {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+t.TempDir()+"/postern.db", store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &counting{Store: s}
}

// newServer is the service of one server of the deployment.
func newServer(t *testing.T, keeper session.Keeper, clock func() time.Time, secret string) *Service {
	t.Helper()
	s, err := New(t.Context(), Config{Issuer: "https://tenant.example.com/", ClientID: "web", ClientSecret: secret, Life: time.Hour, Idle: time.Hour,
		Keeper: keeper, Revoked: func(revocation.Claims) bool { return false }, Log: slog.New(slog.DiscardHandler), Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *Service) mustEnter(t *testing.T) string {
	t.Helper()
	now := s.Clock()
	id, err := s.enter(t.Context(), session.Record{Issuer: s.Issuer, Subject: "auth0|ada", Version: 1, Began: now, Ends: now.Add(s.Life), IdleUntil: now.Add(s.Idle)},
		tokens{Access: "a token", Expiry: now.Add(s.Life), Life: s.Life})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// TestAnInventedIDCostsNoRead counts what invented ids have the database do.
func TestAnInventedIDCostsNoRead(t *testing.T) {
	keeper, clock := openKeeper(t), &watch{}
	s := newServer(t, keeper, clock.now, "client secret")
	id := s.mustEnter(t)
	keeper.sessions.Store(0)
	keeper.secrets.Store(0)
	ctx, foreign := t.Context(), make([]byte, 32)
	for second := range 3 {
		var clients sync.WaitGroup
		for range 16 {
			clients.Go(func() {
				for range 20 {
					invented := session.NewID(foreign)
					_, token := s.Token(ctx, invented, true)
					_, renewed := s.Renew(ctx, invented, "")
					_, info := s.Info(ctx, invented)
					for what, err := range map[string]error{"Token": token, "Renew": renewed, "Info": info, "Standing": s.Standing(ctx, invented)} {
						if !errors.Is(err, session.ErrEnded) {
							t.Errorf("%s: %v", what, err)
						}
					}
					if err := s.End(ctx, invented); err != nil {
						t.Error(err)
					}
					if s.before(ctx, invented) != "" {
						t.Error("a login ends it")
					}
				}
			})
		}
		clients.Wait()
		if n := keeper.sessions.Load(); n != 0 {
			t.Fatalf("%d sessions were read", n)
		}
		// Another server may have made a secret since: once a second that is looked for.
		if n := keeper.secrets.Load(); n != int64(second) {
			t.Fatalf("the secret was read %d times in %d seconds", n, second)
		}
		clock.advance(time.Second)
	}
	if token, err := s.Token(ctx, id, true); err != nil || token != "a token" {
		t.Errorf("a good id among them: %q, %v", token, err)
	}
}

// TestAnIDIsGoodAtEveryServer has two servers, restarts, and secrets that change.
func TestAnIDIsGoodAtEveryServer(t *testing.T) {
	keeper, clock := openKeeper(t), &watch{}
	one, other := newServer(t, keeper, clock.now, "client secret"), newServer(t, keeper, clock.now, "client secret")
	rotate := func() {
		t.Helper()
		clock.advance(2 * time.Second)
		if err := keeper.RotateSecret(t.Context(), secretName, -time.Minute); err != nil {
			t.Fatal(err)
		}
		if err := one.readSecret(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	want := func(s *Service, id string, want error) {
		t.Helper()
		if _, err := s.Info(t.Context(), id); !errors.Is(err, want) {
			t.Errorf("got %v, want %v", err, want)
		}
	}
	first := one.mustEnter(t)
	want(other, first, nil)
	want(newServer(t, keeper, clock.now, "client secret"), first, nil)
	want(newServer(t, keeper, clock.now, "another secret"), first, session.ErrEnded)

	rotate()
	second := one.mustEnter(t)
	want(other, second, nil) // which knew the secret before alone
	for range 2 {
		want(newServer(t, keeper, clock.now, "client secret"), first, nil)
		want(newServer(t, keeper, clock.now, "client secret"), second, nil)
	}

	rotate()
	keeper.sessions.Store(0)
	want(newServer(t, keeper, clock.now, "client secret"), first, session.ErrEnded) // longer ago than a session lasts
	if n := keeper.sessions.Load(); n != 0 {
		t.Errorf("%d sessions were read for an id of a secret that is gone", n)
	}
	want(newServer(t, keeper, clock.now, "client secret"), second, nil)
}
