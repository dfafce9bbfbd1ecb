package devtenant_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

func TestTokensCarryWhatAuth0Writes(t *testing.T) {
	h := open(t, nil)
	const api = devtenant.DefaultAudience
	both := []any{api, h.issuer + "userinfo"}
	ada := []any{"read:admin-messages", "read:notes", "write:notes", "write:announcements"}
	for _, tt := range []struct {
		name        string
		req         devtenant.MintRequest
		subject     string
		audience    any
		scope       any
		permissions []any
		seconds     float64
	}{
		{"ada, all", devtenant.MintRequest{User: "ada"}, "auth0|ada", both,
			"openid profile email read:admin-messages read:notes write:notes write:announcements", ada, 86400},
		{"grace, all", devtenant.MintRequest{User: "grace", Scope: "  "}, "auth0|grace", both, "openid profile email", []any{}, 86400},
		{"alan, all", devtenant.MintRequest{User: "alan"}, "auth0|alan", both, "openid profile email read:notes", []any{"read:notes"}, 86400},
		{"without openid", devtenant.MintRequest{User: "ada", Scope: "write:notes read:notes"}, "auth0|ada", api, "write:notes read:notes", ada, 86400},
		{"more than she may", devtenant.MintRequest{User: "alan", Scope: "openid read:notes write:notes read:admin-messages"},
			"auth0|alan", both, "openid read:notes", []any{"read:notes"}, 86400},
		{"twice the same", devtenant.MintRequest{User: "ada", Scope: "email email"}, "auth0|ada", api, "email", ada, 86400},
		{"nothing granted", devtenant.MintRequest{User: "grace", Scope: "read:notes offline_access"}, "auth0|grace", api, nil, []any{}, 86400},
		{"audience named", devtenant.MintRequest{User: "alan", Audience: api, Scope: "email"}, "auth0|alan", api, "email", []any{"read:notes"}, 86400},
		{"short-lived", devtenant.MintRequest{User: "alan", Scope: "email", Lifetime: 1500 * time.Millisecond}, "auth0|alan", api, "email", []any{"read:notes"}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, err := h.verify(t, h.mint(t, tt.req))
			if err != nil {
				t.Fatal(err)
			}
			now := float64(h.clock.now().Unix())
			want := map[string]any{
				"iss": h.issuer, "sub": tt.subject, "aud": tt.audience, "azp": "spa", "scope": tt.scope,
				"permissions": tt.permissions, "iat": now, "exp": now + tt.seconds,
			}
			if tt.scope == nil {
				delete(want, "scope")
			}
			if !reflect.DeepEqual(got, want) {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func TestTheHeaderNamesTheServedKey(t *testing.T) {
	h := open(t, nil)
	first, _, _ := strings.Cut(h.mint(t, devtenant.MintRequest{User: "ada"}), ".")
	raw, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal(raw, &got); err != nil {
		t.Fatal(err)
	}
	var now state
	h.do(t, "GET", "/dev/state", &now)
	if want := map[string]string{"alg": "RS256", "typ": "JWT", "kid": now.SigningKey}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestImpossibleTokensNameWhatIsPossible(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		name string
		req  devtenant.MintRequest
		err  error
		want string
	}{
		{"unknown user", devtenant.MintRequest{User: "bob"}, devtenant.ErrUnknownUser, "ada, grace, alan"},
		{"no user", devtenant.MintRequest{}, devtenant.ErrUnknownUser, "ada, grace, alan"},
		{"another case", devtenant.MintRequest{User: "Ada"}, devtenant.ErrUnknownUser, "ada, grace, alan"},
		{"unknown audience", devtenant.MintRequest{User: "ada", Audience: "https://other"}, devtenant.ErrUnknownAudience, devtenant.DefaultAudience},
		{"audience with a slash", devtenant.MintRequest{User: "ada", Audience: devtenant.DefaultAudience + "/"}, devtenant.ErrUnknownAudience, devtenant.DefaultAudience},
		{"expired at once", devtenant.MintRequest{User: "ada", Lifetime: time.Second - 1}, devtenant.ErrLifetime, "1s"},
		{"before it began", devtenant.MintRequest{User: "ada", Lifetime: -time.Hour}, devtenant.ErrLifetime, "720h"},
		{"for ever", devtenant.MintRequest{User: "ada", Lifetime: devtenant.MaxLifetime + 1}, devtenant.ErrLifetime, "720h"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token, scope, err := h.Mint(tt.req)
			if !errors.Is(err, tt.err) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want %v with %q", err, tt.err, tt.want)
			}
			if token != "" || scope != "" {
				t.Errorf("got token %q with %q beside the error", token, scope)
			}
		})
	}
}
