package api_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

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
	// Of a token whose end is known nothing is kept for longer, but for the skew.
	now := time.Now()
	for exp, want := range map[int64]time.Time{now.Unix() + 90: time.Unix(now.Unix()+120, 0), 0: now.Add(30 * 24 * time.Hour), now.Unix() + 90*86400: now.Add(30 * 24 * time.Hour)} {
		out := p.run(t, env, "revoke", "--token", "t2", "--exp", fmt.Sprint(exp), "--json")
		var said struct{ KeptUntil time.Time }
		if err := json.Unmarshal([]byte(out.stdout), &said); err != nil || out.code != 0 || said.KeptUntil.Sub(want).Abs() > time.Minute {
			t.Errorf("a token that ends at %d is kept until %v, want %v: %+v", exp, said.KeptUntil, want, out)
		}
	}
	past := fmt.Sprint(now.Unix() - 60)
	for _, args := range [][]string{{}, {"--subject", "x", "--issuer", "https://other.example/"}, {"--subject", "x", "--session", "y"},
		{"--token", "x", "--exp", past}, {"--token", "x", "--exp", "soon"}, {"--subject", "x", "--exp", fmt.Sprint(now.Unix() + 60)}} {
		if out := p.run(t, env, append([]string{"revoke"}, args...)...); out.code != 2 {
			t.Errorf("%v: %+v", args, out)
		}
	}
}
