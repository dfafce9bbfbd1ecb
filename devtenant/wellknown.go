package devtenant

import (
	"fmt"
	"net/http"
)

// cachePolicy is Auth0's for both documents: short, so that verifiers that
// obey it see a rotation soon.
const cachePolicy = "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"

// metadata is the discovery document (OpenID Connect Discovery 1.0, section 3).
// It says what is there and leaves out what is not, endpoints that the
// standard requires included: a client that relies on one had better fail
// while it reads this.
type metadata struct {
	Issuer       string   `json:"issuer"`
	JWKSURI      string   `json:"jwks_uri"`
	Scopes       []string `json:"scopes_supported"`
	SubjectTypes []string `json:"subject_types_supported"`
	Algorithms   []string `json:"id_token_signing_alg_values_supported"`
}

func (t *Tenant) discovery(w http.ResponseWriter, _ *http.Request) error {
	writePublic(w, metadata{
		Issuer:       t.opts.Issuer,
		JWKSURI:      t.opts.Issuer + ".well-known/jwks.json",
		Scopes:       identityScopes(),
		SubjectTypes: []string{"public"},
		Algorithms:   []string{"RS256"},
	})
	return nil
}

// keySet serves the published keys (RFC 7517, section 5).
func (t *Tenant) keySet(w http.ResponseWriter, _ *http.Request) error {
	writePublic(w, t.keys.published())
	return nil
}

// writePublic answers with a document that any page may read.
func writePublic(w http.ResponseWriter, body any) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Cache-Control", cachePolicy)
	writeJSON(w, http.StatusOK, body)
}

// index is for the person who opens the issuer in a browser.
func (t *Tenant) index(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprintf(w, `This is Postern's development tenant. It stands in for an Auth0 tenant on this
machine and is not for production.

issuer     %[1]s
audience   %[2]s
client     %[3]s
users      %[4]s

GET  /.well-known/openid-configuration
GET  /.well-known/jwks.json

GET  /dev/state                  what the tenant is up to
POST /dev/token                  an access token (needs the secret; see: postern token)
POST /dev/rotate?withdraw=true   a new signing key, the former ones withdrawn
POST /dev/outage?for=30s         nothing but /dev/ answers for that long
POST /dev/skew?by=90s            the tenant's clock is wrong by that much
`, t.opts.Issuer, t.opts.Audience, t.opts.ClientID, userNames(t.opts.Users))
	return nil
}

// noIcon keeps browsers from logging an error for each page of the tenant.
func noIcon(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
