package auth0

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
)

// Words of the Management API, which both tools pass on.
const (
	// tokenDialect is an access token of Auth0's with the claim permissions.
	tokenDialect = "access_token_authz"

	appPage    = "spa"
	appTests   = "non_interactive"
	noSecret   = "none"
	secretPost = "client_secret_post"
	rotating   = "rotating"
	expiring   = "expiring"
)

func pageGrants() []string { return []string{"authorization_code", "refresh_token"} }
func testGrants() []string { return []string{"client_credentials"} }

// tenant is the file of the deploy CLI, as far as we fill it.
type tenant struct {
	APIs    []apiFile    `json:"resourceServers"`
	Clients []clientFile `json:"clients"`
	Grants  []grantFile  `json:"clientGrants,omitempty"`
}

type apiFile struct {
	Name          string      `json:"name"`
	Identifier    string      `json:"identifier"`
	SigningAlg    string      `json:"signing_alg"`
	RBAC          bool        `json:"enforce_policies"`
	TokenDialect  string      `json:"token_dialect"`
	RefreshTokens bool        `json:"allow_offline_access"`
	SkipConsent   bool        `json:"skip_consent_for_verifiable_first_party_clients"`
	Scopes        []scopeFile `json:"scopes"`
}

type scopeFile struct {
	Name        string `json:"value"`
	Description string `json:"description"`
}

type clientFile struct {
	Name           string       `json:"name"`
	Kind           string       `json:"app_type"`
	FirstParty     bool         `json:"is_first_party"`
	OIDC           bool         `json:"oidc_conformant"`
	Authentication string       `json:"token_endpoint_auth_method"`
	Grants         []string     `json:"grant_types"`
	Callbacks      []string     `json:"callbacks,omitempty"`
	LogoutURLs     []string     `json:"allowed_logout_urls,omitempty"`
	WebOrigins     []string     `json:"web_origins,omitempty"`
	Tokens         tokenFile    `json:"jwt_configuration"`
	Refresh        *refreshFile `json:"refresh_token,omitempty"`
}

type tokenFile struct {
	Algorithm string `json:"alg"`
}

type refreshFile struct {
	Rotation         string `json:"rotation_type"`
	Expiration       string `json:"expiration_type"`
	Leeway           int    `json:"leeway"`
	Lifetime         int    `json:"token_lifetime"`
	IdleLifetime     int    `json:"idle_token_lifetime"`
	InfiniteLifetime bool   `json:"infinite_token_lifetime"`
	InfiniteIdle     bool   `json:"infinite_idle_token_lifetime"`
}

type grantFile struct {
	// Client is a name: the CLI looks its id up.
	Client   string   `json:"client_id"`
	Audience string   `json:"audience"`
	Scopes   []string `json:"scope"`
}

// Deploy writes the setup for Auth0's deploy CLI: its YAML format, in that part
// of YAML which is JSON.
func (s Setup) Deploy() ([]byte, error) {
	api := apiFile{Name: s.apiName(), Identifier: s.Audience, SigningAlg: "RS256", RBAC: true, TokenDialect: tokenDialect,
		RefreshTokens: true, SkipConsent: true, Scopes: []scopeFile{}}
	for _, scope := range s.scopes() {
		api.Scopes = append(api.Scopes, scopeFile(scope))
	}
	file := tenant{APIs: []apiFile{api}, Clients: []clientFile{{
		Name: s.Name, Kind: appPage, FirstParty: true, OIDC: true, Authentication: noSecret, Grants: pageGrants(),
		Callbacks: s.callbacks(), LogoutURLs: s.Pages, WebOrigins: s.webOrigins(), Tokens: tokenFile{"RS256"},
		Refresh: &refreshFile{Rotation: rotating, Expiration: expiring, Lifetime: refreshLifetime, IdleLifetime: refreshIdleLifetime},
	}}}
	if s.TestClient {
		file.Clients = append(file.Clients, clientFile{Name: s.testName(), Kind: appTests, FirstParty: true, OIDC: true,
			Authentication: secretPost, Grants: testGrants(), Tokens: tokenFile{"RS256"}})
		file.Grants = []grantFile{{Client: s.testName(), Audience: s.Audience, Scopes: append([]string{}, s.scopeNames()...)}}
	}
	return writeTenant(file)
}

func writeTenant(file tenant) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(file); err != nil {
		return nil, err
	}
	return asYAML(b.String()), nil
}

// asYAML changes JSON as far as YAML and the CLI ask for: YAML takes only
// characters that can be seen (section 5.1), and before the CLI reads the file,
// it puts values of the environment in place of ##NAME## and @@NAME@@.
func asYAML(text string) []byte {
	var b strings.Builder
	before := rune(0)
	for _, r := range text {
		marker := (r == '#' || r == '@') && r == before
		if marker || r != '\n' && !unicode.IsPrint(r) {
			for _, unit := range utf16.Encode([]rune{r}) {
				fmt.Fprintf(&b, `\u%04x`, unit)
			}
			r = 0
		} else {
			b.WriteRune(r)
		}
		before = r
	}
	return []byte(b.String())
}
