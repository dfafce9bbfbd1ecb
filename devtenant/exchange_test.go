package devtenant_test

import (
	"encoding/base64"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

func machine() values {
	return values{"grant_type": "client_credentials", "client_id": "machine", "client_secret": "machine-secret", "audience": devtenant.DefaultAudience}
}

func inJSON(v values) string {
	raw, _ := json.Marshal(v)
	return string(raw)
}

func basic(id, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
}

func TestRequestsForTokensThatAreRefused(t *testing.T) {
	h := open(t, func(o *devtenant.Options) {
		o.Clients = append(devtenant.DefaultClients(), devtenant.Client{ID: "other", Callbacks: []string{callback}, Grants: []string{"authorization_code", "refresh_token"}})
	})
	b := h.browser()
	code := func(change values) func() string {
		return func() string {
			return redeeming(b.login(t, "ada", asking().with(values{"prompt": "login"})).Get("code")).with(change).encode()
		}
	}
	refresh := func(change values) func() string {
		return func() string {
			return refreshing(b.signIn(t, "ada", offline().with(values{"prompt": "login"})).RefreshToken).with(change).encode()
		}
	}
	plainly := func(body string) func() string { return func() string { return body } }
	type header = map[string]string
	for _, tt := range []struct {
		name              string
		body              func() string
		header            header
		status            int
		code, description string
	}{
		{"no grant type", code(values{"grant_type": "-"}), nil, 400, "invalid_request", "Missing required parameter: grant_type"},
		{"unknown grant type", code(values{"grant_type": "magic"}), nil, 403, "unsupported_grant_type", "Unsupported grant type: magic"},
		{"password grant", code(values{"grant_type": "password"}), nil, 403, "unsupported_grant_type", "Unsupported grant type: password"},
		{"no client", code(values{"client_id": "-"}), nil, 400, "invalid_request", "Missing required parameter: client_id"},
		{"unknown client", code(values{"client_id": "nobody"}), nil, 401, "access_denied", "Unauthorized"},
		{"no code", code(values{"code": "-"}), nil, 400, "invalid_request", "Missing required parameter: code"},
		{"unknown code", code(values{"code": "guess"}), nil, 403, "invalid_grant", "Invalid authorization code"},
		{"code of another client", code(values{"client_id": "other"}), nil, 403, "invalid_grant", "Invalid authorization code"},
		{"no verifier", code(values{"code_verifier": "-"}), nil, 400, "invalid_request", "Missing required parameter: code_verifier"},
		{"wrong verifier", code(values{"code_verifier": strings.ToUpper(verifier)}), nil, 403, "invalid_grant", "Failed to verify code verifier"},
		{"challenge as verifier", code(values{"code_verifier": challenge()}), nil, 403, "invalid_grant", "Failed to verify code verifier"},
		{"no redirect", code(values{"redirect_uri": "-"}), nil, 403, "invalid_grant", "The redirect URI is wrong. You sent null, and we expected " + callback},
		{"wrong redirect", code(values{"redirect_uri": app}), nil, 403, "invalid_grant", "The redirect URI is wrong. You sent " + app + ", and we expected " + callback},
		{"no refresh token", refresh(values{"refresh_token": "-"}), nil, 400, "invalid_request", "Missing required parameter: refresh_token"},
		{"unknown refresh token", refresh(values{"refresh_token": strings.Repeat("a", 65)}), nil, 403, "invalid_grant", "Unknown or invalid refresh token."},
		{"short refresh token", refresh(values{"refresh_token": "v1.x"}), nil, 403, "invalid_grant", "Unknown or invalid refresh token."},
		{"refresh token of another client", refresh(values{"client_id": "other"}), nil, 403, "invalid_grant", "Unknown or invalid refresh token."},
		{"public client as machine", plainly(machine().with(values{"client_id": "spa"}).encode()), nil, 403, "unauthorized_client", "Grant type 'client_credentials' not allowed for the client."},
		{"machine with a code", plainly(redeeming("x").with(values{"client_id": "machine", "client_secret": "machine-secret"}).encode()), nil, 403, "unauthorized_client", "Grant type 'authorization_code' not allowed for the client."},
		{"no secret", plainly(machine().with(values{"client_secret": "-"}).encode()), nil, 401, "access_denied", "Unauthorized"},
		{"wrong secret", plainly(machine().with(values{"client_secret": "guess"}).encode()), nil, 401, "access_denied", "Unauthorized"},
		{"wrong secret in JSON", plainly(inJSON(machine().with(values{"client_secret": "guess"}))), header{"Content-Type": asJSON}, 401, "access_denied", "Unauthorized"},
		{"wrong secret in the header", plainly(machine().encode()), header{"Authorization": basic("machine", "guess")}, 401, "access_denied", "Unauthorized"},
		{"no audience", plainly(machine().with(values{"audience": "-"}).encode()), nil, 403, "access_denied", "No audience parameter was provided, and no default audience has been configured"},
		{"unknown audience", plainly(machine().with(values{"audience": "https://other"}).encode()), nil, 403, "access_denied", "Service not found: https://other"},
		{"empty form", plainly(""), nil, 400, "invalid_request", "Missing required parameter: grant_type"},
		{"empty object", plainly("{}"), header{"Content-Type": asJSON}, 400, "invalid_request", "Missing required parameter: grant_type"},
		{"grant type that is no text", plainly(`{"grant_type":1}`), header{"Content-Type": asJSON}, 400, "invalid_request", "Missing required parameter: grant_type"},
		{"form called JSON", plainly(machine().encode()), header{"Content-Type": asJSON}, 400, "invalid_request", "The body is not a JSON object."},
		{"JSON called a form", plainly(inJSON(machine())), nil, 400, "invalid_request", "Missing required parameter: grant_type"},
		{"a list", plainly(`["grant_type"]`), header{"Content-Type": asJSON}, 400, "invalid_request", "The body is not a JSON object."},
		{"broken JSON", plainly(`{"grant_type":"x"`), header{"Content-Type": asJSON}, 400, "invalid_request", "The body is not a JSON object."},
		{"JSON that goes on", plainly(`{"grant_type":"x"}{}`), header{"Content-Type": asJSON}, 400, "invalid_request", "The body goes on after its JSON value."},
		{"a member twice", plainly(`{"grant_type":"x","grant_type":"y"}`), header{"Content-Type": asJSON}, 400, "invalid_request", "Duplicate parameter: grant_type"},
		{"a field twice", plainly("grant_type=x&grant_type=y"), nil, 400, "invalid_request", "Duplicate parameter: grant_type"},
		{"broken form", plainly("grant_type=%zz"), nil, 400, "invalid_request", `The parameters cannot be read: invalid URL escape "%zz".`},
		{"plain text", plainly("grant_type=x"), header{"Content-Type": "text/plain"}, 400, "invalid_request", `The body must be application/x-www-form-urlencoded or application/json, not "text/plain".`},
		{"oversize body", plainly("more=" + strings.Repeat("a", 64<<10)), nil, 413, "invalid_request", "The body is larger than 65536 bytes."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			with := header{"Content-Type": asForm, "Origin": app}
			for name, value := range tt.header {
				with[name] = value
			}
			resp, body := h.send(t, request{"POST", "/oauth/token", tt.body(), with})
			want := inJSON(values{"error": tt.code, "error_description": tt.description})
			if resp.StatusCode != tt.status || strings.TrimSpace(body) != want {
				t.Errorf("got %d %s\nwant %d %s", resp.StatusCode, body, tt.status, want)
			}
			if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Access-Control-Allow-Origin") != app {
				t.Errorf("got %v: the app must be able to read its mistake", resp.Header)
			}
			if challenge := resp.Header.Get("WWW-Authenticate"); (challenge != "") != (tt.header["Authorization"] != "") {
				t.Errorf("got challenge %q", challenge)
			}
		})
	}
}

