package devtenant

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// mintToken is POST /dev/token: an access token for whoever has the secret.
func (t *Tenant) mintToken(w http.ResponseWriter, r *http.Request) error {
	if err := t.checkSecret(w, r); err != nil {
		return err
	}
	req, err := readMintRequest(r)
	if err != nil {
		return err
	}
	answer, err := t.mint(req)
	if err != nil {
		return asRefusal(err)
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// checkSecret wants the secret as a bearer token (RFC 6750, section 2.1).
func (t *Tenant) checkSecret(w http.ResponseWriter, r *http.Request) error {
	if t.opts.Secret == "" {
		return refusef(http.StatusForbidden, "access_denied", "This tenant was started without a secret and mints no tokens over HTTP.")
	}
	scheme, secret, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if strings.EqualFold(scheme, "Bearer") && sameSecret(secret, t.opts.Secret) {
		return nil
	}
	w.Header().Set("WWW-Authenticate", `Bearer realm="development tenant"`)
	return refusef(http.StatusUnauthorized, "unauthorized", "This needs the header Authorization: Bearer SECRET with the secret of the running tenant. The command `postern token` reads and sends it.")
}

// sameSecret compares hashes, so that neither content nor length shows in the
// time it takes.
func sameSecret(given, want string) bool {
	a, b := sha256.Sum256([]byte(given)), sha256.Sum256([]byte(want))
	return subtle.ConstantTimeCompare(a[:], b[:]) == 1
}

// asRefusal decides what a failed mint costs. The statuses are those with
// which Auth0's /oauth/token answers a wrong password and an unknown API.
func asRefusal(err error) error {
	switch {
	case errors.Is(err, ErrUnknownUser):
		return refusef(http.StatusForbidden, "invalid_grant", "%s", err)
	case errors.Is(err, ErrUnknownAudience):
		return refusef(http.StatusForbidden, "access_denied", "%s", err)
	case errors.Is(err, ErrLifetime):
		return refusef(http.StatusBadRequest, "invalid_request", "%s", err)
	}
	return err
}

// mintBody is a MintRequest on the wire. Its lifetime is a duration with its
// unit, such as 90s.
type mintBody struct {
	User     string `json:"user"`
	Scope    string `json:"scope,omitempty"`
	Audience string `json:"audience,omitempty"`
	Lifetime string `json:"lifetime,omitempty"`
}

// readMintRequest takes a form as well as JSON: a form is what curl sends when
// nothing else is said.
func readMintRequest(r *http.Request) (MintRequest, error) {
	if _, err := parameters(r); err != nil {
		return MintRequest{}, err // a query would end up in logs and histories
	}
	raw, err := io.ReadAll(r.Body)
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		return MintRequest{}, tooLarge()
	}
	if err != nil {
		return MintRequest{}, refusef(http.StatusBadRequest, "invalid_request", "The body ended early.")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	var body mintBody
	switch kind {
	case "application/json":
		body, err = parseJSON(raw)
	case "application/x-www-form-urlencoded":
		body, err = parseForm(raw)
	default:
		err = refusef(http.StatusUnsupportedMediaType, "invalid_request", "The body must be application/json or application/x-www-form-urlencoded, not %q.", kind)
	}
	if err != nil {
		return MintRequest{}, err
	}
	return body.request()
}

func parseJSON(raw []byte) (body mintBody, err error) {
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&body); err != nil {
		return body, refusef(http.StatusBadRequest, "invalid_request", "The body is not the JSON expected here, an object of texts such as {\"user\":\"ada\",\"lifetime\":\"90s\"}: %v.", err)
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return body, refusef(http.StatusBadRequest, "invalid_request", "The body goes on after its JSON value.")
	}
	return body, nil
}

func parseForm(raw []byte) (mintBody, error) {
	form, err := url.ParseQuery(string(raw))
	if err != nil {
		return mintBody{}, refusef(http.StatusBadRequest, "invalid_request", "The form cannot be read: %v.", err)
	}
	if err := onlyOnce(form, []string{"user", "scope", "audience", "lifetime"}); err != nil {
		return mintBody{}, err
	}
	return mintBody{form.Get("user"), form.Get("scope"), form.Get("audience"), form.Get("lifetime")}, nil
}

func (b mintBody) request() (MintRequest, error) {
	req := MintRequest{User: b.User, Scope: b.Scope, Audience: b.Audience}
	if b.Lifetime == "" {
		return req, nil
	}
	d, err := time.ParseDuration(b.Lifetime)
	if err == nil {
		err = checkLifetime(d) // here, since zero would mean the default
	}
	if err != nil {
		return req, refusef(http.StatusBadRequest, "invalid_request", "The lifetime %q must be a duration such as 90s or 12h, from %s to %s.", b.Lifetime, MinLifetime, MaxLifetime)
	}
	req.Lifetime = d
	return req, nil
}
