package signin

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/session"
	"golang.org/x/sync/singleflight"
)

// Config says whose users sign in, and for how long. All fields are required
// but Transport, Log and Clock.
type Config struct {
	// Issuer is the tenant; ClientID and ClientSecret are those of the client
	// there that stands for this server.
	Issuer, ClientID, ClientSecret string
	// Formerly are other names of the issuer, which tokens may have.
	Formerly []string
	// Scopes are asked for, and Audience names this API to the tenant.
	Scopes   []string
	Audience string
	// Algorithms are those of ID tokens.
	Algorithms []string
	// Callback is the address of this server to which the tenant sends users
	// back.
	Callback string
	// Life is how long a session lasts at most, and Idle how long where its user
	// does nothing.
	Life, Idle time.Duration
	// Keeper keeps the sessions.
	Keeper session.Keeper
	// Verify judges access tokens as those of any other caller.
	Verify func(ctx context.Context, token string) (*auth.Identity, error)
	// Revoked tells whether a session was called back, and Revoke calls one
	// back, on all servers.
	Revoked func(revocation.Claims) bool
	Revoke  func(context.Context, revocation.Revocation) error
	// Transport carries requests to the tenant; nil is a direct one.
	Transport http.RoundTripper
	// Log is told of what no answer tells; nil is the default log.
	Log *slog.Logger
	// Clock tells the time; nil is time.Now.
	Clock func() time.Time
}

// Service signs users in and out. It is safe for concurrent use.
type Service struct {
	Config
	tenant  *tenant
	known   *memory
	keys    atomic.Pointer[keys]
	refresh singleflight.Group
	// reading is of the secret, which was asked for last at askedAt, in
	// nanoseconds since 1970.
	reading singleflight.Group
	askedAt atomic.Int64
	// asking bounds the requests to the tenant's token endpoint at once, and busy
	// counts what must not be cut off.
	asking chan struct{}
	busy   atomic.Int64
	// tried are the logins that came back.
	tried *once
	// What is counted for Stats.
	logins, refreshes, ended tally
}

const (
	// knownSessions bounds the sessions that are kept at hand, some 4 KiB each.
	knownSessions = 20_000
	// maxAsking bounds the refreshes, and the logins that come back, under way.
	maxAsking = 32
	// maxTried bounds the logins that are remembered to have come back, some 60
	// bytes each.
	maxTried = 100_000
)

// New returns a service that keeps its secret fresh until ctx ends.
func New(ctx context.Context, config Config) (*Service, error) {
	if config.Log == nil {
		config.Log = slog.Default()
	}
	if config.Clock == nil {
		config.Clock = time.Now
	}
	s := &Service{Config: config, tenant: newTenant(config), known: newMemory(knownSessions),
		asking: make(chan struct{}, maxAsking), tried: newOnce(maxTried),
		logins:    newTally("ok", "login_expired", "login_failed", "login_cancelled", "login_required", "login_token_refused", "tenant_unavailable"),
		refreshes: newTally("ok", "refused", "unavailable"), ended: newTally("logout", "new_login", "refused")}
	if err := s.renewSecret(ctx); err != nil {
		return nil, err
	}
	go s.keepSecretFresh(ctx)
	return s, nil
}

// isIssuer tells whether the name is one of the issuer's, past ones included.
func (s *Service) isIssuer(name string) bool {
	return name == s.Issuer || slices.Contains(s.Formerly, name)
}

// unavailable says of a database or a tenant that it cannot be used now.
func unavailable(doing string, err error) error {
	if errors.Is(err, session.ErrEnded) || errors.Is(err, session.ErrUnavailable) {
		return err
	}
	return fmt.Errorf("%s: %w: %w", doing, session.ErrUnavailable, err)
}
