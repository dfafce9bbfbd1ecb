package devtenant

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// Client is an app that the tenant knows; Auth0's dashboard calls it an
// application.
type Client struct {
	ID string
	// Secret makes the client a confidential one, which must show it with
	// each request for a token. Apps in a browser cannot keep one.
	Secret string
	// Callbacks are where users may return after the login, compared to the
	// letter (RFC 9700, section 2.1).
	Callbacks []string
	// LogoutURLs are where users may return after the logout.
	LogoutURLs []string
	// BackchannelLogoutURI is where the client wants to be told of logouts
	// (OpenID Connect Back-Channel Logout 1.0, section 2.2), on this machine;
	// empty where it does not.
	BackchannelLogoutURI string
	// WebOrigins are the origins, such as http://localhost:4040, whose pages
	// may ask for tokens silently, in a hidden frame.
	WebOrigins []string
	// Grants are the grant types that the client may use.
	Grants []string
	// Permissions are what a client with client_credentials may do with the
	// API in its own name.
	Permissions []string
}

// The grant types there are. RFC 6749, sections 4.1, 6 and 4.4.
const (
	grantCode    = "authorization_code"
	grantRefresh = "refresh_token"
	grantMachine = "client_credentials"
)

func allGrants() []string { return []string{grantCode, grantRefresh, grantMachine} }

// DefaultClients returns an app for a browser, spa, at home on the ports that
// development servers use, and a program, machine, with the secret
// machine-secret.
func DefaultClients() []Client {
	spa := Client{ID: DefaultClientID, Grants: []string{grantCode, grantRefresh}}
	for _, port := range []string{"4040", "3000", "5173", "4200", "8080"} {
		origin := "http://localhost:" + port
		spa.Callbacks = append(spa.Callbacks, origin+"/callback", origin, origin+"/")
		spa.LogoutURLs = append(spa.LogoutURLs, origin, origin+"/")
		spa.WebOrigins = append(spa.WebOrigins, origin)
	}
	machine := Client{
		ID: "machine", Secret: "machine-secret", Grants: []string{grantMachine},
		Permissions: []string{"read:notes", "write:notes", "write:announcements", "read:admin-messages"},
	}
	return []Client{spa, machine}
}

func findClient(clients []Client, id string) (Client, bool) {
	i := slices.IndexFunc(clients, func(c Client) bool { return c.ID == id })
	if i < 0 {
		return Client{}, false
	}
	return clients[i], true
}

func (c Client) may(grant string) bool { return slices.Contains(c.Grants, grant) }

// fetchOrigins are the origins whose pages may read what the tenant answers.
// As with Auth0, those of the callbacks are among them unasked.
func (c Client) fetchOrigins() []string {
	origins := slices.Clone(c.WebOrigins)
	for _, callback := range c.Callbacks {
		if origin := originOf(callback); origin != "" {
			origins = append(origins, origin)
		}
	}
	return origins
}

// originOf is the origin of a web address as browsers write it; empty for the
// addresses of native apps.
func originOf(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return ""
	}
	host := strings.ToLower(u.Host)
	if u.Scheme == "http" {
		host = strings.TrimSuffix(host, ":80")
	} else {
		host = strings.TrimSuffix(host, ":443")
	}
	return u.Scheme + "://" + host
}

func clientIDs(clients []Client) string {
	ids := make([]string, len(clients))
	for i, c := range clients {
		ids[i] = c.ID
	}
	return strings.Join(ids, ", ")
}

func cloneClients(clients []Client) []Client {
	clients = slices.Clone(clients)
	for i, c := range clients {
		clients[i].Callbacks = slices.Clone(c.Callbacks)
		clients[i].LogoutURLs = slices.Clone(c.LogoutURLs)
		clients[i].WebOrigins = slices.Clone(c.WebOrigins)
		clients[i].Grants = slices.Clone(c.Grants)
		clients[i].Permissions = slices.Clone(c.Permissions)
	}
	return clients
}

func checkClients(clients []Client) error {
	var mistakes []error
	seen := map[string]bool{}
	for _, c := range clients {
		if seen[c.ID] {
			mistakes = append(mistakes, fmt.Errorf("client %q is there twice", c.ID))
		}
		seen[c.ID] = true
		for _, mistake := range c.mistakes() {
			mistakes = append(mistakes, fmt.Errorf("client %q: %w", c.ID, mistake))
		}
	}
	return errors.Join(mistakes...)
}
