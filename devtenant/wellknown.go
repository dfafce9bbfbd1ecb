package devtenant

import (
	"fmt"
	"net/http"
)

// cachePolicy is Auth0's for both documents: short, so that verifiers that
// obey it see a rotation soon.
const cachePolicy = "public, max-age=15, stale-while-revalidate=15, stale-if-error=86400"

// metadata is the discovery document (OpenID Connect Discovery 1.0, section 3;
// RFC 8414, section 2). It says what is there and nothing else.
type metadata struct {
	Issuer        string   `json:"issuer"`
	Authorization string   `json:"authorization_endpoint"`
	Token         string   `json:"token_endpoint"`
	Userinfo      string   `json:"userinfo_endpoint"`
	JWKSURI       string   `json:"jwks_uri"`
	Revocation    string   `json:"revocation_endpoint"`
	EndSession    string   `json:"end_session_endpoint"`
	Scopes        []string `json:"scopes_supported"`
	ResponseTypes []string `json:"response_types_supported"`
	ResponseModes []string `json:"response_modes_supported"`
	Grants        []string `json:"grant_types_supported"`
	Challenges    []string `json:"code_challenge_methods_supported"`
	ClientAuth    []string `json:"token_endpoint_auth_methods_supported"`
	RevokeAuth    []string `json:"revocation_endpoint_auth_methods_supported"`
	Proofs        []string `json:"dpop_signing_alg_values_supported"`
	Backchannel   bool     `json:"backchannel_logout_supported"`
	BackchannelID bool     `json:"backchannel_logout_session_supported"`
	SubjectTypes  []string `json:"subject_types_supported"`
	Algorithms    []string `json:"id_token_signing_alg_values_supported"`
	Claims        []string `json:"claims_supported"`
	// RequestURI must be there to say no: left out, it means yes.
	RequestURI bool `json:"request_uri_parameter_supported"`
}

func (t *Tenant) discovery(w http.ResponseWriter, _ *http.Request) error {
	clientAuth := []string{"none", "client_secret_post", "client_secret_basic"}
	writePublic(w, metadata{
		Issuer:        t.opts.Issuer,
		Authorization: t.opts.Issuer + "authorize",
		Token:         t.opts.Issuer + "oauth/token",
		Userinfo:      t.userinfoURL(),
		JWKSURI:       t.opts.Issuer + ".well-known/jwks.json",
		Revocation:    t.opts.Issuer + "oauth/revoke",
		EndSession:    t.opts.Issuer + "oidc/logout",
		Scopes:        append(identityScopes(), offlineAccess),
		ResponseTypes: []string{"code"},
		ResponseModes: []string{modeQuery, modeWebMessage},
		Grants:        allGrants(),
		Challenges:    []string{"S256"},
		ClientAuth:    clientAuth,
		RevokeAuth:    clientAuth,
		Proofs:        proofNames(),
		Backchannel:   true,
		BackchannelID: true,
		SubjectTypes:  []string{"public"},
		Algorithms:    []string{"RS256"},
		Claims:        []string{"iss", "sub", "aud", "iat", "exp", "sid", "nonce", "auth_time", "name", "nickname", "email", "email_verified"},
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
clients    %[3]s
users      %[4]s

GET  /.well-known/openid-configuration
GET  /.well-known/jwks.json
GET  /authorize                  where a login begins (PKCE with S256)
POST /oauth/token                authorization_code, refresh_token, client_credentials
POST /oauth/revoke
GET  /userinfo
GET  /v2/logout, /oidc/logout

GET  /dev/state                  what the tenant is up to
POST /dev/token                  an access token (needs the secret; see: postern token)
POST /dev/rotate?withdraw=true   a new signing key, the former ones withdrawn
POST /dev/outage?for=30s         nothing but /dev/ answers for that long
POST /dev/skew?by=90s            the tenant's clock is wrong by that much
POST /dev/lifetime?access=30s    how long the access tokens to come are good for
POST /dev/logout?user=ada        signs a user out everywhere, and tells the clients
`, t.opts.Issuer, t.opts.Audience, clientIDs(t.opts.Clients), userNames(t.opts.Users))
	return nil
}

// noIcon keeps browsers from logging an error for each page of the tenant.
func noIcon(w http.ResponseWriter, _ *http.Request) error {
	w.WriteHeader(http.StatusNoContent)
	return nil
}
