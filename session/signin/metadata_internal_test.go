package signin

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/session"
	"golang.org/x/oauth2"
)

// serving answers each request with the document, as a tenant does that is asked
// for its metadata.
type serving map[string]any

func (s serving) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := json.Marshal(s)
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(string(body))), Request: r}, err
}

func askFor(t *testing.T, issuer string, metadata serving) error {
	t.Helper()
	_, err := newTenant(Config{Issuer: issuer, Transport: metadata, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}).discover(t.Context())
	return err
}

// TestNothingSecretGoesToAnAddressInTheClear tries each address that a tenant
// names: the client's secret, codes, refresh tokens and users are sent there, and
// keys are believed from there.
func TestNothingSecretGoesToAnAddressInTheClear(t *testing.T) {
	const far, here = "https://tenant.example.com/", "http://127.0.0.1:6061/"
	good := func(issuer string) serving {
		return serving{"issuer": issuer, "authorization_endpoint": issuer + "authorize?tenant=1", "token_endpoint": issuer + "oauth/token",
			"jwks_uri": issuer + "keys", "revocation_endpoint": issuer + "oauth/revoke", "end_session_endpoint": issuer + "oidc/logout"}
	}
	for _, issuer := range []string{far, here} {
		if err := askFor(t, issuer, good(issuer)); err != nil {
			t.Errorf("%s: %v", issuer, err)
		}
	}
	for name := range maps.Keys(good(far)) {
		if name == "issuer" {
			continue
		}
		for _, test := range []struct {
			what, issuer string
			address      any
			ok           bool
		}{
			{"https elsewhere", far, "https://login.example.org/x", true},
			{"https from a tenant of this machine", here, "https://tenant.example.com/x", true},
			{"nothing", far, "", name == "revocation_endpoint" || name == "end_session_endpoint"},
			{"no text", far, 7, false},
			{"plain http", far, "http://tenant.example.com/x", false},
			{"this machine, said by another", far, "http://127.0.0.1:6061/x", false},
			{"another, said by this machine", here, "http://tenant.example.com/x", false},
			{"a name that only looks like this machine", here, "http://127.0.0.1.example.com/x", false},
			{"user information", far, "https://ada:secret@tenant.example.com/x", false},
			{"a host that is user information", here, "http://localhost@example.com/x", false},
			{"a fragment", far, "https://tenant.example.com/x#y", false},
			{"an empty fragment", far, "https://tenant.example.com/x#", false},
			{"no scheme", far, "//tenant.example.com/x", false},
			{"no host", far, "https:///x", false},
			{"a path", far, "/x", false},
			{"another scheme", far, "file://tenant.example.com/x", false},
			{"script", far, "javascript:alert(1)", false},
			{"a control character", far, "https://tenant.example.com/\r\nx", false},
		} {
			metadata := good(test.issuer)
			metadata[name] = test.address
			err := askFor(t, test.issuer, metadata)
			if (err == nil) != test.ok || err != nil && !errors.Is(err, session.ErrUnavailable) {
				t.Errorf("%s, %s: got %v", name, test.what, err)
			}
			if text, isText := test.address.(string); err != nil && isText && !strings.Contains(err.Error(), name) {
				t.Errorf("%s is %q: the error does not say which it is: %v", name, text, err)
			}
		}
	}
}

// moved sends everybody who asks on to another host, and counts who goes there.
type moved struct{ followed int }

func (m *moved) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Host != "tenant.example.com" {
		m.followed++
		return nil, errors.New("nobody may come here")
	}
	return &http.Response{StatusCode: http.StatusTemporaryRedirect, Header: http.Header{"Location": {"https://elsewhere.example.org/"}},
		Body: http.NoBody, Request: r}, nil
}

// TestNothingSecretFollowsARedirect sends a code and a refresh token with the
// client's secret to a tenant that has moved.
func TestNothingSecretFollowsARedirect(t *testing.T) {
	const far = "https://tenant.example.com/"
	m := &moved{}
	tenant := newTenant(Config{Issuer: far, Transport: m, Clock: time.Now, Log: slog.New(slog.DiscardHandler)})
	client := oauth2.Config{ClientID: "web", ClientSecret: "client secret", Endpoint: oauth2.Endpoint{TokenURL: far + "oauth/token"}}
	ctx := tenant.within(t.Context())
	if _, err := client.Exchange(ctx, "a code"); err == nil {
		t.Error("a code was exchanged")
	}
	if _, err := client.TokenSource(ctx, &oauth2.Token{RefreshToken: "a refresh token"}).Token(); err == nil {
		t.Error("a token was refreshed")
	}
	if _, err := tenant.discover(t.Context()); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("metadata: %v", err)
	}
	if m.followed > 0 {
		t.Errorf("%d requests followed the redirect", m.followed)
	}
}
