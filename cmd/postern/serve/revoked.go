package serve

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/store"
)

const (
	// maxRevocations bounds what is known of revocations in particular, some 50
	// MB.
	maxRevocations = 250_000
	// longestToken is how long revocations are kept where the settings do not
	// bound the life of tokens: as long as Auth0 lets an access token live.
	longestToken = 30 * 24 * time.Hour
	// lookEvery is how often those of other servers are looked for, and
	// lookPatience bounds one look.
	lookEvery    = time.Second
	lookPatience = 5 * time.Second
)

// revoked is what the servers of a deployment know of tokens that were called
// back.
type revoked struct {
	list   *revocation.List
	store  *store.Store // nil where there is no database: then this server alone knows
	names  map[string][]string
	life   time.Duration
	looked time.Time
	log    *slog.Logger
}

func newRevoked(settings config.Settings, d data, log *slog.Logger) *revoked {
	return &revoked{list: revocation.NewList(maxRevocations), store: d.store, names: issuerNames(settings),
		life: tokenLife(settings), log: log}
}

// issuerNames are, by each name of an issuer, all that it has: its tokens may
// say any of them.
func issuerNames(settings config.Settings) map[string][]string {
	names := map[string][]string{}
	for _, issuer := range settings.Issuers {
		all := append([]string{issuer.URL}, issuer.Formerly...)
		for _, name := range all {
			names[name] = all
		}
	}
	return names
}

// tokenLife is how long a revocation has to be kept: while a token or a session
// can be good that began before.
func tokenLife(settings config.Settings) time.Duration {
	life := accessLife(settings)
	if settings.Session.On() {
		life = max(life, settings.Session.Life)
	}
	return life
}

// accessLife is how long one token can be good.
func accessLife(settings config.Settings) time.Duration {
	if settings.MaxTokenLifetime > 0 {
		return settings.MaxTokenLifetime + settings.ClockSkew
	}
	return longestToken
}

// Revoked implements [auth.Revocations].
func (r *revoked) Revoked(id *auth.Identity) bool {
	claims := revocation.Claims{Issuer: id.Issuer, Subject: id.Subject, Session: id.SessionID, Token: id.TokenID}
	if !id.IssuedAt.IsZero() {
		claims.IssuedAt = id.IssuedAt.Unix()
	}
	return r.list.Revoked(claims)
}

// Standing tells what a server of this process knows of tokens that were called
// back; nothing before it has begun. The zero value is ready.
type Standing struct{ of atomic.Pointer[revoked] }

// Revoked implements [auth.Revocations].
func (s *Standing) Revoked(id *auth.Identity) bool {
	known := s.of.Load()
	return known != nil && known.Revoked(id)
}

func (s *Standing) attach(r *revoked) {
	if s != nil {
		s.of.Store(r)
	}
}

// begin reads what is known, and goes on looking until ctx ends. What a server
// does not know yet it would let in, so it does not start without.
func (r *revoked) begin(ctx context.Context) error {
	if r.store == nil {
		return nil
	}
	if err := r.look(ctx); err != nil {
		return err
	}
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lookEvery):
			}
			if err := r.look(ctx); err != nil && ctx.Err() == nil {
				r.log.Warn("revocations cannot be read; those that are known still count", "error", err)
			}
		}
	}()
	return nil
}

func (r *revoked) look(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, lookPatience)
	defer cancel()
	began := time.Now()
	found, err := r.store.Revocations(ctx, r.looked)
	if err != nil {
		return err
	}
	r.looked = began
	r.list.Add(began, found...)
	return nil
}

// logout ends what the issuer says has ended: the session, and of the subject
// all tokens that name no session, since nobody can tell whose they are.
func (r *revoked) logout(ctx context.Context, l *auth.Logout) error {
	var all []revocation.Revocation
	for _, issuer := range r.names[l.Issuer] {
		one := revocation.Revocation{Issuer: issuer, At: l.At, Until: l.At.Add(r.life)}
		if l.SessionID != "" {
			one.Kind, one.Value = revocation.Session, l.SessionID
			all = append(all, one)
		}
		if l.Subject != "" {
			one.Kind, one.Value, one.SessionKnown = revocation.Subject, l.Subject, l.SessionID != ""
			all = append(all, one)
		}
	}
	return r.revoke(ctx, all...)
}

// revoke calls back what is meant, here at once, whatever becomes of the
// database.
func (r *revoked) revoke(ctx context.Context, all ...revocation.Revocation) error {
	r.list.Add(time.Now(), slices.Clone(all)...)
	if r.store == nil {
		return nil
	}
	return r.store.Revoke(ctx, all...)
}

// Revocations are what an operator's words mean for a deployment with these
// settings: one for each name of the issuer, or of each issuer where none is
// named. Ends is when the token ends that is meant; zero where nobody said.
func Revocations(settings config.Settings, kind revocation.Kind, issuer, value string, at, ends time.Time) []revocation.Revocation {
	until := at.Add(tokenLife(settings))
	if kind == revocation.Token {
		until = at.Add(accessLife(settings))
	}
	if ends = ends.Add(settings.ClockSkew); ends.After(at) && ends.Before(until) {
		until = ends
	}
	var all []revocation.Revocation
	for _, name := range slices.Sorted(maps.Keys(issuerNames(settings))) {
		if issuer == "" || slices.Contains(issuerNames(settings)[name], issuer) {
			all = append(all, revocation.Revocation{Kind: kind, Issuer: name, Value: value, At: at, Until: until})
		}
	}
	return all
}
