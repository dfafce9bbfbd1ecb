package signin

import (
	"context"
	"errors"
	"slices"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/postern-dev/postern/auth"
	"golang.org/x/oauth2"
)

// metadata are what is used of the discovery document (OpenID Connect Discovery
// 1.0, section 3; RFC 8414, section 2; RFC 9207, section 3).
type metadata struct {
	// idTokens verifies ID tokens, with keys that are fetched once and when one is
	// unknown; as old as the metadata.
	idTokens   *oidc.IDTokenVerifier
	oauth      oauth2.Config
	Keys       string   `json:"jwks_uri"`
	EndSession string   `json:"end_session_endpoint"`
	Revocation string   `json:"revocation_endpoint"`
	Methods    []string `json:"token_endpoint_auth_methods_supported"`
	SaysIssuer bool     `json:"authorization_response_iss_parameter_supported"`
}

func (t *tenant) ask(ctx context.Context) (*metadata, error) {
	// Another request may go on with what this one finds.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), tenantTimeout)
	defer cancel()
	provider, err := oidc.NewProvider(t.within(ctx), t.config.Issuer)
	if err != nil {
		return nil, err
	}
	m := &metadata{idTokens: provider.VerifierContext(t.within(context.Background()),
		&oidc.Config{ClientID: t.config.ClientID, SupportedSigningAlgs: t.config.Algorithms, Now: t.config.Clock})}
	if err := provider.Claims(m); err != nil {
		return nil, err
	}
	endpoint := provider.Endpoint()
	if err := m.check(endpoint, t.config.Issuer); err != nil {
		return nil, err
	}
	// Trying one way after the other would waste the code, which is good once.
	endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if slices.Contains(m.Methods, "client_secret_post") {
		endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	m.oauth = oauth2.Config{ClientID: t.config.ClientID, ClientSecret: t.config.ClientSecret, Endpoint: endpoint,
		RedirectURL: t.config.Callback, Scopes: t.config.Scopes}
	return m, nil
}

// check refuses metadata with an endpoint where our secret, a user's tokens or the
// user would go in the clear, or to which keys could be put in from outside.
func (m *metadata) check(endpoint oauth2.Endpoint, issuer string) error {
	var mistakes []error
	for _, e := range []struct {
		name, address string
		required      bool
	}{
		{"authorization_endpoint", endpoint.AuthURL, true},
		{"token_endpoint", endpoint.TokenURL, true},
		{"jwks_uri", m.Keys, true},
		{"revocation_endpoint", m.Revocation, false},
		{"end_session_endpoint", m.EndSession, false},
	} {
		if e.required || e.address != "" {
			mistakes = append(mistakes, auth.CheckEndpoint(e.name, e.address, issuer))
		}
	}
	return errors.Join(mistakes...)
}
