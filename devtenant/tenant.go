package devtenant

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Tenant is a running development tenant. Its methods may be called by many
// goroutines at once.
type Tenant struct {
	opts   Options
	here   address
	keys   *keyring
	drills drills
	guard  *guard

	origins    []string // whose pages may fetch
	sameOrigin *http.CrossOriginProtection
	pending    *shelf[wish]
	sessions   *shelf[session]
	ledger     *ledger
	proofs     *shelf[struct{}]  // those that were used, by their jti
	signedOut  *shelf[time.Time] // when, by subject, for as long as it matters
	courier    *http.Client
}

// New makes a tenant with a fresh signing key that is kept in memory only. Its
// error lists every mistake in the options.
func New(opts Options) (*Tenant, error) {
	opts = opts.withDefaults()
	here, issuerErr := parseIssuer(opts.Issuer)
	guard, originErr := newGuard(here, opts)
	if err := errors.Join(issuerErr, originErr, checkLifetime(opts.Lifetime), checkUsers(opts.Users),
		checkClients(opts.Clients), checkClientID(opts.ClientID, opts.Clients)); err != nil {
		return nil, fmt.Errorf("development tenant: %w", err)
	}
	keys, err := newKeyring()
	if err != nil {
		return nil, fmt.Errorf("development tenant: %w", err)
	}
	return &Tenant{
		opts: opts, here: here, keys: keys, guard: guard,
		origins:    fetchOrigins(opts.Clients),
		sameOrigin: http.NewCrossOriginProtection(),
		pending:    newShelf[wish](mostPending, opts.Clock),
		sessions:   newShelf[session](mostSession, opts.Clock),
		ledger:     newLedger(opts.Clock),
		proofs:     newShelf[struct{}](mostOfAKind, opts.Clock),
		signedOut:  newShelf[time.Time](mostOfAKind, opts.Clock),
		courier:    newCourier(),
	}, nil
}

// now is the tenant's own idea of the time: wrong while the skew drill runs.
func (t *Tenant) now() time.Time {
	return t.opts.Clock().Add(t.drills.clockSkew())
}

// Handler returns the whole HTTP surface. It belongs at the root of a listener
// of its own, on the issuer's port, and not behind the API's middleware:
// security headers meant for an API break the logins of single-page apps.
func (t *Tenant) Handler() http.Handler {
	public := t.closedDuringOutage(t.serve(t.publicRoutes()))
	dev := t.guard.protect(t.serve(t.devRoutes()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// A server whose clock is wrong says so in each answer; by this
		// header clients can tell whose clock it is.
		w.Header().Set("Date", t.now().UTC().Format(http.TimeFormat))
		if strings.HasPrefix(r.URL.Path, "/dev/") {
			dev.ServeHTTP(w, r)
			return
		}
		public.ServeHTTP(w, r)
	})
}
