package devtenant_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

func TestPreflights(t *testing.T) {
	h := open(t, nil)
	for _, path := range []string{"/oauth/token", "/oauth/revoke", "/userinfo"} {
		for _, port := range []string{"4040", "3000", "5173", "4200", "8080"} {
			origin := "http://localhost:" + port
			resp, body := h.send(t, request{"OPTIONS", path, "", map[string]string{
				"Origin": origin, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "auth0-client,dpop",
			}})
			if resp.StatusCode != 204 || body != "" || resp.Header.Get("Access-Control-Allow-Origin") != origin ||
				resp.Header.Get("Access-Control-Allow-Headers") != "Auth0-Client, Authorization, Content-Type, DPoP, X-Requested-With" ||
				resp.Header.Get("Access-Control-Allow-Methods") != "GET, POST" ||
				resp.Header.Get("Access-Control-Allow-Credentials") != "" || resp.Header.Get("Vary") != "Origin" {
				t.Errorf("%s from %s: got %d %v", path, origin, resp.StatusCode, resp.Header)
			}
		}
		for _, origin := range []string{"https://localhost:4040", "http://localhost:4041", "http://127.0.0.1:4040", "http://localhost:4040.evil.example.com", "null", ""} {
			resp, body := h.send(t, request{"OPTIONS", path, "", map[string]string{"Origin": origin, "Access-Control-Request-Method": "POST"}})
			if resp.StatusCode != 403 || resp.Header.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(body, "web origins") {
				t.Errorf("%s from %q: got %d %v", path, origin, resp.StatusCode, resp.Header)
			}
		}
	}
}

// A page of another origin may send, but not read.
func TestForeignOriginsReadNothing(t *testing.T) {
	h := open(t, nil)
	for _, origin := range []string{"https://evil.example.com", "null"} {
		resp, _ := h.send(t, request{"POST", "/oauth/token", machine().encode(), map[string]string{"Content-Type": asForm, "Origin": origin}})
		if resp.Header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("%s may read: %v", origin, resp.Header)
		}
	}
}

// As with Auth0, where a callback may be, tokens may be fetched; silently, in
// a frame, only where a web origin says so.
func TestACallbacksOriginMayFetch(t *testing.T) {
	h := open(t, func(o *devtenant.Options) {
		o.Clients = []devtenant.Client{{ID: "spa", Callbacks: []string{"https://app.example.com:443/cb", "app.native:/cb"}, Grants: []string{"authorization_code"}}}
	})
	resp, _ := h.send(t, request{"POST", "/oauth/token", "", map[string]string{"Content-Type": asForm, "Origin": "https://app.example.com"}})
	if resp.Header.Get("Access-Control-Allow-Origin") != "https://app.example.com" {
		t.Errorf("got %v", resp.Header)
	}
	frame := asking().with(values{"redirect_uri": "https://app.example.com:443/cb", "response_mode": "web_message", "prompt": "none"})
	if resp, body := h.browser().get(t, "/authorize?"+frame.encode()); resp.StatusCode != 400 || !strings.Contains(body, "registered origin") {
		t.Errorf("got %d %s", resp.StatusCode, body)
	}
	native := asking().with(values{"redirect_uri": "app.native:/cb", "scope": "openid offline_access"})
	code := h.browser().login(t, "ada", native).Get("code")
	_, body := h.send(t, request{"POST", "/oauth/token", redeeming(code).with(values{"redirect_uri": "app.native:/cb"}).encode(), map[string]string{"Content-Type": asForm}})
	if !strings.Contains(body, `"scope":"openid"`) || strings.Contains(body, "refresh_token") {
		t.Errorf("a client without refresh_token got %s", body)
	}
}

func TestForeignHostsGetNothingThatSignsIn(t *testing.T) {
	h := open(t, nil)
	for _, host := range []string{"evil.example.com", "evil.example.com:" + h.port, "localhost", "localhost.:" + h.port, "127.0.0.2:" + h.port} {
		for _, q := range []request{
			{method: "GET", path: "/authorize?" + asking().encode()},
			{method: "GET", path: "/u/login?state=x"},
			{method: "POST", path: "/u/login"},
			{method: "GET", path: "/v2/logout"},
			{method: "GET", path: "/oidc/logout"},
			{method: "POST", path: "/oauth/token", body: machine().encode()},
			{method: "POST", path: "/oauth/revoke"},
			{method: "OPTIONS", path: "/oauth/token"},
			{method: "GET", path: "/userinfo"},
		} {
			q.header = map[string]string{"Host": host, "Origin": app, "Content-Type": asForm, "Access-Control-Request-Method": "POST"}
			resp, body := h.send(t, q)
			if resp.StatusCode != 403 || !strings.Contains(body, "is not this tenant") || resp.Header.Get("Set-Cookie") != "" || resp.Header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s as %s: got %d %s", q.path, host, resp.StatusCode, body)
			}
		}
	}
}

func TestWrongMethodsOfTheSignInRoutes(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct{ method, path, allow string }{
		{"POST", "/authorize", "GET, HEAD"},
		{"PUT", "/u/login", "GET, HEAD, POST"},
		{"GET", "/oauth/token", "POST, OPTIONS"},
		{"DELETE", "/oauth/revoke", "POST, OPTIONS"},
		{"POST", "/v2/logout", "GET, HEAD"},
	} {
		resp, _ := h.send(t, request{method: tt.method, path: tt.path})
		if got := resp.Header.Get("Allow"); resp.StatusCode != 405 || got != tt.allow {
			t.Errorf("%s %s: got %d, Allow %q", tt.method, tt.path, resp.StatusCode, got)
		}
	}
}

func TestAnOutageClosesTheSignInRoutes(t *testing.T) {
	h := open(t, nil)
	h.do(t, "POST", "/dev/outage?for=30s", &state{})
	for method, paths := range map[string][]string{
		"GET":     {"/authorize", "/u/login", "/v2/logout", "/oidc/logout", "/userinfo"},
		"POST":    {"/u/login", "/oauth/token", "/oauth/revoke", "/userinfo"},
		"OPTIONS": {"/oauth/token"},
	} {
		for _, path := range paths {
			if resp, _ := h.send(t, request{method: method, path: path}); resp.StatusCode != 503 {
				t.Errorf("%s %s: got %d", method, path, resp.StatusCode)
			}
		}
	}
	if resp, _ := h.send(t, request{method: "POST", path: "/dev/lifetime?access=30s"}); resp.StatusCode != 200 {
		t.Errorf("/dev/lifetime: got %d", resp.StatusCode)
	}
}