func TestAProgramGetsATokenInItsOwnName(t *testing.T) {
	h := open(t, nil)
	bare := machine().with(values{"client_id": "-", "client_secret": "-"})
	for _, tt := range []struct {
		name, kind, body, authorization string
	}{
		{"form", asForm, machine().encode(), ""},
		{"json", asJSON + "; charset=utf-8", inJSON(machine()), ""},
		{"json with more", asJSON, strings.Replace(inJSON(machine()), "{", `{"more":[{"a":1}],`, 1), ""},
		{"secret in the header", asForm, bare.encode(), basic("machine", "machine%2Dsecret")},
		{"secret in the header, unencoded", asJSON, inJSON(bare), basic("machine", "machine-secret")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			resp, body := h.send(t, request{"POST", "/oauth/token?audience=ignored", tt.body, map[string]string{"Content-Type": tt.kind, "Authorization": tt.authorization}})
			var got map[string]any
			if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != 200 {
				t.Fatalf("got %d %s", resp.StatusCode, body)
			}
			token, _ := got["access_token"].(string)
			claims, err := h.verify(t, token)
			now := float64(h.clock.now().Unix())
			want := map[string]any{
				"iss": h.issuer, "sub": "machine@clients", "azp": "machine", "aud": devtenant.DefaultAudience, "gty": "client-credentials",
				"scope": "read:notes write:notes write:announcements read:admin-messages", "permissions": []any{"read:notes", "write:notes", "write:announcements", "read:admin-messages"},
				"iat": now, "exp": now + 86400,
			}
			if err != nil || !reflect.DeepEqual(claims, want) {
				t.Errorf("got %v, %v\nwant %v", claims, err, want)
			}
			delete(got, "access_token")
			if want := map[string]any{"token_type": "Bearer", "expires_in": 86400.0, "scope": want["scope"]}; !reflect.DeepEqual(got, want) {
				t.Errorf("got %v", got)
			}
			if resp, _ := h.send(t, bearing(token)); resp.StatusCode != 401 {
				t.Errorf("a program is nobody at /userinfo: %d", resp.StatusCode)
			}
		})
	}
	_, body := h.send(t, request{"POST", "/oauth/token", machine().with(values{"scope": "read:notes delete:all"}).encode(), map[string]string{"Content-Type": asForm}})
	if !strings.Contains(body, `"scope":"read:notes"}`) {
		t.Errorf("got %s", body)
	}
}

