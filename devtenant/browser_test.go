package devtenant_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

const (
	app      = "http://localhost:4040"
	callback = app + "/callback"
	verifier = "a-verifier-that-is-long-enough-for-everybody"
)

func challenge() string {
	hash := sha256.Sum256([]byte(verifier))
	return base64.RawURLEncoding.EncodeToString(hash[:])
}

// browser is a person's, with its cookies. It follows no redirect, so that
// each can be looked at.
type browser struct {
	*house
	client *http.Client
}

func (h *house) browser() *browser {
	jar, _ := cookiejar.New(nil) // never fails
	return &browser{h, &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// values are parameters; what is nil or absent is not sent.
type values map[string]string

// with returns the values and the changes; "-" takes one away.
func (v values) with(changes values) values {
	v = maps.Clone(v)
	for name, value := range changes {
		v[name] = value
		if value == "-" {
			delete(v, name)
		}
	}
	return v
}

func (v values) encode() string {
	form := url.Values{}
	for name, value := range v {
		form.Set(name, value)
	}
	return form.Encode()
}

// asking is what auth0-spa-js sends to /authorize.
func asking() values {
	return values{
		"client_id": "spa", "scope": "openid profile email read:notes", "redirect_uri": callback,
		"audience": devtenant.DefaultAudience, "response_type": "code", "response_mode": "query",
		"state": "the state", "nonce": "the nonce", "code_challenge": challenge(), "code_challenge_method": "S256",
		"auth0Client": "eyJuYW1lIjoiYXV0aDAtc3BhLWpzIn0=",
	}
}

func redeeming(code string) values {
	return values{"grant_type": "authorization_code", "client_id": "spa", "code": code, "code_verifier": verifier, "redirect_uri": callback}
}

func (b *browser) get(t *testing.T, path string) (*http.Response, string) {
	t.Helper()
	return b.knock(t, "GET", path, "", nil)
}

// submit sends a form as the tenant's own page does.
func (b *browser) submit(t *testing.T, path string, form values) (*http.Response, string) {
	t.Helper()
	return b.knock(t, "POST", path, form.encode(), map[string]string{"Content-Type": asForm, "Sec-Fetch-Site": "same-origin"})
}

// fetch posts a form as a page of the app does.
func (b *browser) fetch(t *testing.T, path string, form values) (*http.Response, string) {
	t.Helper()
	return b.knock(t, "POST", path, form.encode(), map[string]string{
		"Content-Type": asForm, "Origin": app, "Sec-Fetch-Site": "same-site", "Auth0-Client": "x",
	})
}

func (b *browser) knock(t *testing.T, method, path, body string, header map[string]string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, b.url+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range header {
		req.Header.Set(name, value)
	}
	resp, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	read, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp, string(read)
}

// begin goes to /authorize and on to the login page; it returns the id of the
// pending authorization.
func (b *browser) begin(t *testing.T, ask values) (id, page string) {
	t.Helper()
	resp, body := b.get(t, "/authorize?"+ask.encode())
	to, _ := resp.Location()
	if resp.StatusCode != http.StatusFound || to == nil || to.Path != "/u/login" {
		t.Fatalf("no login page: %d %v %s", resp.StatusCode, to, body)
	}
	resp, page = b.get(t, to.RequestURI())
	if resp.StatusCode != http.StatusOK || resp.Header.Get("X-Frame-Options") != "DENY" {
		t.Fatalf("got %d %v", resp.StatusCode, resp.Header)
	}
	return to.Query().Get("state"), page
}

// login signs user in and returns what the app gets in its callback's query.
func (b *browser) login(t *testing.T, user string, ask values) url.Values {
	t.Helper()
	id, _ := b.begin(t, ask)
	resp, body := b.submit(t, "/u/login", values{"state": id, "user": user})
	if resp.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d %s", resp.StatusCode, body)
	}
	return redirected(t, resp, ask["redirect_uri"])
}

// redirected returns the query with which the app at address was called.
func redirected(t *testing.T, resp *http.Response, address string) url.Values {
	t.Helper()
	before, query, _ := strings.Cut(resp.Header.Get("Location"), "?")
	answer, err := url.ParseQuery(query)
	if before != address || err != nil {
		t.Fatalf("redirected to %q, want %q", resp.Header.Get("Location"), address)
	}
	return answer
}

type answer struct {
	AccessToken  string `json:"access_token"`
	IDToken      string `json:"id_token"`
	RefreshToken string `json:"refresh_token"`
	TokenType    string `json:"token_type"`
	Scope        string `json:"scope"`
	ExpiresIn    int    `json:"expires_in"`
	Error        string `json:"error"`
	Description  string `json:"error_description"`
}

// tokens posts to /oauth/token and expects the status.
func (b *browser) tokens(t *testing.T, form values, status int) (got answer) {
	t.Helper()
	resp, body := b.fetch(t, "/oauth/token", form)
	if err := json.Unmarshal([]byte(body), &got); err != nil || resp.StatusCode != status {
		t.Fatalf("got %d %s, want %d", resp.StatusCode, body, status)
	}
	if resp.Header.Get("Cache-Control") != "no-store" || resp.Header.Get("Access-Control-Allow-Origin") != app {
		t.Errorf("got headers %v", resp.Header)
	}
	return got
}

// signIn is a whole login of an app.
func (b *browser) signIn(t *testing.T, user string, ask values) answer {
	t.Helper()
	code := b.login(t, user, ask).Get("code")
	return b.tokens(t, redeeming(code).with(values{"redirect_uri": ask["redirect_uri"]}), http.StatusOK)
}

var posted = regexp.MustCompile(`postMessage\((\{.*\}), ("[^"]*")\);</script>`)

// message returns what a web_message page posts, and to which origin.
func message(t *testing.T, resp *http.Response, body string) (response map[string]string, origin string) {
	t.Helper()
	found := posted.FindStringSubmatch(body)
	if resp.StatusCode != http.StatusOK || found == nil {
		t.Fatalf("no message: %d %s", resp.StatusCode, body)
	}
	var wire struct {
		Type     string
		Response map[string]string
	}
	if err := json.Unmarshal([]byte(found[1]), &wire); err != nil || wire.Type != "authorization_response" {
		t.Fatalf("got %s, %v", found[1], err)
	}
	if err := json.Unmarshal([]byte(found[2]), &origin); err != nil {
		t.Fatal(err)
	}
	for _, header := range []string{"X-Frame-Options", "Cross-Origin-Opener-Policy"} {
		if resp.Header.Get(header) != "" {
			t.Errorf("%s must not be on a page that is framed or opened", header)
		}
	}
	nonce := regexp.MustCompile(`script-src 'nonce-([^']+)'`).FindStringSubmatch(resp.Header.Get("Content-Security-Policy"))
	if nonce == nil || !strings.Contains(body, `<script nonce="`+nonce[1]+`">`) {
		t.Errorf("the policy stops the page's own script: %v", resp.Header)
	}
	return wire.Response, origin
}
