package devtenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/go-jose/go-jose/v4"
)

// userinfo is GET and POST /userinfo (OpenID Connect Core 1.0, section 5.3),
// for opaque access tokens and for those of the API with the scope openid.
func (t *Tenant) userinfo(w http.ResponseWriter, r *http.Request) error {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") || token == "" {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Users"`)
		return refusef(http.StatusUnauthorized, "unauthorized", "Unauthorized: the header Authorization: Bearer TOKEN is missing.")
	}
	g, known := t.ledger.meaning(token)
	if !known {
		var err error
		if g, err = t.readAccess(token); err != nil {
			w.Header().Set("WWW-Authenticate", `Bearer realm="Users", error="invalid_token"`)
			return refusef(http.StatusUnauthorized, "invalid_token", "Unauthorized: %v", err)
		}
	}
	if !slices.Contains(g.scope, "openid") {
		w.Header().Set("WWW-Authenticate", `Bearer realm="Users", error="insufficient_scope", scope="openid"`)
		return refusef(http.StatusForbidden, "insufficient_scope", "The access token lacks the scope openid.")
	}
	writeJSON(w, http.StatusOK, g.user.profile(g.scope))
	return nil
}

// readAccess returns what a signed access token of this tenant says.
func (t *Tenant) readAccess(token string) (grant, error) {
	var claims struct {
		Subject  string          `json:"sub"`
		Audience json.RawMessage `json:"aud"`
		Expires  int64           `json:"exp"`
		Scope    string          `json:"scope"`
		Client   string          `json:"azp"`
	}
	if err := t.readOwn(token, &claims); err != nil {
		return grant{}, err
	}
	user := slices.IndexFunc(t.opts.Users, func(u User) bool { return u.Subject == claims.Subject })
	switch {
	case t.now().Unix() >= claims.Expires:
		return grant{}, errors.New("the token has expired")
	case claims.Client == "":
		return grant{}, errors.New("this is not an access token")
	case user < 0:
		return grant{}, errors.New("the token is not a user's")
	}
	return grant{client: claims.Client, user: t.opts.Users[user], scope: strings.Fields(claims.Scope)}, nil
}

// readOwn decodes the claims of a token that one of the published keys signed
// for this issuer. Whether it has expired is the caller's business.
func (t *Tenant) readOwn(token string, claims any) error {
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return errors.New("the token is neither opaque and alive nor signed with RS256")
	}
	keys := t.keys.published()
	keys = jose.JSONWebKeySet{Keys: keys.Key(signed.Signatures[0].Header.KeyID)}
	if len(keys.Keys) == 0 {
		return errors.New("the token's key is not published, or no longer")
	}
	payload, err := signed.Verify(keys.Keys[0])
	if err != nil {
		return errors.New("the token's signature is wrong")
	}
	var issued struct {
		Issuer string `json:"iss"`
	}
	if err := json.Unmarshal(payload, &issued); err != nil || issued.Issuer != t.opts.Issuer {
		return fmt.Errorf("the token is not of the issuer %s", t.opts.Issuer)
	}
	return json.Unmarshal(payload, claims)
}
