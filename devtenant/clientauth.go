package devtenant

import (
	"net/http"
	"net/url"
)

// authenticate finds the client that sends a request: by its id alone, or by
// id and secret in the body or in the header (RFC 6749, section 2.3.1) if it
// has one. What is wrong stays untold, as with Auth0; the log says it.
func (t *Tenant) authenticate(w http.ResponseWriter, r *http.Request, in params) (Client, error) {
	id, secret, byHeader := basicCredentials(r)
	if !byHeader {
		var err error
		if id, err = in.required("client_id"); err != nil {
			return Client{}, err
		}
		secret = in["client_secret"]
	}
	client, known := findClient(t.opts.Clients, id)
	switch {
	case !known:
		t.opts.Log.Warn("development tenant does not know a client", "client", id)
	case client.Secret != "" && !sameSecret(secret, client.Secret):
		t.opts.Log.Warn("development tenant was shown a wrong client secret, or none", "client", id)
	default:
		return client, nil
	}
	if byHeader {
		w.Header().Set("WWW-Authenticate", `Basic realm="development tenant"`)
	}
	return Client{}, refusef(http.StatusUnauthorized, "access_denied", "Unauthorized")
}

// basicCredentials undoes the form encoding under the header's own.
func basicCredentials(r *http.Request) (id, secret string, ok bool) {
	user, password, ok := r.BasicAuth()
	if !ok {
		return "", "", false
	}
	id, idErr := url.QueryUnescape(user)
	secret, secretErr := url.QueryUnescape(password)
	if idErr != nil || secretErr != nil {
		return user, password, true
	}
	return id, secret, true
}
