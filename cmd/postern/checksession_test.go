//go:build !nodev

package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

// tenantOf is a real tenant with one client, and the settings that name it.
func tenantOf(t *testing.T, client devtenant.Client) map[string]string {
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
	return map[string]string{"POSTERN_ISSUER": issuer, "AUTH0_AUDIENCE": devtenant.DefaultAudience}
}

// TestCheckLooksAtSessions holds what `check` says against what `serve` does:
// the callback, the pages and the client are those of the settings.
func TestCheckLooksAtSessions(t *testing.T) {
	tenant := tenantOf(t, devtenant.Client{ID: "web", Secret: "right", Callbacks: []string{"https://api.example.com/auth/callback"},
		Grants: []string{"authorization_code", "refresh_token"}})
	sessions := tenant
	for name, value := range map[string]string{"POSTERN_PUBLIC_URL": "https://api.example.com", "POSTERN_SESSION_CLIENT_ID": "web",
		"POSTERN_SESSION_CLIENT_SECRET": "right", "CLIENT_ORIGIN_URL": "https://app.example.com,https://elsewhere.example.org"} {
		sessions = with(sessions, name, value)
	}
	const app, elsewhere = "https://app.example.com", "https://elsewhere.example.org"
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		want string // a line of the report begins with it
		not  string // none has it
	}{
		{"the client", sessions, nil, 0, "ok    sessions     the tenant knows the client web and its secret", ""},
		{"its callback", sessions, nil, 0, "ok    sessions     the tenant sends users back to https://api.example.com/auth/callback", ""},
		{"pages of the same site", sessions, nil, 0, "ok    sessions     pages of https://app.example.com, https://api.example.com can use sessions", ""},
		{"pages of another", sessions, nil, 0, "warn  sessions     pages of " + elsewhere + " cannot use sessions", ""},
		{"a cookie goes along from the same site", sessions, nil, 0, "ok    cors         " + app + ": pages there may call with the cookie of a session", elsewhere + ": pages there may call with"},
		{"logouts of its client, which nobody set", sessions, nil, 0, "ok    logout       " + tenant["POSTERN_ISSUER"] + " tells of logouts, and they are taken for web", ""},
		{"logouts of others, too", with(sessions, "POSTERN_LOGOUT_CLIENTS", "spa"), nil, 0, "ok    logout       " + tenant["POSTERN_ISSUER"] + " tells of logouts, and they are taken for spa, web", ""},
		{"another secret", with(sessions, "POSTERN_SESSION_CLIENT_SECRET", "wrong"), nil, exitFailed, "fail  sessions     the tenant does not know the client web", ""},
		{"another address", with(sessions, "POSTERN_PUBLIC_URL", "https://api2.example.com"), nil, exitFailed, "fail  sessions     the tenant does not send users back to https://api2.example.com/auth/callback", ""},
		{"nobody is asked", sessions, []string{"--offline"}, 0, "warn  sessions     pages of " + elsewhere, "the tenant knows"},
		{"no sessions", tenant, nil, 0, "ok    tenant", "sessions"},
		{"no sessions, and no logouts", tenant, nil, 0, "ok    tenant", "logout"},
		{"bound tokens, and no address", tenant, nil, 0, "warn  dpop         " + tenant["POSTERN_ISSUER"] + " binds tokens to keys", ""},
		{"bound tokens that are not wanted", with(tenant, "POSTERN_DPOP", "off"), nil, 0, "ok    tenant", "dpop"},
	} {
		code, stdout, stderr := called(t, tt.env, append([]string{"check"}, tt.args...)...)
		if code != tt.code || !strings.Contains("\n"+stdout, "\n"+tt.want) || tt.not != "" && strings.Contains(stdout, tt.not) {
			t.Errorf("%s: exit code %d, want %d\n%s\n%s\nwant %s and not %s", tt.name, code, tt.code, stdout, stderr, tt.want, tt.not)
		}
	}
}
