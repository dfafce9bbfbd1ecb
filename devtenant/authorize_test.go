package devtenant_test

import (
	"html"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

// What cannot be told to the app is shown to the person.
func TestAuthorizationsThatEndOnAPage(t *testing.T) {
	h := open(t, func(o *devtenant.Options) {
		o.Clients = append(devtenant.DefaultClients(), devtenant.Client{
			ID: "native", Callbacks: []string{"com.example.app://cb"}, Grants: []string{"authorization_code"},
		})
	})
	for _, tt := range []struct {
		name   string
		change values
		status int
		want   string
	}{
		{"no client", values{"client_id": "-"}, 400, "Missing required parameter: client_id"},
		{"empty client", values{"client_id": ""}, 400, "Missing required parameter: client_id"},
		{"unknown client", values{"client_id": "<nobody>"}, 400, "Unknown client: <nobody>"},
		{"client in another case", values{"client_id": "SPA"}, 400, "Unknown client: SPA"},
		{"no redirect", values{"redirect_uri": "-"}, 400, "Missing required parameter: redirect_uri"},
		{"wrong redirect", values{"redirect_uri": "https://evil.example.com/callback"}, 403, "Callback URL mismatch"},
		{"what would be right", values{"redirect_uri": "https://evil.example.com/callback"}, 403, "<li><code>http://localhost:4040/callback</code></li>"},
		{"redirect with a slash more", values{"redirect_uri": callback + "/"}, 403, "Callback URL mismatch"},
		{"redirect with a query", values{"redirect_uri": callback + "?x=1"}, 403, "Callback URL mismatch"},
		{"redirect below", values{"redirect_uri": callback + "/../evil"}, 403, "Callback URL mismatch"},
		{"redirect in another case", values{"redirect_uri": "HTTP://localhost:4040/callback"}, 403, "Callback URL mismatch"},
		{"redirect to another port", values{"redirect_uri": "http://localhost:4041/callback"}, 403, "Callback URL mismatch"},
		{"redirect by address", values{"redirect_uri": "http://127.0.0.1:4040/callback"}, 403, "Callback URL mismatch"},
		{"script as redirect", values{"redirect_uri": "javascript:alert(1)"}, 403, "Callback URL mismatch"},
		{"client without callbacks", values{"client_id": "machine"}, 403, "Callback URL mismatch"},
		{"message to an app without origin", values{"client_id": "native", "redirect_uri": "com.example.app://cb", "response_mode": "web_message"}, 400, "The specified redirect_uri 'com.example.app://cb' does not have a registered origin."},
		{"a parameter twice", values{"state": "a&state=b"}, 400, "Duplicate parameter: state"},
		{"an endless query", values{"login_hint": strings.Repeat("a", 8<<10)}, 414, "longer than 8192"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			query := strings.ReplaceAll(asking().with(tt.change).encode(), "a%26state%3Db", "a&state=b")
			resp, body := h.send(t, request{method: "GET", path: "/authorize?" + query})
			if resp.StatusCode != tt.status || !strings.Contains(html.UnescapeString(body), tt.want) {
				t.Errorf("got %d %s\nwant %d with %s", resp.StatusCode, body, tt.status, tt.want)
			}
			if resp.Header.Get("Location") != "" || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/html") {
				t.Errorf("got %v, want a page", resp.Header)
			}
			if strings.Contains(body, "<nobody>") {
				t.Error("the page takes over foreign markup")
			}
		})
	}
}

