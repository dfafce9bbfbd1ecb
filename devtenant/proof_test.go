package devtenant_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/devtenant"
)

// TestTokensAreBoundToTheKeyOfAProof asks for tokens with proofs that are good
// and proofs that are not.
func TestTokensAreBoundToTheKeyOfAProof(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	app := authtest.NewHolder("ES256")
	proof := func(header, claims map[string]any) string {
		changed := map[string]any{"iat": h.clock.now().Unix(), "ath": authtest.Absent}
		for name, value := range claims {
			changed[name] = value
		}
		return app.Proof("POST", h.issuer+"oauth/token", "", header, changed)
	}
	used := proof(nil, nil)
	for _, tt := range []struct {
		name   string
		status int
		kind   string
		proofs []string
	}{
		{"no proof", 200, "Bearer", nil},
		{"a good proof", 200, "DPoP", []string{used}},
		{"one that was used", 400, "", []string{used}},
		{"two", 400, "", []string{proof(nil, nil), proof(nil, nil)}},
		{"no proof at all", 400, "", []string{"proof"}},
		{"another type", 400, "", []string{proof(map[string]any{"typ": "JWT"}, nil)}},
		{"no key", 400, "", []string{proof(map[string]any{"jwk": authtest.Absent}, nil)}},
		{"another key than that of the signature", 400, "", []string{proof(map[string]any{"jwk": authtest.NewHolder("ES256").PublicKey()}, nil)}},
		{"a shared secret", 400, "", []string{proof(map[string]any{"alg": "HS256"}, nil)}},
		{"another method", 400, "", []string{proof(nil, map[string]any{"htm": "GET"})}},
		{"another address", 400, "", []string{proof(nil, map[string]any{"htu": h.issuer + "authorize"})}},
		{"an old one", 400, "", []string{proof(nil, map[string]any{"iat": h.clock.now().Unix() - 3600})}},
		{"no jti", 400, "", []string{proof(nil, map[string]any{"jti": authtest.Absent})}},
		{"an iat that is text", 400, "", []string{proof(nil, map[string]any{"iat": "now"})}},
	} {
		status, answer := h.askToken(t, machine(), tt.proofs...)
		if status != tt.status || answer.TokenType != tt.kind || status == 400 && answer.Error != "invalid_dpop_proof" {
			t.Errorf("%s: %d %+v", tt.name, status, answer)
		}
		if bound := thumbprintOf(answer.AccessToken); (tt.kind == "DPoP") != (bound == app.Thumbprint()) {
			t.Errorf("%s: bound to %q", tt.name, bound)
		}
	}
}

// TestARefreshTokenIsBoundAsWell: whoever steals it has not the key.
func TestARefreshTokenIsBoundAsWell(t *testing.T) {
	t.Parallel()
	h := open(t, nil)
	app, thief := authtest.NewHolder("ES256"), authtest.NewHolder("ES256")
	proof := func(by authtest.Holder) string {
		return by.Proof("POST", h.issuer+"oauth/token", "", nil, map[string]any{"iat": h.clock.now().Unix(), "ath": authtest.Absent})
	}
	wanted := asking().with(values{"scope": "openid offline_access", "dpop_jkt": app.Thumbprint()})
	if status, answer := h.askToken(t, redeeming(h.browser().login(t, "ada", wanted).Get("code")), proof(thief)); status != 403 || answer.Error != "invalid_grant" {
		t.Errorf("a code that was promised to another key: %d %+v", status, answer)
	}
	_, first := h.askToken(t, redeeming(h.browser().login(t, "ada", wanted).Get("code")), proof(app))
	renewing := func(token string) values {
		return values{"grant_type": "refresh_token", "client_id": "spa", "refresh_token": token}
	}
	status, second := h.askToken(t, renewing(first.RefreshToken), proof(app))
	if status != 200 || second.TokenType != "DPoP" || thumbprintOf(second.AccessToken) != app.Thumbprint() {
		t.Fatalf("with the same key: %d %+v", status, second)
	}
	if status, answer := h.askToken(t, renewing(second.RefreshToken), proof(thief)); status != 403 {
		t.Errorf("with another key: %d %+v", status, answer)
	}
	if status, answer := h.askToken(t, renewing(second.RefreshToken), proof(app)); status != 403 {
		t.Errorf("what a thief had is dead for all: %d %+v", status, answer)
	}
}

type tokenAnswer struct {
	devtenant.TokenAnswer
	RefreshToken string `json:"refresh_token"`
	Error        string `json:"error"`
}

func (h *house) askToken(t *testing.T, form values, proofs ...string) (status int, answer tokenAnswer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "POST", h.url+"/oauth/token", strings.NewReader(form.encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", asForm)
	request.Header["Dpop"] = proofs
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, answer
}

// thumbprintOf is that of the key to which a token is bound.
func thumbprintOf(token string) string {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return ""
	}
	payload, _ := base64.RawURLEncoding.DecodeString(parts[1])
	var claims struct {
		Confirmation struct{ JKT string } `json:"cnf"`
	}
	_ = json.Unmarshal(payload, &claims)
	return claims.Confirmation.JKT
}
