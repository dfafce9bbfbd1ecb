package devtenant_test

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

func TestALoginBringsTokens(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		user, ask, scope string
		permissions      []any
	}{
		{"ada", "openid profile email read:notes delete:all", "openid profile email read:notes", []any{"read:admin-messages", "read:notes", "write:notes", "write:announcements"}},
		{"grace", "openid profile email read:notes", "openid profile email", []any{}},
		{"alan", "openid email read:notes write:notes", "openid email read:notes", []any{"read:notes"}},
	} {
		t.Run(tt.user, func(t *testing.T) {
			b := h.browser()
			back := b.login(t, tt.user, asking().with(values{"scope": tt.ask}))
			if back.Get("state") != "the state" || len(back) != 2 {
				t.Errorf("got %v, want code and state", back)
			}
			got := b.tokens(t, redeeming(back.Get("code")), 200)
			if got.TokenType != "Bearer" || got.ExpiresIn != 86400 || got.Scope != tt.scope || got.RefreshToken != "" {
				t.Errorf("got %+v", got)
			}
			access, err := h.verify(t, got.AccessToken)
			now := float64(h.clock.now().Unix())
			want := map[string]any{
				"iss": h.issuer, "sub": "auth0|" + tt.user, "aud": []any{devtenant.DefaultAudience, h.issuer + "userinfo"},
				"azp": "spa", "scope": tt.scope, "permissions": tt.permissions, "iat": now, "exp": now + 86400,
				"auth_time": now,
			}
			if err != nil || !reflect.DeepEqual(access, want) {
				t.Errorf("access token %v, %v\nwant %v", access, err, want)
			}
			h.checkIDToken(t, got.IDToken, tt.user, strings.Contains(tt.ask, "profile"))
		})
	}
}

func (h *house) checkIDToken(t *testing.T, token, user string, withProfile bool) {
	t.Helper()
	claims, err := h.verify(t, token)
	if err != nil {
		t.Fatal(err)
	}
	if sid, _ := claims["sid"].(string); len(sid) < 20 {
		t.Errorf("got sid %q", sid)
	}
	delete(claims, "sid")
	now := float64(h.clock.now().Unix())
	want := map[string]any{
		"iss": h.issuer, "sub": "auth0|" + user, "aud": "spa", "nonce": "the nonce", "iat": now, "exp": now + 36000,
		"email": user + "@example.com", "email_verified": true, "name": user, "nickname": user,
	}
	if !withProfile {
		delete(want, "name")
		delete(want, "nickname")
	}
	if !reflect.DeepEqual(claims, want) {
		t.Errorf("ID token %v\nwant %v", claims, want)
	}
}

func TestASessionSignsInSilently(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	silent := asking().with(values{"prompt": "none", "response_mode": "web_message", "redirect_uri": app})
	frame := func() (map[string]string, string) {
		resp, body := b.get(t, "/authorize?"+silent.encode())
		return message(t, resp, body)
	}
	if got, origin := frame(); got["error"] != "login_required" || got["error_description"] != "Login required" || got["state"] != "the state" || origin != app {
		t.Errorf("before the login: %v for %s", got, origin)
	}
	b.signIn(t, "ada", asking())
	got, origin := frame()
	if got["code"] == "" || got["state"] != "the state" || origin != app {
		t.Fatalf("got %v for %s", got, origin)
	}
	tokens := b.tokens(t, redeeming(got["code"]).with(values{"redirect_uri": app}), 200)
	if claims, err := h.verify(t, tokens.IDToken); err != nil || claims["sub"] != "auth0|ada" {
		t.Errorf("got %v, %v", claims, err)
	}
	resp, _ := b.get(t, "/authorize?"+asking().encode())
	if redirected(t, resp, callback).Get("code") == "" {
		t.Error("a second app must not ask again")
	}
	h.clock.advance(3 * 24 * time.Hour)
	if got, _ := frame(); got["error"] != "login_required" {
		t.Errorf("after the session's end: %v", got)
	}
}

