package check

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// Sessions are what browsers are to be signed in by.
type Sessions struct {
	Issuer, ClientID, ClientSecret, Callback string
	// Allowed are the allowed origins, and Usable those of them whose pages can
	// use sessions.
	Allowed, Usable []string
	// Transport carries requests to the issuer; nil is a direct one.
	Transport http.RoundTripper
}

// Ask tries the client out at the tenant, as far as that goes without a user:
// with a code that nobody gave, and with a login that nobody is to see.
func (s Sessions) Ask(ctx context.Context) []Finding {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	client := &http.Client{Transport: s.Transport, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, client), s.Issuer)
	if err != nil {
		return append(s.Pages(), Finding{Fail, "sessions", fmt.Sprintf("the tenant cannot be asked about the client of sessions: %.300v", err), "Mend the tenant's discovery first."})
	}
	var published struct {
		Scopes  []string `json:"scopes_supported"`
		Methods []string `json:"token_endpoint_auth_methods_supported"`
	}
	_ = provider.Claims(&published) // what is missing is not judged
	config := oauth2.Config{ClientID: s.ClientID, ClientSecret: s.ClientSecret, Endpoint: provider.Endpoint(), RedirectURL: s.Callback, Scopes: []string{"openid"}}
	config.Endpoint.AuthStyle = oauth2.AuthStyleInHeader
	if slices.Contains(published.Methods, "client_secret_post") {
		config.Endpoint.AuthStyle = oauth2.AuthStyleInParams
	}
	findings := append(s.Pages(), s.secret(oidc.ClientContext(ctx, client), config), s.callback(ctx, client, config))
	if len(published.Scopes) > 0 && !slices.Contains(published.Scopes, "offline_access") {
		findings = append(findings, Finding{Warn, "sessions", s.Issuer + " does not offer the scope offline_access, so a session ends with its first token",
			"Let the API and the client use refresh tokens in the tenant."})
	}
	return findings
}

// Pages tells which allowed origins can use sessions.
func (s Sessions) Pages() []Finding {
	var findings []Finding
	for _, origin := range s.Allowed {
		if !slices.Contains(s.Usable, origin) {
			findings = append(findings, Finding{Warn, "sessions", "pages of " + origin + " cannot use sessions: it is a pattern, or of another site than publicUrl",
				"Give app and API a common domain, such as app.example.com and api.example.com; or let those pages use tokens."})
		}
	}
	if len(s.Usable) > 0 {
		findings = append(findings, Finding{OK, "sessions", "pages of " + strings.Join(s.Usable, ", ") + " can use sessions", ""})
	}
	return findings
}

// secret asks for the tokens of a code that is none: the tenant looks at the
// client first.
func (s Sessions) secret(ctx context.Context, config oauth2.Config) Finding {
	_, err := config.Exchange(ctx, "postern-check-"+oauth2.GenerateVerifier(), oauth2.VerifierOption(oauth2.GenerateVerifier()))
	var answer *oauth2.RetrieveError
	if !errors.As(err, &answer) {
		return Finding{Warn, "sessions", fmt.Sprintf("the token endpoint gave no answer that says anything: %.200v", err), "Try again, and look at the tenant's log."}
	}
	switch answer.ErrorCode {
	case "invalid_grant":
		return Finding{OK, "sessions", "the tenant knows the client " + s.ClientID + " and its secret", ""}
	case "invalid_client", "access_denied":
		return Finding{Fail, "sessions", "the tenant does not know the client " + s.ClientID + ", or its secret is another one",
			"Compare POSTERN_SESSION_CLIENT_ID and POSTERN_SESSION_CLIENT_SECRET with the application in the tenant."}
	case "unauthorized_client":
		return Finding{Fail, "sessions", "the client " + s.ClientID + " may not use authorization codes",
			"In the tenant allow it the grants authorization_code and refresh_token; its kind is a regular web application."}
	}
	return Finding{Warn, "sessions", fmt.Sprintf("the token endpoint answers a made up code with %.60q, which says nothing of the client", answer.ErrorCode), "Sign in once and look."}
}

// callback asks for a login that shows nothing: the tenant refuses it to the
// callback, if it knows that, and shows an error page if not.
func (s Sessions) callback(ctx context.Context, client *http.Client, config oauth2.Config) Finding {
	address := config.AuthCodeURL("postern-check", oauth2.SetAuthURLParam("prompt", "none"), oauth2.S256ChallengeOption(oauth2.GenerateVerifier()))
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return Finding{Fail, "sessions", fmt.Sprintf("the tenant's login address is none: %.200v", err), "Mend the tenant's discovery first."}
	}
	response, err := client.Do(request)
	if err != nil {
		return Finding{Warn, "sessions", fmt.Sprintf("the login could not be tried: %.200v", err), "Try again."}
	}
	_ = response.Body.Close()
	at, err := url.Parse(response.Header.Get("Location"))
	if err == nil && response.StatusCode/100 == 3 && strings.HasPrefix(response.Header.Get("Location"), s.Callback+"?") {
		return Finding{OK, "sessions", "the tenant sends users back to " + s.Callback + " (" + printable(at.Query().Get("error")) + ", as it should without a user)", ""}
	}
	return Finding{Fail, "sessions", fmt.Sprintf("the tenant does not send users back to %s: it answered %d", s.Callback, response.StatusCode),
		"Put that address among the allowed callback URLs of the client, to the letter."}
}
