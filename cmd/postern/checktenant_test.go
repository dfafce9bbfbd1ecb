//go:build !nodev

package main

import (
	"encoding/json"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/check"
)

const checkedRules = `
collections:
  notes:
    owner: true
    read: {all: [owner, {scope: read:notes}]}
    write: {all: [owner, {any: [{scope: write:notes}, {permission: write:notes}]}]}
`

func with(env map[string]string, name, value string) map[string]string {
	more := maps.Clone(env)
	more[name] = value
	return more
}

func TestCheckLooksAround(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	tenant := map[string]string{"POSTERN_ISSUER": issuer.URL(), "AUTH0_AUDIENCE": "https://api.example.com/",
		"CLIENT_ORIGIN_URL": "https://app.example.com,https://*.example.org"}
	for _, tt := range []struct {
		name string
		env  map[string]string
		args []string
		code int
		want string // a part of the report
	}{
		{"a good tenant", tenant, nil, 0, "ok    tenant       " + issuer.URL()},
		{"its keys", tenant, nil, 0, "ok    keys         " + issuer.URL() + " publishes 1 key to verify RS256 with"},
		{"the allowed origins are played", tenant, nil, 0, "ok    cors         https://any-name.example.org: pages there may call"},
		{"scopes that the tenant needs", tenant, nil, 0, "info  scopes       write:notes: scope for create notes, update notes, delete notes\n" +
			"info  scopes       write:notes: permission for create notes, update notes, delete notes\n"},
		{"permissions of routes", tenant, nil, 0, "info  scopes       read:admin-messages: permission for GET /api/messages/admin"},
		{"logouts that nobody tells of", with(tenant, "POSTERN_LOGOUT_CLIENTS", "spa"), nil, 0, "warn  logout       " + issuer.URL() + " does not say that it tells of logouts"},
		{"proofs", with(tenant, "POSTERN_PUBLIC_URL", "https://api.example.com"), nil, 0,
			"ok    dpop         bound tokens of " + issuer.URL() + " are taken with a proof made for https://api.example.com"},
		{"proofs that nobody can make", with(with(tenant, "POSTERN_PUBLIC_URL", "https://api.example.com"), "POSTERN_DPOP", "required"), nil, 0,
			"warn  dpop         " + issuer.URL() + " does not say that it binds tokens"},
		{"a slash too few", tenant, []string{"--issuer", strings.TrimSuffix(issuer.URL(), "/")}, exitFailed, "they differ by the slash at the end"},
		{"not asked", tenant, []string{"--offline", "--issuer", strings.TrimSuffix(issuer.URL(), "/")}, 0, "info  tenant       not asked"},
		{"no tenant", nil, nil, 0, "warn  tenant       no issuer is set"},
		{"no audience", map[string]string{"POSTERN_ISSUER": issuer.URL()}, nil, 0, "warn  tenant       no audience is set"},
		{"no origin", nil, nil, 0, "info  cors         no origin is allowed"},
		{"a page of an allowed origin", tenant, []string{"--origin", "https://App.example.com/notes"}, 0, "ok    cors         https://app.example.com: "},
		{"a foreign page", tenant, []string{"--origin", "https://evil.example"}, exitFailed, "fail  cors         https://evil.example: "},
		{"one of two pages", tenant, []string{"--origin", "https://app.example.com", "--origin", "null"}, exitFailed, "fail  cors         null: "},
		{"a header too many", tenant, []string{"--header", "traceparent"}, exitFailed, "Access-Control-Allow-Headers lacks traceparent"},
		{"a page that is none", tenant, []string{"--origin", "app.example.com"}, exitUsage, ""},
		{"a header that is none", tenant, []string{"--header", "a b"}, exitUsage, ""},
		{"a database that is not there", tenant, []string{"--database"}, exitFailed, "fail  database     cannot be opened: "},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := called(t, tt.env, append([]string{"check", "--config", writeFile(t, checkedRules)}, tt.args...)...)
			if code != tt.code || !strings.Contains(stdout, tt.want) {
				t.Errorf("exit code %d, want %d\n%s\n%s\nwant %s", code, tt.code, stdout, stderr, tt.want)
			}
		})
	}
}

func TestCheckWithoutCollectionsPlaysPages(t *testing.T) {
	code, stdout, stderr := called(t, nil, "check", "--origins", "https://app.example.com")
	if code != 0 || !strings.Contains(stdout, "ok    cors         https://app.example.com: pages there may call") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
}

// TestCheckFailsOverATenantWhoseClockIsWrong goes through the whole command,
// since the bound comes from the settings.
func TestCheckFailsOverATenantWhoseClockIsWrong(t *testing.T) {
	issuer := authtest.NewIssuer(t)
	issuer.Break(func(w http.ResponseWriter, r *http.Request, healthy http.HandlerFunc) {
		w.Header().Set("Date", time.Now().Add(2*time.Minute).UTC().Format(http.TimeFormat))
		healthy(w, r)
	})
	for skew, want := range map[string]int{"30s": exitFailed, "5m": 0} {
		env := map[string]string{"POSTERN_ISSUER": issuer.URL(), "AUTH0_AUDIENCE": "x", "POSTERN_CLOCK_SKEW": skew}
		if code, stdout, _ := called(t, env, "check"); code != want {
			t.Errorf("%s: exit code %d\n%s", skew, code, stdout)
		}
	}
}

func TestCheckTellsMachinesOfMistakes(t *testing.T) {
	code, stdout, stderr := called(t, map[string]string{"POSTERN_ADDR": "nonsense", "CLIENT_ORIGIN_URL": "https://app.example.com/"}, "check", "--json")
	var report struct {
		OK       bool
		Findings []check.Finding
	}
	if err := json.Unmarshal([]byte(stdout), &report); err != nil {
		t.Fatal(err)
	}
	if code != exitUsage || report.OK || len(report.Findings) != 2 || !strings.Contains(stderr, "2 mistakes") {
		t.Errorf("exit code %d\n%s\n%s", code, stdout, stderr)
	}
	for _, f := range report.Findings {
		if f.Level != check.Fail || f.What != "settings" || f.Says == "" || f.Mend == "" {
			t.Errorf("%+v", f)
		}
	}
}
