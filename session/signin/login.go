package signin

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
)

// LoginLife is how long a user may take at the tenant.
const LoginLife = 10 * time.Minute

// passedOn are the parameters that a page may add to a request for a login
// (OpenID Connect Core 1.0, section 3.1.2.1; the last three are Auth0's).
var passedOn = []string{"prompt", "max_age", "acr_values", "login_hint", "ui_locales", "screen_hint", "connection", "organization"}

// Begun is a login on its way.
type Begun struct {
	// Address is that of the tenant, to which the browser goes.
	Address string
	// State names the login in the address to which the browser comes back.
	State string
	// Sealed is for the browser to bring then.
	Sealed string
}

// attempt is what Begin seals for Finish.
type attempt struct {
	State    string    `json:"s"`
	Nonce    string    `json:"n"`
	Verifier string    `json:"v"`
	ReturnTo string    `json:"r"`
	Before   string    `json:"b,omitempty"`
	Began    time.Time `json:"t"`
}

// Begin prepares a login, after which the user returns to the address returnTo,
// which the caller has checked. Before is the id of the browser's session, or
// empty: it ends when the login has gone well. Parameters that a login does not
// have are left out. The error is one with [session.ErrUnavailable].
func (s *Service) Begin(ctx context.Context, returnTo, before string, parameters url.Values) (Begun, error) {
	m, err := s.tenant.discover(ctx)
	if err != nil {
		return Begun{}, err
	}
	a := attempt{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), ReturnTo: returnTo,
		Before: s.before(ctx, before), Began: s.Clock()}
	options := []oauth2.AuthCodeOption{oauth2.S256ChallengeOption(a.Verifier), oidc.Nonce(a.Nonce)}
	if s.Audience != "" {
		options = append(options, oauth2.SetAuthURLParam("audience", s.Audience))
	}
	for _, name := range passedOn {
		if value := parameters.Get(name); value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	var plain bytes.Buffer
	write := json.NewEncoder(&plain)
	write.SetEscapeHTML(false) // six bytes for each & would not fit into a cookie
	if err := write.Encode(a); err != nil {
		return Begun{}, err
	}
	return Begun{m.oauth.AuthCodeURL(a.State, options...), a.State, s.keys.Load().sealer.Seal("login", plain.Bytes())}, nil
}

// before is the name of the session that the browser has, or empty.
func (s *Service) before(ctx context.Context, id string) string {
	if genuine, err := s.genuine(ctx, id); err != nil || !genuine {
		return ""
	}
	return session.KeyOf(id)
}

// Failure is the error of a login that came to nothing.
type Failure struct {
	// Code is for the page: login_expired, login_cancelled, login_required,
	// login_failed, login_token_refused or tenant_unavailable.
	Code string
	// ReturnTo is where the user wanted to go; empty where nobody knows.
	ReturnTo string
	cause    error
}

// Error tells the code and the cause. It is for logs.
func (f *Failure) Error() string { return f.Code + ": " + f.cause.Error() }

// Unwrap returns what led to the failure.
func (f *Failure) Unwrap() error { return f.cause }

// Entered is a session that just began.
type Entered struct {
	// ID is for the browser alone.
	ID string
	// Ends is when the session ends at the latest.
	Ends time.Time
	// ReturnTo is where the user wanted to go.
	ReturnTo string
}

// Finish takes a user back from the tenant: sealed is what Begin gave the
// browser, and answer what stands in the address (RFC 6749, section 4.1.2). The
// error is a [*Failure].
func (s *Service) Finish(ctx context.Context, sealed string, answer url.Values) (Entered, error) {
	entered, failed := s.finish(ctx, sealed, answer)
	if failed != nil {
		s.logins.add(failed.Code)
		return Entered{}, failed
	}
	s.logins.add("ok")
	return entered, nil
}

func (s *Service) finish(ctx context.Context, sealed string, answer url.Values) (Entered, *Failure) {
	a, err := s.attempt(ctx, sealed, answer)
	if errors.Is(err, session.ErrUnavailable) {
		return Entered{}, failure("", err)
	}
	if err != nil {
		return Entered{}, &Failure{Code: "login_expired", cause: err}
	}
	r, t, err := s.receive(ctx, a, answer)
	var id string
	if err == nil {
		id, err = s.enter(ctx, r, t)
	}
	if err != nil {
		return Entered{}, failure(a.ReturnTo, err)
	}
	s.leave(ctx, a.Before)
	return Entered{id, r.Ends, a.ReturnTo}, nil
}

