package devtenant

import (
	"net/http"
	"strings"
)

// tokens is POST /oauth/token (RFC 6749, section 3.2).
func (t *Tenant) tokens(w http.ResponseWriter, r *http.Request) error {
	in, err := readParameters(r)
	if err != nil {
		return err
	}
	how, err := in.required("grant_type")
	if err != nil {
		return err
	}
	exchange, known := map[string]func(Client, params, string) (tokenSet, error){
		grantCode:    t.redeemCode,
		grantRefresh: t.renewTokens,
		grantMachine: t.machineTokens,
	}[how]
	if !known {
		return refusef(http.StatusForbidden, "unsupported_grant_type", "Unsupported grant type: %s", how)
	}
	client, err := t.authenticate(w, r, in)
	if err != nil {
		return err
	}
	if !client.may(how) {
		return refusef(http.StatusForbidden, "unauthorized_client", "Grant type '%s' not allowed for the client.", how)
	}
	holder, err := t.holder(r)
	if err != nil {
		return err
	}
	answer, err := exchange(client, in, holder)
	if err != nil {
		return err
	}
	writeJSON(w, http.StatusOK, answer)
	return nil
}

// invalidGrant is how Auth0 refuses codes and refresh tokens. SDKs look for
// its words: "invalid refresh token" makes them fall back to the hidden frame.
func invalidGrant(format string, args ...any) error {
	return refusef(http.StatusForbidden, "invalid_grant", format, args...)
}

// redeemCode takes an authorization code (RFC 6749, section 4.1.3). A code is
// used up even if what comes with it is wrong.
func (t *Tenant) redeemCode(client Client, in params, holder string) (tokenSet, error) {
	code, err := in.required("code")
	if err != nil {
		return tokenSet{}, err
	}
	verifier, err := in.required("code_verifier")
	if err != nil {
		return tokenSet{}, err
	}
	promised, ok := t.ledger.redeem(code)
	if !ok {
		return tokenSet{}, invalidGrant("Invalid authorization code")
	}
	if err := promised.objection(client, in["redirect_uri"], verifier, holder); err != nil {
		t.ledger.kill(promised.family)
		return tokenSet{}, err
	}
	promised.holder = holder
	t.ledger.bind(promised.family, holder)
	return t.firstTokens(promised)
}

// objection says why a code must not be honoured.
func (p pledge) objection(client Client, redirectURI, verifier, holder string) error {
	switch {
	case p.client != client.ID:
		return invalidGrant("Invalid authorization code")
	case p.redirectURI != redirectURI:
		return invalidGrant("The redirect URI is wrong. You sent %s, and we expected %s", orDefault(redirectURI, "null"), p.redirectURI)
	case !fits(verifier, p.challenge):
		return invalidGrant("Failed to verify code verifier")
	case p.promisedTo != "" && p.promisedTo != holder:
		return invalidGrant("The code was promised to another key than that of the DPoP proof")
	}
	return nil
}

// renewTokens takes a refresh token (RFC 6749, section 6) and gives another
// in its place. A scope may narrow what the access token is good for.
func (t *Tenant) renewTokens(client Client, in params, holder string) (tokenSet, error) {
	token, err := in.required("refresh_token")
	if err != nil {
		return tokenSet{}, err
	}
	renewed, ok := t.ledger.rotate(token, client.ID)
	if !ok {
		return tokenSet{}, invalidGrant("Unknown or invalid refresh token.")
	}
	g := renewed.grant
	if g.holder != holder {
		t.ledger.kill(renewed.family) // whoever has the token has not the key
		return tokenSet{}, invalidGrant("The refresh token is bound to another key than that of the DPoP proof.")
	}
	if wanted := strings.Fields(in["scope"]); len(wanted) > 0 {
		g.scope = among(g.scope, wanted)
	}
	answer, err := t.issue(g, renewed.family, identity{})
	answer.RefreshToken = renewed.token
	return answer, err
}

// machineTokens is for a program that acts in its own name (RFC 6749, section
// 4.4).
func (t *Tenant) machineTokens(client Client, in params, holder string) (tokenSet, error) {
	audience := in["audience"]
	switch {
	case audience == "":
		return tokenSet{}, refusef(http.StatusForbidden, "access_denied", "No audience parameter was provided, and no default audience has been configured")
	case audience != t.opts.Audience:
		return tokenSet{}, refusef(http.StatusForbidden, "access_denied", "Service not found: %s", audience)
	}
	granted := client.Permissions
	if wanted := strings.Fields(in["scope"]); len(wanted) > 0 {
		granted = among(granted, wanted)
	}
	self := User{Subject: client.ID + "@clients", Permissions: granted}
	access, err := t.signAccess(grant{client: client.ID, user: self, scope: granted, audience: audience, machine: true, holder: holder}, t.lifetime())
	return tokenSet{TokenAnswer: access}, err
}
