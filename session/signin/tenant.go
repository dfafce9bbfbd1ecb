package signin

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
)

const (
	// tenantTimeout bounds one request to the tenant.
	tenantTimeout = 5 * time.Second
	// maxTenantAnswer bounds what is read of an answer, in bytes.
	maxTenantAnswer = 512 << 10
	// metadataLife is how long the tenant's metadata are believed.
	metadataLife = time.Hour
	// firstPause and longestPause are how long a tenant that failed is left
	// alone. While it is, everybody is told at once.
	firstPause, longestPause = time.Second, 5 * time.Second
)

// tenant is the authorization server as a client sees it. It is safe for
// concurrent use.
type tenant struct {
	config Config
	client *http.Client

	mu       sync.Mutex
	metadata *metadata
	read     time.Time
	// pause is how long it is left alone after its last failure, until.
	pause time.Duration
	until time.Time
}

func newTenant(config Config) *tenant {
	transport := config.Transport
	if transport == nil {
		// No proxy from the environment by surprise.
		transport = &http.Transport{MaxIdleConns: 8, MaxIdleConnsPerHost: 8, IdleConnTimeout: 30 * time.Second,
			TLSHandshakeTimeout: tenantTimeout, ResponseHeaderTimeout: tenantTimeout}
	}
	return &tenant{config: config, client: &http.Client{
		Transport: bounded{transport},
		Timeout:   tenantTimeout,
		// A redirect would move the trust, and our secret, to wherever it points.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// bounded ends an answer that is too long.
type bounded struct{ http.RoundTripper }

func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := b.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(response.Body, maxTenantAnswer), response.Body}
	}
	return response, err
}

func (t *tenant) within(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, t.client)
}

// down is the error of a tenant that is left alone for a while.
type down struct{ retry time.Duration }

func (d down) Error() string { return "the tenant failed a moment ago" }
func (d down) Unwrap() error { return session.ErrUnavailable }

// RetryAfter tells when to ask again of an error with [session.ErrUnavailable].
func RetryAfter(err error) time.Duration {
	var d down
	if errors.As(err, &d) {
		return d.retry
	}
	return firstPause
}

// reachable refuses at once while the tenant is left alone.
func (t *tenant) reachable() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if left := t.until.Sub(t.config.Clock()); left > 0 {
		return down{left}
	}
	return nil
}

// note remembers how a request to the tenant ended.
func (t *tenant) note(failed bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !failed {
		t.pause, t.until = 0, time.Time{}
		return
	}
	t.pause = min(max(firstPause, 2*t.pause), longestPause)
	t.until = t.config.Clock().Add(t.pause)
}

// discover returns the tenant's metadata. Those that were read once serve until
// newer ones can be had.
func (t *tenant) discover(ctx context.Context) (*metadata, error) {
	t.mu.Lock()
	known, fresh := t.metadata, t.config.Clock().Sub(t.read) < metadataLife
	t.mu.Unlock()
	if known != nil && fresh {
		return known, nil
	}
	if err := t.reachable(); err != nil {
		if known != nil {
			return known, nil
		}
		return nil, err
	}
	found, err := t.ask(ctx)
	t.note(err != nil)
	if err != nil {
		if known != nil {
			t.config.Log.Warn("the tenant's metadata cannot be read again; those that are known still serve", "error", err)
			return known, nil
		}
		return nil, unavailable("read the tenant's metadata", err)
	}
	t.mu.Lock()
	t.metadata, t.read = found, t.config.Clock()
	t.mu.Unlock()
	return found, nil
}

// refusals are the errors by which a token endpoint says no to a user for good
// (RFC 6749, section 5.2; OpenID Connect Core 1.0, section 3.1.2.6; the others
// are Auth0's, for users who are blocked or whom an Action denies).
var refusals = []string{"invalid_grant", "access_denied", "unauthorized", "login_required", "consent_required", "interaction_required", "mfa_required"}

// refused tells whether the tenant's token endpoint has said no to this user for
// good. A client that it does not know (401) is our operator's mistake, and no
// reason to sign anybody out.
func refused(err error) bool {
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return false
	}
	status := answer.Response.StatusCode
	return (status == http.StatusBadRequest || status == http.StatusForbidden) && slices.Contains(refusals, answer.ErrorCode)
}

// outage tells whether the error is of a tenant that does not answer as one does,
// to whomever.
func outage(err error) bool {
	var answer *oauth2.RetrieveError
	if err == nil || !errors.As(err, &answer) {
		return err != nil
	}
	status := answer.Response.StatusCode
	return status/100 != 4 || status == http.StatusTooManyRequests
}
