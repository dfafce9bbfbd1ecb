package devtenant_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

// stranger sends to a tenant without a network in between.
func stranger(t testing.TB) http.Handler {
	t.Helper()
	tenant, err := devtenant.New(devtenant.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return tenant.Handler()
}

func FuzzFile(f *testing.F) {
	f.Add([]byte(household))
	f.Add([]byte(`{"users":[{"name":"ada","permissions":["a"]}],"clients":[{"id":"a","secret":"b"}]}`))
	f.Add([]byte("users:\n- &a {name: |\n    x\n  }\n- *a\n- !!str 1\n? {}\n: []\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		users, clients, err := devtenant.ParseFile(data)
		if err != nil {
			if users != nil || clients != nil {
				t.Fatalf("half a file beside the error %v", err)
			}
			return
		}
		if len(users)+len(clients) == 0 {
			t.Fatal("nothing, and no error")
		}
		for _, u := range users {
			if u.Name == "" || u.Subject == "" {
				t.Fatalf("got %+v", u)
			}
		}
	})
}

func FuzzTokenRequest(f *testing.F) {
	h := stranger(f)
	f.Add(true, []byte(redeeming("x").encode()))
	f.Add(true, []byte(machine().encode()))
	f.Add(false, []byte(inJSON(machine())))
	f.Add(false, []byte(`{"grant_type":["client_credentials"],"a":{"b":null}}`))
	f.Fuzz(func(t *testing.T, form bool, body []byte) {
		kind := asJSON
		if form {
			kind = asForm
		}
		r := httptest.NewRequest("POST", "/oauth/token", strings.NewReader(string(body)))
		r.Host = "localhost:6061"
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if !slices.Contains([]int{200, 400, 401, 403, 413}, w.Code) || w.Code == 200 && !strings.Contains(string(body), "machine") {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
	})
}

func FuzzAuthorizeQuery(f *testing.F) {
	h := stranger(f)
	f.Add(asking().encode())
	f.Add(asking().with(values{"prompt": "none", "response_mode": "web_message", "redirect_uri": app, "state": "</script>"}).encode())
	f.Add("client_id=spa&redirect_uri=" + url.QueryEscape(callback) + "&max_age=1&state=%0d%0a")
	callbacks := devtenant.DefaultClients()[0].Callbacks
	f.Fuzz(func(t *testing.T, query string) {
		r := httptest.NewRequest("GET", "/authorize", nil)
		r.Host = "localhost:6061"
		r.URL.RawQuery = query
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if !slices.Contains([]int{200, 302, 400, 403, 414}, w.Code) {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
		to, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		if w.Code == 302 && to != "/u/login" && !slices.Contains(callbacks, to) {
			t.Fatalf("sent to %q", w.Header().Get("Location"))
		}
		if strings.Count(w.Body.String(), "</script") > 1 {
			t.Fatalf("a text ended the script: %s", w.Body)
		}
	})
}

// FuzzMint has whoever knows the secret, and whoever does not, ask for tokens.
func FuzzMint(f *testing.F) {
	tenant, err := devtenant.New(devtenant.Options{Secret: "the-secret-of-this-tenant"})
	if err != nil {
		f.Fatal(err)
	}
	h := tenant.Handler()
	for _, body := range []string{`{"user":"ada"}`, `{"user":"ada","lifetime":"1e9h"}`, `{"user":"ada"}{}`, "user=ada&user=grace", "user=ada&lifetime=90s", "%zz", "[", ""} {
		f.Add(body, "Bearer the-secret-of-this-tenant", asJSON)
		f.Add(body, "bearer the-secret-of-this-tenant", asForm)
		f.Add(body, "Bearer the-secret-of-this-tenan", asForm+"; charset=x")
	}
	f.Fuzz(func(t *testing.T, body, authorization, kind string) {
		r := httptest.NewRequest("POST", "/dev/token", strings.NewReader(body))
		r.Host = "localhost:6061"
		r.Header["Authorization"] = []string{authorization}
		r.Header["Content-Type"] = []string{kind}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if !slices.Contains([]int{200, 400, 401, 403, 413, 415}, w.Code) {
			t.Fatalf("got %d %s", w.Code, w.Body)
		}
		scheme, secret, _ := strings.Cut(authorization, " ")
		if knows := strings.EqualFold(scheme, "bearer") && secret == "the-secret-of-this-tenant"; w.Code == 200 && !knows || knows == (w.Code == 401) {
			t.Fatalf("with %q got %d %s", authorization, w.Code, w.Body)
		}
		if w.Code == 200 && strings.Count(body, "ada")+strings.Count(body, "grace")+strings.Count(body, "alan") == 0 && strings.Contains(body, "user") {
			if strings.ContainsAny(body, `\%`) {
				return // an escape may spell a name
			}
			t.Fatalf("a token for nobody of this tenant: %q", body)
		}
	})
}

// FuzzLogin posts forms to the login page. Nobody is signed in without having
// been asked who they are.
func FuzzLogin(f *testing.F) {
	h := stranger(f)
	for _, form := range []string{"state=x&user=ada", "user=ada", "state=%00&user=ada&user=grace", "state=x&deny=1", "%", "state=" + strings.Repeat("x", 10000)} {
		f.Add(form, "")
		f.Add(form, "did=x; auth0=y; postern_session=z")
	}
	f.Fuzz(func(t *testing.T, form, cookie string) {
		r := httptest.NewRequest("POST", "/u/login", strings.NewReader(form))
		r.Host = "localhost:6061"
		r.Header["Content-Type"] = []string{asForm}
		r.Header["Sec-Fetch-Site"] = []string{"same-origin"}
		r.Header["Cookie"] = []string{cookie}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if w.Code < 400 || w.Code >= 500 || w.Header().Get("Set-Cookie") != "" || w.Header().Get("Location") != "" {
			t.Fatalf("got %d with %v: %s", w.Code, w.Header(), w.Body)
		}
	})
}