func TestTheCookieStaysInTheBrowser(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	id, _ := b.begin(t, asking())
	resp, _ := b.submit(t, "/u/login", values{"state": id, "user": "ada"})
	cookies := resp.Cookies()
	if len(cookies) != 1 {
		t.Fatalf("got %v", cookies)
	}
	c := cookies[0]
	if c.Name != "postern_tenant_"+h.port || !c.HttpOnly || c.SameSite != http.SameSiteLaxMode || c.Path != "/" || c.Domain != "" || len(c.Value) != 43 {
		t.Errorf("got %+v", c)
	}
}

func TestPromptsAndAgesAskAgain(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	b.signIn(t, "ada", asking())
	h.clock.advance(time.Minute)
	for _, tt := range []struct {
		change values
		asks   bool
	}{
		{nil, false},
		{values{"prompt": "consent"}, false},
		{values{"prompt": "login"}, true},
		{values{"prompt": "consent select_account"}, true},
		{values{"max_age": "0"}, true},
		{values{"max_age": "59"}, true},
		{values{"max_age": "61"}, false},
		{values{"screen_hint": "signup", "organization": "org_1", "ui_locales": "de", "connection": "google"}, false},
	} {
		resp, _ := b.get(t, "/authorize?"+asking().with(tt.change).encode())
		if asks := strings.HasPrefix(resp.Header.Get("Location"), "/u/login?state="); asks != tt.asks {
			t.Errorf("%v: went to %s", tt.change, resp.Header.Get("Location"))
		}
	}
	got := b.signIn(t, "alan", asking().with(values{"max_age": "0"}))
	claims, err := h.verify(t, got.IDToken)
	if err != nil || claims["auth_time"] != float64(h.clock.now().Unix()) || claims["sub"] != "auth0|alan" {
		t.Errorf("got %v, %v", claims, err)
	}
}

func TestTheLoginPageShowsWhoMayWhat(t *testing.T) {
	h := open(t, func(o *devtenant.Options) {
		o.Users = []devtenant.User{{Name: `<b>"ann"`, Subject: "1", Permissions: []string{"a&b"}}, {Name: "bob", Subject: "2", Email: "bob@example.com"}}
	})
	_, page := h.browser().begin(t, asking().with(values{"login_hint": "bob@example.com", "audience": "-", "scope": "<script>"}))
	for _, want := range []string{
		`value="&lt;b&gt;&#34;ann&#34;">`, `<code>a&amp;b</code>`,
		`value="bob" autofocus>`, `no permissions`, `bob@example.com`,
		`<strong>spa</strong> at localhost:4040`, `&lt;script&gt;`, `no <code>audience</code>`, `name="cancel"`,
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
	if strings.Contains(page, "<script") || strings.Contains(page, "<b>") {
		t.Error("the page takes over foreign markup")
	}
}

func TestThePagesPolicyLetsTheAppHaveItsAnswer(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	id, page := b.begin(t, asking())
	resp, _ := b.get(t, "/u/login?state="+id)
	policy := resp.Header.Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'none'; base-uri 'none'; style-src 'nonce-") || strings.Contains(policy, "form-action") {
		t.Errorf("got %s", policy)
	}
	if resp.Header.Get("Referrer-Policy") != "same-origin" || resp.Header.Get("Cache-Control") != "no-store" || !strings.Contains(page, `<style nonce="`) {
		t.Errorf("got %v", resp.Header)
	}
}

func TestACancelledLoginTellsTheApp(t *testing.T) {
	b := open(t, nil).browser()
	id, _ := b.begin(t, asking())
	resp, _ := b.submit(t, "/u/login", values{"state": id, "cancel": "yes"})
	want := url.Values{"error": {"access_denied"}, "error_description": {"User did not authorize the request"}, "state": {"the state"}}
	if got := redirected(t, resp, callback); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if !strings.Contains(resp.Header.Get("Location"), "User%20did%20not") {
		t.Errorf("blanks must be %%20: %s", resp.Header.Get("Location"))
	}
	if resp, _ := b.submit(t, "/u/login", values{"state": id, "user": "ada"}); resp.StatusCode != 400 {
		t.Errorf("the form was good twice: %d", resp.StatusCode)
	}
}

