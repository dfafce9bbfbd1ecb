package devtenant_test

import (
	"sync"
	"testing"
	"time"
)

func refreshing(token string) values {
	return values{"grant_type": "refresh_token", "client_id": "spa", "refresh_token": token, "redirect_uri": app}
}

func offline() values {
	return asking().with(values{"scope": "openid profile email offline_access read:notes"})
}

func TestRefreshTokensRotate(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	first := b.signIn(t, "ada", offline())
	if first.RefreshToken == "" || first.Scope != "openid profile email offline_access read:notes" {
		t.Fatalf("got %+v", first)
	}
	h.clock.advance(time.Hour)
	second := b.tokens(t, refreshing(first.RefreshToken), 200)
	if second.RefreshToken == "" || second.RefreshToken == first.RefreshToken || second.Scope != first.Scope {
		t.Errorf("got %+v", second)
	}
	id, err := h.verify(t, second.IDToken)
	old, _ := h.verify(t, first.IDToken)
	if err != nil || id["nonce"] != nil || id["sid"] != old["sid"] || id["sub"] != "auth0|ada" {
		t.Errorf("got %v, %v", id, err)
	}
	narrow := b.tokens(t, refreshing(second.RefreshToken).with(values{"scope": "read:notes write:notes"}), 200)
	if narrow.Scope != "read:notes" || narrow.IDToken != "" {
		t.Errorf("got %+v", narrow)
	}
	if wide := b.tokens(t, refreshing(narrow.RefreshToken), 200); wide.Scope != first.Scope {
		t.Errorf("a narrow token must not narrow the grant: %+v", wide)
	}
}

func TestAReusedRefreshTokenKillsTheFamily(t *testing.T) {
	b := open(t, nil).browser()
	first := b.signIn(t, "ada", offline())
	second := b.tokens(t, refreshing(first.RefreshToken), 200)
	other := b.tokens(t, redeeming(b.login(t, "ada", offline().with(values{"prompt": "login"})).Get("code")), 200)
	for _, token := range []string{first.RefreshToken, second.RefreshToken} {
		if got := b.tokens(t, refreshing(token), 403); got.Error != "invalid_grant" || got.Description != "Unknown or invalid refresh token." {
			t.Errorf("got %+v", got)
		}
	}
	b.tokens(t, refreshing(other.RefreshToken), 200) // another login's family lives
}

func TestAReusedCodeKillsWhatItIssued(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	code := b.login(t, "ada", offline().with(values{"audience": "-"})).Get("code")
	got := b.tokens(t, redeeming(code), 200)
	h.clock.advance(30 * time.Minute)
	if again := b.tokens(t, redeeming(code), 403); again.Description != "Invalid authorization code" {
		t.Errorf("got %+v", again)
	}
	b.tokens(t, refreshing(got.RefreshToken), 403)
	if resp, _ := h.send(t, bearing(got.AccessToken)); resp.StatusCode != 401 {
		t.Errorf("the opaque token lives: %d", resp.StatusCode)
	}
}

func TestRevocationKillsTheFamily(t *testing.T) {
	h := open(t, nil)
	for _, kind := range []string{asForm, asJSON} {
		b := h.browser()
		first := b.signIn(t, "ada", offline())
		second := b.tokens(t, refreshing(first.RefreshToken), 200)
		body := values{"client_id": "spa", "token": first.RefreshToken, "token_type_hint": "refresh_token"}.encode()
		if kind == asJSON {
			body = `{"client_id":"spa","token":"` + first.RefreshToken + `"}`
		}
		resp, answer := h.send(t, request{"POST", "/oauth/revoke", body, map[string]string{"Content-Type": kind, "Origin": app}})
		if resp.StatusCode != 200 || answer != "" || resp.Header.Get("Access-Control-Allow-Origin") != app {
			t.Errorf("%s: got %d %s", kind, resp.StatusCode, answer)
		}
		b.tokens(t, refreshing(second.RefreshToken), 403)
	}
}

func TestLifetimes(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	late := b.login(t, "ada", asking()).Get("code")
	h.clock.advance(time.Minute)
	b.tokens(t, redeeming(late), 403)

	idle := b.signIn(t, "ada", offline().with(values{"prompt": "login"}))
	h.clock.advance(15 * 24 * time.Hour)
	b.tokens(t, refreshing(idle.RefreshToken), 403)

	token := b.signIn(t, "ada", offline().with(values{"prompt": "login"})).RefreshToken
	for range 4 { // used often, it lives for a month and no longer
		h.clock.advance(7 * 24 * time.Hour)
		token = b.tokens(t, refreshing(token), 200).RefreshToken
	}
	h.clock.advance(2 * 24 * time.Hour)
	b.tokens(t, refreshing(token), 403)

	id, _ := b.begin(t, asking().with(values{"prompt": "login"}))
	h.clock.advance(10 * time.Minute)
	if resp, _ := b.submit(t, "/u/login", values{"state": id, "user": "ada"}); resp.StatusCode != 400 {
		t.Errorf("a login page left open: %d", resp.StatusCode)
	}
}