// What the app may know goes back to it, in both ways of answering.
func TestAuthorizationsThatAreRefusedToTheApp(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		name              string
		change            values
		code, description string
	}{
		{"no response type", values{"response_type": "-"}, "invalid_request", "Missing required parameter: response_type"},
		{"implicit flow", values{"response_type": "token"}, "unsupported_response_type", "Unsupported response type: token"},
		{"hybrid flow", values{"response_type": "code id_token"}, "unsupported_response_type", "Unsupported response type: code id_token"},
		{"no challenge", values{"code_challenge": "-"}, "invalid_request", "Missing required parameter: code_challenge"},
		{"challenge that is no hash", values{"code_challenge": "abc"}, "invalid_request", "The code_challenge is not a SHA-256 hash in base64url"},
		{"plain challenge", values{"code_challenge_method": "plain"}, "invalid_request", "Unsupported code_challenge_method: plain; this tenant knows S256"},
		{"no method", values{"code_challenge_method": "-"}, "invalid_request", "Unsupported code_challenge_method: plain; this tenant knows S256"},
		{"unknown audience", values{"audience": "https://other"}, "access_denied", "Service not found: https://other"},
		{"audience with a slash", values{"audience": devtenant.DefaultAudience + "/"}, "access_denied", "Service not found: " + devtenant.DefaultAudience + "/"},
		{"nobody signed in", values{"prompt": "none"}, "login_required", "Login required"},
		{"none and more", values{"prompt": "none login"}, "invalid_request", "prompt=none goes with no other prompt"},
		{"malformed age", values{"max_age": "-1"}, "invalid_request", "max_age must be a number of seconds"},
		{"endless age", values{"max_age": "99999999999999999999"}, "invalid_request", "max_age must be a number of seconds"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := h.browser()
			want := values{"error": tt.code, "error_description": tt.description, "state": "the state"}
			resp, _ := b.get(t, "/authorize?"+asking().with(tt.change).encode())
			got := redirected(t, resp, callback)
			if resp.StatusCode != 302 || got.Encode() != want.encode() || strings.Contains(resp.Header.Get("Location"), "+") {
				t.Errorf("got %d %s", resp.StatusCode, resp.Header.Get("Location"))
			}
			resp, body := b.get(t, "/authorize?"+asking().with(tt.change).with(values{"response_mode": "web_message"}).encode())
			response, origin := message(t, resp, body)
			if values(response).encode() != want.encode() || origin != app {
				t.Errorf("got %v for %s", response, origin)
			}
		})
	}
}

func TestAnUnknownResponseModeIsAnsweredByQuery(t *testing.T) {
	h := open(t, nil)
	for _, mode := range []string{"fragment", "form_post", "Query"} {
		resp, _ := h.browser().get(t, "/authorize?"+asking().with(values{"response_mode": mode}).encode())
		if got := redirected(t, resp, callback); got.Get("error_description") != "Unsupported response mode: "+mode {
			t.Errorf("got %v", got)
		}
	}
}

func TestACallbackKeepsItsQuery(t *testing.T) {
	const target = callback + "?shop=1"
	h := open(t, func(o *devtenant.Options) {
		o.Clients = []devtenant.Client{{ID: "spa", Callbacks: []string{target}, Grants: []string{"authorization_code"}}}
	})
	resp, _ := h.browser().get(t, "/authorize?"+asking().with(values{"redirect_uri": target, "prompt": "none"}).encode())
	if got := redirected(t, resp, callback); got.Get("shop") != "1" || got.Get("error") != "login_required" {
		t.Errorf("got %v", got)
	}
}

func TestScopesWithoutAWish(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct{ audience, scope string }{
		{devtenant.DefaultAudience, "read:notes"}, // all that alan may
		{"-", ""},
		{h.issuer + "userinfo", ""}, // no API, as older SDKs say it
	} {
		got := h.browser().signIn(t, "alan", asking().with(values{"scope": "-", "audience": tt.audience}))
		if got.Scope != tt.scope || got.IDToken != "" || strings.Contains(got.AccessToken, ".") != (tt.audience == devtenant.DefaultAudience) {
			t.Errorf("%s: got %+v", tt.audience, got)
		}
	}
}