func TestAPopupGetsAMessage(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	popup := asking().with(values{"response_mode": "web_message", "redirect_uri": app + "/", "state": "</script><script>alert(1)//"})
	id, _ := b.begin(t, popup)
	resp, body := b.submit(t, "/u/login", values{"state": id, "user": "grace"})
	got, origin := message(t, resp, body)
	if got["code"] == "" || got["state"] != popup["state"] || origin != app {
		t.Errorf("got %v for %s", got, origin)
	}
	b.tokens(t, redeeming(got["code"]).with(values{"redirect_uri": app + "/"}), 200)

	id, _ = b.begin(t, popup.with(values{"prompt": "login"}))
	resp, body = b.submit(t, "/u/login", values{"state": id, "cancel": "yes"})
	if got, _ := message(t, resp, body); got["error"] != "access_denied" {
		t.Errorf("got %v", got)
	}
}

func TestWithoutAnAudienceTheTokenIsOpaque(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	got := b.signIn(t, "ada", asking().with(values{"audience": "-"}))
	if strings.Contains(got.AccessToken, ".") || len(got.AccessToken) != 43 || got.Scope != "openid profile email" || got.ExpiresIn != 86400 {
		t.Errorf("got %+v", got)
	}
	if _, body := h.send(t, bearing(got.AccessToken)); body != `{"sub":"auth0|ada","name":"ada","nickname":"ada","email":"ada@example.com","email_verified":true}`+"\n" {
		t.Errorf("got %s", body)
	}
	h.clock.advance(24 * time.Hour)
	if resp, body := h.send(t, bearing(got.AccessToken)); resp.StatusCode != 401 {
		t.Errorf("after its end: %d %s", resp.StatusCode, body)
	}
}

func bearing(token string) request {
	return request{"GET", "/userinfo", "", map[string]string{"Authorization": "Bearer " + token, "Origin": app}}
}

func TestALogoutEndsTheSession(t *testing.T) {
	h := open(t, nil)
	for _, tt := range []struct {
		name, path, to string
		query          values
	}{
		{"Auth0's", "/v2/logout", app, values{"client_id": "spa", "returnTo": app, "auth0Client": "x"}},
		{"with a query", "/v2/logout", app + "?bye=1#x", values{"client_id": "spa", "returnTo": app + "?bye=1#x"}},
		{"to the first address", "/v2/logout", app, values{"client_id": "spa"}},
		{"to nowhere", "/v2/logout", "", nil},
		{"OpenID Connect's", "/oidc/logout", app + "?state=a%20b", values{"client_id": "spa", "post_logout_redirect_uri": app, "state": "a b"}},
		{"by a hint", "/oidc/logout", app, values{"id_token_hint": "HINT", "post_logout_redirect_uri": app}},
		{"by both", "/oidc/logout", app, values{"id_token_hint": "HINT", "client_id": "spa", "post_logout_redirect_uri": app}},
		{"to stay", "/oidc/logout", "", values{"id_token_hint": "HINT"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := h.browser()
			tokens := b.signIn(t, "ada", asking())
			h.clock.advance(11 * time.Hour) // a hint may have expired
			query := tt.query.with(nil)
			if query["id_token_hint"] != "" {
				query["id_token_hint"] = tokens.IDToken
			}
			resp, body := b.get(t, tt.path+"?"+query.encode())
			if tt.to != "" && (resp.StatusCode != 302 || resp.Header.Get("Location") != tt.to) {
				t.Errorf("got %d, %s", resp.StatusCode, resp.Header.Get("Location"))
			}
			if tt.to == "" && (resp.StatusCode != 200 || !strings.Contains(body, "Signed out")) {
				t.Errorf("got %d, %s", resp.StatusCode, body)
			}
			b.begin(t, asking())
		})
	}
}

func TestANewLoginReplacesTheSession(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	b.signIn(t, "ada", asking())
	at, _ := url.Parse(h.url)
	before := slices.Clone(b.client.Jar.Cookies(at))
	b.signIn(t, "alan", asking().with(values{"prompt": "login"}))
	thief := h.browser()
	thief.client.Jar.SetCookies(at, before)
	thief.begin(t, asking()) // the former cookie is worth nothing
}
