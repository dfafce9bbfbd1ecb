package signin

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/seal"
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
	sealer  atomic.Pointer[seal.Sealer]
	refresh singleflight.Group
	// asking bounds the requests to the tenant's token endpoint at once, and busy
	// counts what must not be cut off.
	asking chan struct{}
	busy   atomic.Int64
	// tried are the logins that came back.
	tried *once
	// readAt is when the secret was read, in nanoseconds since 1970.
	readAt atomic.Int64
}

const (
	// secretName names the secret that seals what is kept.
	secretName = "sessions"
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
		asking: make(chan struct{}, maxAsking), tried: newOnce(maxTried)}
	if err := s.renewSecret(ctx); err != nil {
		return nil, err
	}
	go s.keepSecretFresh(ctx)
	return s, nil
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

// readSecret makes the sealer of the database's secret and the client's: the
// database alone opens nothing.
func (s *Service) readSecret(ctx context.Context) error {
	secrets, err := s.Keeper.Secret(ctx, secretName)
	if err != nil {
		return err
	}
	var keys [][]byte
	for _, secret := range secrets {
		key, err := hkdf.Key(sha256.New, secret, []byte(s.ClientSecret), "postern sessions", seal.SecretSize)
		if err != nil {
			return fmt.Errorf("derive the key of sessions: %w", err)
		}
		keys = append(keys, key)
	}
	sealer, err := seal.New(keys...)
	if err != nil {
		return err
	}
	s.sealer.Store(sealer)
	s.readAt.Store(s.Clock().UnixNano())
	return nil
}

// openSealed opens what was sealed here or by another server, which may have made
// a new secret since; whoever sends rubbish has it looked for once a second.
func (s *Service) openSealed(ctx context.Context, purpose, text string) ([]byte, error) {
	plain, err := s.sealer.Load().Open(purpose, text)
	if !errors.Is(err, seal.ErrForeign) || s.Clock().UnixNano()-s.readAt.Load() < int64(time.Second) {
		return plain, err
	}
	if err := s.readSecret(ctx); err != nil {
		return nil, unavailable("read the secret of sessions", err)
	}
	return s.sealer.Load().Open(purpose, text)
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
