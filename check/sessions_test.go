package check_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/devtenant"
)

const sessionCallback = "https://api.example.com/auth/callback"

// tenantWith is a real tenant that knows one client.
func tenantWith(t *testing.T, client devtenant.Client) string {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	t.Cleanup(server.Close)
	issuer := "http://" + server.Listener.Addr().String() + "/"
	tenant, err := devtenant.New(devtenant.Options{Issuer: issuer, Clients: []devtenant.Client{client}})
	if err != nil {
		t.Fatal(err)
	}
	server.Config.Handler = tenant.Handler()
	server.Start()
	return issuer
}

func TestTheClientOfSessionsIsTriedOut(t *testing.T) {
	t.Parallel()
	good := devtenant.Client{ID: "web", Secret: "right", Callbacks: []string{sessionCallback}, Grants: []string{"authorization_code", "refresh_token"}}
	other, machine := good, good
	other.Callbacks = []string{"https://elsewhere.example.com/"}
	machine.Grants, machine.Callbacks = []string{"client_credentials"}, nil
	for _, tt := range []struct {
		name       string
		client     devtenant.Client
		id, secret string
		failed     bool
		says       string
	}{
		{"all is well", good, "web", "right", false, "the tenant knows the client web and its secret"},
		{"another secret", good, "web", "wrong", true, "its secret is another one"},
		{"another client", good, "nobody", "right", true, "does not know the client nobody"},
		{"another callback", other, "web", "right", true, "does not send users back to " + sessionCallback},
		{"another kind of client", machine, "web", "right", true, "may not use authorization codes"},
	} {
		s := check.Sessions{Issuer: tenantWith(t, tt.client), ClientID: tt.id, ClientSecret: tt.secret, Callback: sessionCallback,
			Allowed: []string{"https://app.example.com", "https://*.example.com"}, Usable: []string{"https://app.example.com"}}
		found := s.Ask(t.Context())
		says := func(f check.Finding) bool {
			return strings.Contains(f.Says, tt.says) && (f.Level == check.Fail) == tt.failed
		}
		if check.Failed(found) != tt.failed || !slices.ContainsFunc(found, says) {
			t.Errorf("%s: %+v", tt.name, found)
		}
		if !slices.ContainsFunc(found, func(f check.Finding) bool {
			return f.Level == check.Warn && strings.Contains(f.Says, "https://*.example.com")
		}) {
			t.Errorf("%s: nobody says that the pattern cannot use sessions: %+v", tt.name, found)
		}
	}
	away := check.Sessions{Issuer: "http://127.0.0.1:1/", ClientID: "web", Transport: http.DefaultTransport}
	if found := away.Ask(t.Context()); !check.Failed(found) {
		t.Errorf("nobody answers: %+v", found)
	}
}