func TestRefusedRevocations(t *testing.T) {
	h := open(t, func(o *devtenant.Options) {
		o.Clients = append(devtenant.DefaultClients(), devtenant.Client{ID: "other", Callbacks: []string{callback}, Grants: []string{"authorization_code"}})
	})
	b := h.browser()
	token := b.signIn(t, "ada", offline()).RefreshToken
	for _, tt := range []struct {
		name   string
		form   values
		status int
		want   string
	}{
		{"no token", values{"client_id": "spa"}, 400, "Missing required parameter: token"},
		{"no client", values{"token": token}, 400, "Missing required parameter: client_id"},
		{"unknown client", values{"client_id": "nobody", "token": token}, 401, "Unauthorized"},
		{"client without its secret", values{"client_id": "machine", "token": token}, 401, "Unauthorized"},
		{"another client's token", values{"client_id": "other", "token": token}, 403, "another client"},
		{"unknown token", values{"client_id": "spa", "token": "guess"}, 200, ""},
	} {
		resp, body := b.fetch(t, "/oauth/revoke", tt.form)
		if resp.StatusCode != tt.status || !strings.Contains(body, tt.want) {
			t.Errorf("%s: got %d %s", tt.name, resp.StatusCode, body)
		}
	}
	b.tokens(t, refreshing(token), 200)
}

func TestRefusedUserinfo(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	got := b.signIn(t, "ada", asking())
	parts := strings.Split(got.AccessToken, ".")
	for _, tt := range []struct {
		name, authorization string
		status              int
		challenge           string
	}{
		{"no token", "", 401, `Bearer realm="Users"`},
		{"another scheme", "Basic YTpi", 401, `Bearer realm="Users"`},
		{"unknown token", "Bearer guess", 401, `error="invalid_token"`},
		{"ID token", "Bearer " + got.IDToken, 401, `error="invalid_token"`},
		{"spoiled signature", "Bearer " + parts[0] + "." + parts[1] + "." + parts[2][1:] + "A", 401, `error="invalid_token"`},
		{"without openid", "Bearer " + h.mint(t, devtenant.MintRequest{User: "ada", Scope: "read:notes"}), 403, `error="insufficient_scope"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			q := bearing("")
			q.header["Authorization"] = tt.authorization
			resp, body := h.send(t, q)
			if resp.StatusCode != tt.status || !strings.Contains(resp.Header.Get("WWW-Authenticate"), tt.challenge) || !strings.HasPrefix(body, `{"error":"`) {
				t.Errorf("got %d %v %s", resp.StatusCode, resp.Header, body)
			}
		})
	}
	for _, method := range []string{"GET", "POST"} {
		q := bearing(got.AccessToken)
		q.method = method
		if resp, body := h.send(t, q); resp.StatusCode != 200 || !strings.Contains(body, `"sub":"auth0|ada"`) || resp.Header.Get("Access-Control-Allow-Origin") != app {
			t.Errorf("%s: got %d %s", method, resp.StatusCode, body)
		}
	}
	h.do(t, "POST", "/dev/rotate?withdraw=true", &state{})
	if resp, _ := h.send(t, bearing(got.AccessToken)); resp.StatusCode != 401 {
		t.Errorf("a withdrawn key: %d", resp.StatusCode)
	}
}
