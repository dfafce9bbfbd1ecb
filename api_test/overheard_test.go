package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
)

// clientSecret is that of the tenant's client for sessions: long and odd, so that
// it is found wherever it is written.
const clientSecret = "kV3xQ9mZt7LbR2wYc8HsJ5nPfD4gUe6A"

// overheard tells the record which secrets pass between a tenant and those who
// talk to it: servers with sessions, and browsers.
func overheard(tenant http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		hearRequest(r, body)
		o := &overhears{ResponseWriter: w}
		tenant.ServeHTTP(o, r)
		if at, err := url.Parse(w.Header().Get("Location")); err == nil {
			hearForm(at.Query())
		}
		hearTokens(o.body.Bytes())
	})
}

func hearRequest(r *http.Request, body []byte) {
	written.Header(r.Header)
	if _, secret, ok := r.BasicAuth(); ok {
		written.Secret("client secret", secret)
	}
	if form, err := url.ParseQuery(string(body)); err == nil {
		hearForm(form)
	}
}

// secretParameters are those of forms, and of addresses to which browsers are sent
// back, that nobody else may read.
var secretParameters = map[string]string{
	"code": "code", "code_verifier": "PKCE verifier", "refresh_token": "refresh token", "token": "refresh token",
	"client_secret": "client secret", "logout_token": "logout token",
}

func hearForm(form url.Values) {
	for name, kind := range secretParameters {
		for _, value := range form[name] {
			written.Secret(kind, value)
		}
	}
}

func hearTokens(answer []byte) {
	var tokens struct {
		Access  string `json:"access_token"`
		ID      string `json:"id_token"`
		Refresh string `json:"refresh_token"`
	}
	if json.Unmarshal(answer, &tokens) == nil {
		written.Secret("access token", tokens.Access)
		written.Secret("ID token", tokens.ID)
		written.Secret("refresh token", tokens.Refresh)
	}
}

// overhears keeps an answer that is not long, as those with tokens are.
type overhears struct {
	http.ResponseWriter
	body bytes.Buffer
}

func (o *overhears) Write(text []byte) (int, error) {
	if o.body.Len()+len(text) <= 64<<10 {
		o.body.Write(text)
	}
	return o.ResponseWriter.Write(text)
}

func (o *overhears) Unwrap() http.ResponseWriter { return o.ResponseWriter }
