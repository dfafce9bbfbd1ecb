package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

// The cookie of a session is explained as the token behind it.
func TestASessionIsExplained(t *testing.T) {
	t.Parallel()
	te := startTenant(t, time.Hour)
	database := sqliteFile(t)
	s := startSessions(t, te, database)
	cookie := newTab(s, te).signIn(t, "ada").jar[sessionCookie]
	p := build(t, "")
	env := []string{"POSTERN_ISSUER=" + te.issuer, "AUTH0_AUDIENCE=" + devtenant.DefaultAudience, "DATABASE_URL=" + database,
		"POSTERN_PUBLIC_URL=" + publicAPI, "POSTERN_SESSION_CLIENT_ID=web", "POSTERN_SESSION_CLIENT_SECRET=" + clientSecret}
	for _, text := range []string{cookie.Value, sessionCookie + "=" + cookie.Value} {
		out := p.run(t, env, "explain", text)
		if out.code != 0 || !strings.Contains(out.stderr, "A session of auth0|ada") || !strings.Contains(out.stdout, "accepts the token") {
			t.Errorf("got %+v", out)
		}
		if strings.Contains(out.stdout+out.stderr, cookie.Value) {
			t.Error("it shows the id")
		}
	}
	for name, tt := range map[string]struct {
		text, env string
		code      int
		says      string
	}{
		"an id of nobody":  {strings.Repeat("A", 64), "", 1, "no such session"},
		"another secret":   {cookie.Value, "POSTERN_SESSION_CLIENT_SECRET=other", 1, "the client's secret here is another one"},
		"another database": {cookie.Value, "DATABASE_URL=" + sqliteFile(t), 1, "--database"},
	} {
		out := p.run(t, append(env[:len(env):len(env)], tt.env), "explain", tt.text)
		if out.code != tt.code || !strings.Contains(out.stderr, tt.says) {
			t.Errorf("%s: %+v", name, out)
		}
	}
}