// receive makes a session of the tenant's answer, if all of it is good.
func (s *Service) receive(ctx context.Context, a attempt, answer url.Values) (r session.Record, t tokens, err error) {
	m, err := s.tenant.discover(ctx)
	if err != nil {
		return r, t, err
	}
	if err := s.rightIssuer(m, answer); err != nil {
		return r, t, err
	}
	if said := answer.Get("error"); said != "" {
		return r, t, saidNo{said, answer.Get("error_description")}
	}
	token, err := s.exchange(ctx, m, a, answer.Get("code"))
	if err != nil {
		return r, t, err
	}
	return s.judge(ctx, m, a, token)
}

// failure is what the page is told of an error.
func failure(returnTo string, err error) *Failure {
	f := &Failure{"login_failed", returnTo, err}
	var no saidNo
	var refusal *auth.Refusal
	switch {
	case errors.Is(err, session.ErrUnavailable):
		f.Code = "tenant_unavailable"
	case errors.As(err, &no):
		f.Code = no.code()
	case errors.As(err, &refusal):
		f.Code = "login_token_refused"
	}
	return f
}

// attempt opens what the browser brought, and finds its state in the address: an
// answer that somebody else asked for is not taken.
func (s *Service) attempt(ctx context.Context, sealed string, answer url.Values) (a attempt, err error) {
	plain, err := s.openSealed(ctx, "login", sealed)
	if err != nil {
		return a, err
	}
	if err := json.Unmarshal(plain, &a); err != nil {
		return a, err
	}
	age := s.Clock().Sub(a.Began)
	switch {
	case age < -time.Minute, age > LoginLife:
		return a, fmt.Errorf("the login began %v ago", age)
	case len(answer["state"]) != 1, len(answer["code"]) > 1, len(answer["error"]) > 1, len(answer["iss"]) > 1:
		return a, errors.New("parameters are missing, or there more than once")
	case subtle.ConstantTimeCompare([]byte(answer.Get("state")), []byte(a.State)) != 1:
		return a, errors.New("the state is that of another login")
	case !s.tried.first(a.State):
		return a, errors.New("the login came back before")
	}
	return a, nil
}

// rightIssuer refuses the answer of another issuer (RFC 9207, section 2.4).
func (s *Service) rightIssuer(m *metadata, answer url.Values) error {
	issuer, said := answer["iss"]
	if said && issuer[0] != s.Issuer || !said && m.SaysIssuer {
		return fmt.Errorf("the answer is of issuer %.200q", answer.Get("iss"))
	}
	return nil
}

// saidNo is the tenant's own error (RFC 6749, section 4.1.2.1; OpenID Connect
// Core 1.0, section 3.1.2.6).
type saidNo struct{ err, description string }

func (n saidNo) Error() string {
	return fmt.Sprintf("the tenant says %.60q: %.200q", n.err, n.description)
}

func (n saidNo) code() string {
	switch {
	case n.err == "access_denied":
		return "login_cancelled"
	case slices.Contains([]string{"login_required", "interaction_required", "consent_required", "account_selection_required"}, n.err):
		return "login_required"
	case n.err == "server_error", n.err == "temporarily_unavailable":
		return "tenant_unavailable"
	}
	return "login_failed"
}

// exchange gives the code for tokens. It is good once, so nobody tries again.
func (s *Service) exchange(ctx context.Context, m *metadata, a attempt, code string) (*oauth2.Token, error) {
	if code == "" {
		return nil, errors.New("the address has no code")
	}
	select {
	case s.asking <- struct{}{}:
		defer func() { <-s.asking }()
	case <-ctx.Done():
		return nil, unavailable("wait for other logins", ctx.Err())
	}
	if err := s.tenant.reachable(); err != nil {
		return nil, err
	}
	token, err := m.oauth.Exchange(s.tenant.within(ctx), code, oauth2.VerifierOption(a.Verifier))
	s.tenant.note(outage(err))
	if outage(err) {
		return nil, unavailable("exchange the code", err)
	}
	return token, err
}
