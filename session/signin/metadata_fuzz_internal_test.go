package signin

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/session"
)

// saying answers each request with the text.
type saying string

func (s saying) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(string(s))), Request: r}, nil
}

// plainHTTPS is a second reading of what an address has to be.
var plainHTTPS = regexp.MustCompile(`^(?i:https)://[^/?#@]+([/?][^#]*)?$`)

// FuzzMetadata has a tenant send any document at all. One that is taken names
// https addresses alone; one that is not is an outage, and no user's mistake.
func FuzzMetadata(f *testing.F) {
	const issuer = "https://tenant.example.com/"
	for _, document := range []string{
		`{"issuer":"` + issuer + `","authorization_endpoint":"https://a.example/","token_endpoint":"https://a.example/t?x=1","jwks_uri":"HTTPS://a.example/k","revocation_endpoint":"https://a.example/r","end_session_endpoint":""}`,
		`{"issuer":"` + issuer + `","authorization_endpoint":"https://a.example/","token_endpoint":"http://a.example/t","jwks_uri":"https://a.example/k"}`,
		`{"issuer":"` + issuer + `","authorization_endpoint":"https://a@a.example/","token_endpoint":"https://a.example/t#","jwks_uri":"https:a.example"}`,
		`{"issuer":"` + issuer + `","jwks_uri":"https://a.example/k","JWKS_URI":"http://a.example/k","token_endpoint_auth_methods_supported":{}}`,
		`{"issuer":"https://other.example/"}`, `[]`, `null`, ``, "\xff",
	} {
		f.Add(document)
	}
	f.Fuzz(func(t *testing.T, document string) {
		m, err := newTenant(Config{Issuer: issuer, Transport: saying(document), Clock: time.Now, Log: slog.New(slog.DiscardHandler)}).discover(t.Context())
		if err != nil {
			if !errors.Is(err, session.ErrUnavailable) {
				t.Errorf("got %v", err)
			}
			return
		}
		for name, address := range map[string]string{"authorization": m.oauth.Endpoint.AuthURL, "token": m.oauth.Endpoint.TokenURL, "keys": m.Keys, "revocation": m.Revocation, "end of sessions": m.EndSession} {
			optional := name == "revocation" || name == "end of sessions"
			if !plainHTTPS.MatchString(address) && !(optional && address == "") {
				t.Errorf("%s at %q", name, address)
			}
		}
	})
}
