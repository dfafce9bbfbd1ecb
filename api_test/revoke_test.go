package api_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/store/pgtest"
)

// TestAnOperatorRevokes calls tokens back beside a server that has the database
// open, and has it read and written meanwhile.
func TestAnOperatorRevokes(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) { operatorRevokes(t, "sqlite:"+t.TempDir()+"/postern.db") })
	t.Run("PostgreSQL", func(t *testing.T) { operatorRevokes(t, pgtest.URL(t)) })
}

func operatorRevokes(t *testing.T, database string) {
	issuer := authtest.NewIssuer(t)
	p := build(t, "")
	address := freeAddress(t)
	env := []string{"POSTERN_ISSUER=" + issuer.URL(), "AUTH0_AUDIENCE=" + issuer.Audience(), "DATABASE_URL=" + database}
	p.member(t, sharedItems, append(env, "POSTERN_ADDR="+address)...)
	s := &server{URL: "http://" + address, Issuer: issuer}
	s.waitReady(t)
	for _, tt := range []struct {
		flag, value string
		claims      map[string]any
	}{
		{"--subject", "auth0|ada", map[string]any{"sub": "auth0|ada"}},
		{"--session", "s1", map[string]any{"sub": "auth0|bob", "sid": "s1"}},
		{"--token", "t1", map[string]any{"sub": "auth0|eve", "jti": "t1"}},
	} {
		token := issuer.Token(tt.claims)
		if s.status(t, whoAmI, token) != 200 {
			t.Fatalf("%s: the token was not good before", tt.flag)
		}
		out := p.run(t, env, "revoke", tt.flag, tt.value)
		if out.code != 0 || !strings.Contains(out.stdout, tt.value) {
			t.Fatalf("%s: %+v", tt.flag, out)
		}
		countFrom(t).mustBeEverywhere(t, tt.flag, func() bool { return s.status(t, whoAmI, token) == 401 })
		s.must(t, 201, "POST", "/items", issuer.Token(map[string]any{"sub": "auth0|kim"}), `{"n":1}`)
	}
	for _, args := range [][]string{{}, {"--subject", "x", "--issuer", "https://other.example/"}, {"--subject", "x", "--session", "y"}} {
		if out := p.run(t, env, append([]string{"revoke"}, args...)...); out.code != 2 {
			t.Errorf("%v: %+v", args, out)
		}
	}
}
