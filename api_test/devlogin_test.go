package api_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

// signer is a browser without a page: it keeps cookies and signs in at the
// tenant of a running `postern dev`.
type signer struct {
	at     origins
	client *http.Client
}

func (at origins) signer(t *testing.T) *signer {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &signer{at, &http.Client{Jar: jar, CheckRedirect: stay}}
}

// grant is what the tenant gives for a login.
type grant struct {
	Access  string `json:"access_token"`
	ID      string `json:"id_token"`
	Refresh string `json:"refresh_token"`
}

// signIn goes the whole way of a page: authorization code with PKCE. More are
// further parameters, such as max_age.
func (v *signer) signIn(t *testing.T, user string, more map[string]string) grant {
	t.Helper()
	const verifier = "a-verifier-that-is-forty-three-characters-long"
	sum := sha256.Sum256([]byte(verifier))
	ask := url.Values{
		"client_id": {"spa"}, "response_type": {"code"}, "redirect_uri": {"http://localhost:4040/callback"}, "state": {"s"}, "nonce": {"n"},
		"scope": {"openid offline_access"}, "audience": {devtenant.DefaultAudience},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	for name, value := range more {
		ask.Set(name, value)
	}
	to := v.redirected(t, v.get(t, "/authorize?"+ask.Encode()))
	if state := to.Query().Get("state"); to.Path == "/u/login" {
		to = v.redirected(t, v.post(t, "/u/login", url.Values{"state": {state}, "user": {user}}))
	}
	return v.redeem(t, url.Values{"grant_type": {"authorization_code"}, "code": {to.Query().Get("code")}, "code_verifier": {verifier}})
}

func (v *signer) redeem(t *testing.T, form url.Values) (got grant) {
	t.Helper()
	form.Set("client_id", "spa")
	form.Set("redirect_uri", "http://localhost:4040/callback")
	answer := v.post(t, "/oauth/token", form)
	if err := json.NewDecoder(answer.Body).Decode(&got); err != nil || answer.StatusCode != 200 {
		t.Fatalf("the tenant gives no token: %d %v", answer.StatusCode, err)
	}
	return got
}

func (v *signer) get(t *testing.T, path string) *http.Response { return v.knock(t, "GET", path, nil) }

func (v *signer) post(t *testing.T, path string, form url.Values) *http.Response {
	return v.knock(t, "POST", path, form)
}

func (v *signer) knock(t *testing.T, method, path string, form url.Values) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, v.at.tenant+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = answer.Body.Close() })
	return answer
}

func (v *signer) redirected(t *testing.T, answer *http.Response) *url.URL {
	t.Helper()
	to, err := answer.Location()
	if err != nil {
		body, _ := io.ReadAll(answer.Body)
		t.Fatalf("%d %s: %v", answer.StatusCode, body, err)
	}
	return to
}

// ask calls the API with the token and returns its status and the code of its
// refusal.
func (v *signer) ask(t *testing.T, path, token string) (status int, code string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), "GET", v.at.api+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+token)
	answer, err := v.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	var body struct{ Code string }
	_ = json.NewDecoder(answer.Body).Decode(&body)
	return answer.StatusCode, body.Code
}
