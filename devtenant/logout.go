package devtenant

import (
	"net/http"
	"slices"
	"strings"
)

// logout is GET /v2/logout, Auth0's own. Without returnTo the user goes to the
// first allowed address, and without a client nowhere.
func (t *Tenant) logout(w http.ResponseWriter, r *http.Request) error {
	in, err := readQuery(r)
	if err != nil {
		return err
	}
	client, known := findClient(t.opts.Clients, in["client_id"])
	if in["client_id"] != "" && !known {
		return badRequest("Unknown client: %s", in["client_id"])
	}
	target := in["returnTo"]
	if target == "" && len(client.LogoutURLs) > 0 {
		target = client.LogoutURLs[0]
	}
	// Auth0 leaves query and fragment out of the comparison here.
	bare, _, _ := strings.Cut(target, "#")
	bare, _, _ = strings.Cut(bare, "?")
	if target != "" && !slices.Contains(client.LogoutURLs, bare) {
		return badLogout("returnTo", target, client)
	}
	return t.signOut(w, r, target)
}

// endpointLogout is GET /oidc/logout (OpenID Connect RP-Initiated Logout 1.0,
// section 2). Addresses are compared to the letter.
func (t *Tenant) endpointLogout(w http.ResponseWriter, r *http.Request) error {
	in, err := readQuery(r)
	if err != nil {
		return err
	}
	client, err := t.clientOfLogout(in)
	if err != nil {
		return err
	}
	target := in["post_logout_redirect_uri"]
	if target == "" {
		return t.signOut(w, r, "")
	}
	if !slices.Contains(client.LogoutURLs, target) {
		return badLogout("post_logout_redirect_uri", target, client)
	}
	if in["state"] != "" {
		target = withQuery(target, params{"state": in["state"]})
	}
	return t.signOut(w, r, target)
}

// clientOfLogout finds the client by its id or by an ID token, which may have
// expired. Neither is needed to sign out and stay.
func (t *Tenant) clientOfLogout(in params) (Client, error) {
	id := in["client_id"]
	if hint := in["id_token_hint"]; hint != "" {
		var claims struct {
			Audience string `json:"aud"`
		}
		if err := t.readOwn(hint, &claims); err != nil {
			return Client{}, badRequest("Invalid id_token_hint: %v", err)
		}
		if id != "" && id != claims.Audience {
			return Client{}, badRequest("The client_id does not match the id_token_hint")
		}
		id = claims.Audience
	}
	client, known := findClient(t.opts.Clients, id)
	if id != "" && !known {
		return Client{}, badRequest("Unknown client: %s", id)
	}
	return client, nil
}

func (t *Tenant) signOut(w http.ResponseWriter, r *http.Request, target string) error {
	t.endSession(w, r)
	if target == "" {
		writeOK(w, "Signed out", "This browser is no longer signed in.")
		return nil
	}
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, target, http.StatusFound)
	return nil
}

func badLogout(name, target string, client Client) error {
	return &mismatch{badRequest("The %q querystring parameter %q is not defined as a valid URL in \"Allowed Logout URLs\".", name, target), client.LogoutURLs}
}