func TestLoginFormsThatAreRefused(t *testing.T) {
	h := open(t, nil)
	const evil = "https://evil.example.com"
	type header = map[string]string
	for _, tt := range []struct {
		name   string
		header header
		form   values // on top of a good one
		status int
		want   string
	}{
		{"cross-site form", header{"Origin": evil, "Sec-Fetch-Site": "cross-site"}, nil, 403, "Another site"},
		{"form of another app on localhost", header{"Origin": app, "Sec-Fetch-Site": "same-site"}, nil, 403, "Another site"},
		{"form of an old browser", header{"Origin": evil}, nil, 403, "Another site"},
		{"form without an origin", header{"Origin": "null"}, nil, 403, "Another site"},
		{"sandboxed form", header{"Origin": "null", "Sec-Fetch-Site": "same-origin"}, nil, 403, "Another site"},
		{"foreign host", header{"Host": "evil.example.com"}, nil, 403, "is not this tenant"},
		{"rebound page", header{"Host": "evil.example.com:" + h.port, "Sec-Fetch-Site": "same-origin"}, nil, 403, "is not this tenant"},
		{"no pending login", nil, values{"state": "-"}, 400, "used already"},
		{"foreign pending login", nil, values{"state": "guess"}, 400, "used already"},
		{"unknown user", nil, values{"user": "bob"}, 400, "ada, grace, alan"},
		{"no user", nil, values{"user": "-"}, 400, "ada, grace, alan"},
		{"another kind of body", header{"Content-Type": "text/plain"}, nil, 400, "text/plain"},
		{"oversize body", nil, values{"more": strings.Repeat("a", 64<<10)}, 413, "65536"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := h.browser()
			id, _ := b.begin(t, asking())
			with := header{"Content-Type": asForm}
			for name, value := range tt.header {
				with[name] = value
			}
			resp, body := h.send(t, request{"POST", "/u/login", values{"state": id, "user": "ada"}.with(tt.form).encode(), with})
			if resp.StatusCode != tt.status || !strings.Contains(body, tt.want) {
				t.Errorf("got %d %s\nwant %d with %s", resp.StatusCode, body, tt.status, tt.want)
			}
			if resp.Header.Get("Set-Cookie") != "" || resp.Header.Get("Location") != "" {
				t.Errorf("it had an effect: %v", resp.Header)
			}
		})
	}
}

func TestLogoutsThatAreRefused(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	tokens := b.signIn(t, "ada", asking())
	for _, tt := range []struct {
		name, path string
		query      values
		want       string
	}{
		{"forbidden address", "/v2/logout", values{"client_id": "spa", "returnTo": "https://evil.example.com"}, `"returnTo" querystring parameter "https://evil.example.com" is not defined as a valid URL in "Allowed Logout URLs"`},
		{"address without client", "/v2/logout", values{"returnTo": app}, "Allowed Logout URLs"},
		{"another path", "/v2/logout", values{"client_id": "spa", "returnTo": app + "/bye"}, "Allowed Logout URLs"},
		{"a name that goes on", "/v2/logout", values{"client_id": "spa", "returnTo": app + ".evil.example.com"}, "Allowed Logout URLs"},
		{"a user in the address", "/v2/logout", values{"client_id": "spa", "returnTo": app + "@evil.example.com"}, "Allowed Logout URLs"},
		{"unknown client", "/v2/logout", values{"client_id": "nobody"}, "Unknown client: nobody"},
		{"forbidden address", "/oidc/logout", values{"client_id": "spa", "post_logout_redirect_uri": "https://evil.example.com"}, `"post_logout_redirect_uri" querystring`},
		{"address with a query", "/oidc/logout", values{"client_id": "spa", "post_logout_redirect_uri": app + "?a"}, "Allowed Logout URLs"},
		{"address without client", "/oidc/logout", values{"post_logout_redirect_uri": app}, "Allowed Logout URLs"},
		{"unknown client", "/oidc/logout", values{"client_id": "nobody"}, "Unknown client: nobody"},
		{"malformed hint", "/oidc/logout", values{"id_token_hint": "x"}, "Invalid id_token_hint"},
		{"access token as hint", "/oidc/logout", values{"id_token_hint": tokens.AccessToken}, "Invalid id_token_hint"},
		{"hint of another client", "/oidc/logout", values{"id_token_hint": tokens.IDToken, "client_id": "machine"}, "does not match"},
	} {
		t.Run(tt.path+" "+tt.name, func(t *testing.T) {
			resp, body := b.get(t, tt.path+"?"+tt.query.encode())
			if resp.StatusCode != 400 || !strings.Contains(html.UnescapeString(body), tt.want) || resp.Header.Get("Location") != "" {
				t.Errorf("got %d %s\nwant 400 with %s", resp.StatusCode, body, tt.want)
			}
		})
	}
	resp, _ := b.get(t, "/authorize?"+asking().encode())
	if redirected(t, resp, callback).Get("code") == "" {
		t.Error("a refused logout ended the session")
	}
}
