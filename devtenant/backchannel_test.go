package devtenant_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

// listener is a client that is told of logouts.
type listener struct {
	url   string
	heard chan string
}

func listen(t *testing.T, status int) *listener {
	t.Helper()
	l := &listener{heard: make(chan string, 10)}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		l.heard <- r.Method + " " + r.Header.Get("Content-Type") + " " + string(body)
		w.Header().Set("Location", "/elsewhere")
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	l.url = server.URL + "/logout"
	return l
}

// claims are those of the one logout token that was heard.
func (l *listener) claims(t *testing.T, h *house) map[string]any {
	t.Helper()
	if len(l.heard) != 1 {
		t.Fatalf("%d calls, want one", len(l.heard))
	}
	token, ok := strings.CutPrefix(<-l.heard, "POST application/x-www-form-urlencoded logout_token=")
	claims, err := h.verify(t, token)
	if !ok || err != nil {
		t.Fatalf("%q: %v", token, err)
	}
	first, _, _ := strings.Cut(token, ".")
	if header, _ := base64.RawURLEncoding.DecodeString(first); !strings.Contains(string(header), `"typ":"logout+jwt"`) {
		t.Errorf("its header is %s", header)
	}
	return claims
}

func (l *listener) mustHearNothing(t *testing.T, when string) {
	t.Helper()
	if len(l.heard) != 0 {
		t.Errorf("%s: heard %s", when, <-l.heard)
	}
}

// telling has the clients spa and other told by these.
func telling(spa, other *listener) func(*devtenant.Options) {
	return func(o *devtenant.Options) {
		o.Clients = devtenant.DefaultClients()
		o.Clients[0].BackchannelLogoutURI = spa.url
		another := o.Clients[0]
		another.ID, another.BackchannelLogoutURI = "other", other.url
		o.Clients = append(o.Clients, another)
	}
}

func TestALogoutIsToldToTheAppsOfTheSession(t *testing.T) {
	for _, path := range []string{"/v2/logout?client_id=spa", "/oidc/logout?client_id=spa"} {
		spa, other := listen(t, 200), listen(t, 200)
		h := open(t, telling(spa, other))
		b := h.browser()
		b.get(t, path)
		spa.mustHearNothing(t, "nobody was signed in")
		tokens := b.tokens(t, redeeming(b.login(t, "ada", asking()).Get("code")), 200)
		id, err := h.verify(t, tokens.IDToken)
		if err != nil {
			t.Fatal(err)
		}
		b.get(t, path)
		got, now := spa.claims(t, h), float64(h.clock.now().Unix())
		if jti, _ := got["jti"].(string); len(jti) < 20 {
			t.Errorf("jti is %q", jti)
		}
		delete(got, "jti")
		events, _ := json.Marshal(got["events"])
		delete(got, "events")
		for name, want := range map[string]any{"iss": h.issuer, "sub": "auth0|ada", "aud": "spa", "sid": id["sid"], "iat": now, "exp": now + 120} {
			if got[name] != want {
				t.Errorf("%s is %v, want %v", name, got[name], want)
			}
			delete(got, name)
		}
		if len(got) != 0 || string(events) != `{"http://schemas.openid.net/event/backchannel-logout":{}}` {
			t.Errorf("also %v, events %s", got, events)
		}
		other.mustHearNothing(t, "it had no part in the session")
		b.get(t, path)
		spa.mustHearNothing(t, "signed out already")
	}
}

func TestTheDrillSignsAUserOutEverywhere(t *testing.T) {
	spa, other := listen(t, 200), listen(t, 500)
	h := open(t, telling(spa, other))
	one, two, bystander := h.browser(), h.browser(), h.browser()
	offline := asking().with(values{"scope": "openid offline_access"})
	first := one.tokens(t, redeeming(one.login(t, "ada", offline).Get("code")), 200)
	unused := redeeming(two.login(t, "ada", offline).Get("code"))
	kept := bystander.tokens(t, redeeming(bystander.login(t, "alan", offline).Get("code")), 200)
	var got struct {
		User                       string
		Sessions                   int
		ClientsTold, ClientsMissed []string
	}
	h.do(t, "POST", "/dev/logout?user=ada", &got)
	if got.User != "ada" || got.Sessions != 2 || !slices.Equal(got.ClientsTold, []string{"spa"}) || !slices.Equal(got.ClientsMissed, []string{"other"}) {
		t.Errorf("got %+v", got)
	}
	if claims := spa.claims(t, h); claims["sub"] != "auth0|ada" || claims["sid"] != nil {
		t.Errorf("told %v: it is about all sessions", claims)
	}
	one.tokens(t, refreshing(first.RefreshToken), 403)
	two.tokens(t, unused, 403)
	bystander.tokens(t, refreshing(kept.RefreshToken), 200)
	for b, signedIn := range map[*browser]bool{one: false, two: false, bystander: true} {
		resp, _ := b.get(t, "/authorize?"+asking().with(values{"prompt": "none"}).encode())
		if at := redirected(t, resp, callback); (at.Get("code") != "") != signedIn {
			t.Errorf("got %v, signed in should be %v", at, signedIn)
		}
	}
	for _, path := range []string{"/dev/logout", "/dev/logout?user=nobody", "/dev/logout?user=ada&user=alan", "/dev/logout?usr=ada"} {
		if resp, body := h.send(t, request{method: "POST", path: path}); resp.StatusCode != 400 {
			t.Errorf("%s: %d %s", path, resp.StatusCode, body)
		}
	}
}

func TestAClientThatCannotBeToldKeepsNobodyIn(t *testing.T) {
	for name, other := range map[string]*listener{"a redirect": listen(t, 307), "a refusal": listen(t, 400), "nobody there": {url: "http://127.0.0.1:1/"}} {
		h := open(t, telling(other, other))
		b := h.browser()
		b.login(t, "ada", asking())
		b.get(t, "/v2/logout?client_id=spa")
		if resp, _ := b.get(t, "/authorize?"+asking().with(values{"prompt": "none"}).encode()); redirected(t, resp, callback).Get("error") != "login_required" {
			t.Errorf("%s: still signed in", name)
		}
		if len(other.heard) > 1 {
			t.Errorf("%s: told more than once", name)
		}
	}
}

// Times are whole seconds: a token that comes after a logout has to have a later
// one, or nobody could tell that it came after.
func TestNoTokenHasTheSecondOfALogoutBeforeIt(t *testing.T) {
	spa := listen(t, 200)
	h := open(t, func(o *devtenant.Options) {
		telling(spa, spa)(o)
		o.Clock = time.Now
	})
	for range 2 {
		before, _ := h.verify(t, h.mint(t, devtenant.MintRequest{User: "ada"}))
		h.do(t, "POST", "/dev/logout?user=ada", &struct{}{})
		other, _ := h.verify(t, h.mint(t, devtenant.MintRequest{User: "alan"}))
		after, _ := h.verify(t, h.mint(t, devtenant.MintRequest{User: "ada"}))
		<-spa.heard
		ended := spa.claims(t, h)["iat"].(float64)
		if before["iat"].(float64) > ended || after["iat"].(float64) <= ended || after["iat"].(float64) > ended+1 {
			t.Errorf("a token of %v, a logout of %v, a token of %v", before["iat"], ended, after["iat"])
		}
		if other["iat"].(float64) > ended+1 {
			t.Errorf("alan waited until %v", other["iat"])
		}
	}
}