func TestTheLifetimeOfAccessTokensCanBeShort(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	var now struct{ AccessSeconds float64 }
	h.do(t, "GET", "/dev/state", &now)
	if now.AccessSeconds != 86400 {
		t.Errorf("got %v", now)
	}
	h.do(t, "POST", "/dev/lifetime?access=30s", &now)
	if now.AccessSeconds != 30 {
		t.Errorf("got %v", now)
	}
	first := b.signIn(t, "ada", offline())
	opaque := b.tokens(t, redeeming(b.login(t, "ada", asking().with(values{"audience": "-", "prompt": "login"})).Get("code")), 200)
	if first.ExpiresIn != 30 || opaque.ExpiresIn != 30 {
		t.Errorf("got %d, %d", first.ExpiresIn, opaque.ExpiresIn)
	}
	h.clock.advance(30 * time.Second)
	for _, token := range []string{first.AccessToken, opaque.AccessToken} {
		if resp, _ := h.send(t, bearing(token)); resp.StatusCode != 401 {
			t.Errorf("alive after its end: %d", resp.StatusCode)
		}
	}
	b.tokens(t, refreshing(first.RefreshToken), 200)
	for _, path := range []string{"/dev/lifetime", "/dev/lifetime?access=0s", "/dev/lifetime?access=721h", "/dev/lifetime?refresh=1h"} {
		if resp, _ := h.send(t, request{method: "POST", path: path}); resp.StatusCode != 400 {
			t.Errorf("%s: %d", path, resp.StatusCode)
		}
	}
}

// The drill breaks tokens, not the login.
func TestASkewedClockSignsNobodyOut(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	token := b.signIn(t, "ada", offline()).RefreshToken
	code := b.login(t, "ada", asking().with(values{"prompt": "login"})).Get("code")
	h.do(t, "POST", "/dev/skew?by=24h", &state{})
	b.tokens(t, refreshing(token), 200)
	fresh := b.tokens(t, redeeming(code), 200)
	if resp, body := h.send(t, bearing(fresh.AccessToken)); resp.StatusCode != 200 {
		t.Errorf("the tenant does not know its own time: %d %s", resp.StatusCode, body)
	}
	h.do(t, "POST", "/dev/skew?by=-1h", &state{})
	claims, err := h.verify(t, b.signIn(t, "ada", asking().with(values{"max_age": "0"})).IDToken)
	if want := float64(h.clock.now().Add(-time.Hour).Unix()); err != nil || claims["auth_time"] != want || claims["iat"] != want {
		t.Errorf("got %v, %v", claims, err)
	}
}

func TestOfManyOnlyOneGetsTheTokens(t *testing.T) {
	b := open(t, nil).browser()
	token := b.signIn(t, "ada", offline()).RefreshToken
	code := b.login(t, "ada", offline().with(values{"prompt": "login"})).Get("code")
	for name, form := range map[string]values{"code": redeeming(code), "refresh token": refreshing(token)} {
		var mu sync.Mutex
		var all sync.WaitGroup
		won := 0
		for range 8 {
			all.Go(func() {
				resp, _ := b.fetch(t, "/oauth/token", form)
				mu.Lock()
				defer mu.Unlock()
				if resp.StatusCode == 200 {
					won++
				}
			})
		}
		all.Wait()
		if won > 1 { // none is right too: a second use calls back what is under way
			t.Errorf("%s: %d got tokens", name, won)
		}
	}
}

func TestWhatIsPendingIsBounded(t *testing.T) {
	h := open(t, nil)
	b := h.browser()
	first, _ := b.begin(t, asking())
	var last string
	for range 500 {
		last, _ = b.begin(t, asking())
	}
	for id, status := range map[string]int{first: 400, last: 200} {
		if resp, _ := b.get(t, "/u/login?state="+id); resp.StatusCode != status {
			t.Errorf("got %d, want %d", resp.StatusCode, status)
		}
	}
	h.clock.advance(10 * time.Minute)
	b.begin(t, asking()) // what is over makes room
}
