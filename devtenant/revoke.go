package devtenant

import "net/http"

// revoke is POST /oauth/revoke (RFC 7009) for refresh tokens; the signed
// access tokens that came with them cannot be called back. A token that nobody
// knows is as good as revoked (section 2.2), so only a foreign one is refused.
func (t *Tenant) revoke(w http.ResponseWriter, r *http.Request) error {
	in, err := readParameters(r)
	if err != nil {
		return err
	}
	token, err := in.required("token")
	if err != nil {
		return err
	}
	client, err := t.authenticate(w, r, in)
	if err != nil {
		return err
	}
	if !t.ledger.revoke(token, client.ID) {
		return refusef(http.StatusForbidden, "invalid_grant", "The refresh token was issued to another client.")
	}
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(http.StatusOK)
	return nil
}
