package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestTheIdentityIsWhatTheTokenSays(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	for _, tt := range []struct {
		name                string
		claims              map[string]any
		scopes, permissions []string
	}{
		{"scope as text", map[string]any{"scope": "a b"}, []string{"a", "b"}, nil},
		{"scope with blanks too many", map[string]any{"scope": "  a   b "}, []string{"a", "b"}, nil},
		{"C7: scope as a list", map[string]any{"scope": []string{"a", "b"}}, []string{"a", "b"}, nil},
		{"C7: scp as text", map[string]any{"scope": authtest.Absent, "scp": "a b"}, []string{"a", "b"}, nil},
		{"C7: scp as a list", map[string]any{"scope": authtest.Absent, "scp": []string{"a", "b"}}, []string{"a", "b"}, nil},
		{"scope and scp", map[string]any{"scope": "a", "scp": "b"}, []string{"a", "b"}, nil},
		{"an empty scope", map[string]any{"scope": ""}, nil, nil},
		{"C7: permissions as a list", map[string]any{"scope": "a", "permissions": []string{"p", "q"}}, []string{"a"}, []string{"p", "q"}},
		{"C7: permissions as text", map[string]any{"scope": "a", "permissions": "p q"}, []string{"a"}, []string{"p", "q"}},
		{"no permissions", map[string]any{"scope": "a", "permissions": []string{}}, []string{"a"}, nil},
		{"a blank within an item of a list joins what stands there", map[string]any{"scope": []string{"a b"}, "permissions": []string{"delete all", "p"}}, []string{"a b"}, []string{"delete all", "p"}},
		{"empty items of a list", map[string]any{"scope": []string{"", "a"}, "permissions": []string{""}}, []string{"a"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			identity, err := verifier.Verify(t.Context(), issuer.Token(tt.claims))
			if err != nil {
				t.Fatal(err)
			}
			if !sameWords(identity.Scopes, tt.scopes) || !sameWords(identity.Permissions, tt.permissions) {
				t.Errorf("scopes %q, permissions %q, want %q, %q", identity.Scopes, identity.Permissions, tt.scopes, tt.permissions)
			}
		})
	}
	t.Run("who, from whom, for whom, until when", func(t *testing.T) {
		identity, err := verifier.Verify(t.Context(), issuer.Token(map[string]any{"exp": int64(99_999_999_999), "aud": []string{"x", issuer.Audience()}}))
		if err != nil {
			t.Fatal(err)
		}
		if identity.Issuer != issuer.URL() || identity.Subject != "auth0|ada" || identity.ClientID != "spa" ||
			!sameWords(identity.Audience, []string{"x", issuer.Audience()}) || !identity.Expiry.Equal(time.Unix(99_999_999_999, 0)) {
			t.Errorf("got %+v", identity)
		}
	})
}

func TestASubjectHasOneNameAmongAllIssuers(t *testing.T) {
	t.Parallel()
	one, two := authtest.NewIssuer(t), authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, one, two)
	seen := map[string]bool{}
	for _, token := range []string{
		one.Token(map[string]any{"sub": "ada"}), two.Token(map[string]any{"sub": "ada"}), one.Token(map[string]any{"sub": "grace"}),
	} {
		identity, err := verifier.Verify(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		if seen[identity.Key()] || seen[identity.Hash()] || len(identity.Hash()) != 12 || strings.Contains(identity.Hash(), "ada") {
			t.Errorf("key %q and hash %q", identity.Key(), identity.Hash())
		}
		seen[identity.Key()], seen[identity.Hash()] = true, true
	}
	again, err := verifier.Verify(t.Context(), one.Token(map[string]any{"sub": "ada", "jti": "2"}))
	if err != nil || !seen[again.Key()] || !seen[again.Hash()] {
		t.Errorf("the same subject has another name in another token: %q, %v", again.Key(), err)
	}
}

func TestAScopeIsNoPermissionAndAPermissionNoScope(t *testing.T) {
	t.Parallel()
	identity := &auth.Identity{Scopes: []string{"s", "both"}, Permissions: []string{"p", "both"}}
	for _, tt := range []struct {
		name    string
		refusal *auth.Refusal
		code    auth.Code
		scope   string
	}{
		{"a scope it has", identity.RequireScope("s"), "", ""},
		{"a scope that is a permission", identity.RequireScope("p"), auth.ScopeMissing, "p"},
		{"a scope in another case", identity.RequireScope("S"), auth.ScopeMissing, "S"},
		{"an empty scope", identity.RequireScope(""), auth.ScopeMissing, ""},
		{"a permission it has", identity.RequirePermission("p"), "", ""},
		{"a permission that is a scope", identity.RequirePermission("s"), auth.PermissionMissing, "s"},
		{"an empty permission", identity.RequirePermission(""), auth.PermissionMissing, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.refusal == nil != (tt.code == "") {
				t.Fatalf("got %v, want %q", tt.refusal, tt.code)
			}
			if tt.refusal != nil && (tt.refusal.Code != tt.code || tt.refusal.Scope != tt.scope) {
				t.Errorf("got %+v, want %q for %q", tt.refusal, tt.code, tt.scope)
			}
		})
	}
}
