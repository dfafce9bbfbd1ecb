package serve

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/postern-dev/postern/api"
	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/revocation"
	"github.com/postern-dev/postern/session/signin"
)

// newSessions is what signs browsers in, at the first issuer; nil where the
// settings do not ask for it.
func newSessions(ctx context.Context, settings config.Settings, options Options, d data, verifier *auth.Verifier, r *revoked, log *slog.Logger) (*api.Sessions, error) {
	if !settings.Session.On() {
		return nil, nil
	}
	issuer := settings.Issuers[0]
	service, err := signin.New(ctx, signin.Config{
		Issuer: issuer.URL, Formerly: issuer.Formerly, ClientID: settings.Session.ClientID, ClientSecret: settings.Session.ClientSecret,
		Scopes: sessionScopes(settings, options), Audience: issuer.Audiences[0], Algorithms: issuer.Algorithms,
		Callback: settings.PublicURL + "/auth/callback",
		Life:     settings.Session.Life, Idle: min(settings.Session.Idle, settings.Session.Life),
		Keeper:  d.store,
		Verify:  verifier.Verify,
		Revoked: r.list.Revoked,
		Revoke: func(ctx context.Context, one revocation.Revocation) error {
			return r.revoke(ctx, one)
		},
		Transport: options.transport, Log: log, Clock: options.Clock,
	})
	if err != nil {
		return nil, fmt.Errorf("begin sessions: %w", err)
	}
	site := http.SameSiteStrictMode
	if settings.Session.SameSite == "lax" {
		site = http.SameSiteLaxMode
	}
	return &api.Sessions{Service: service, Secure: strings.HasPrefix(settings.PublicURL, "https://"), SameSite: site,
		Origins: settings.SessionOrigins()}, nil
}

// sessionScopes are asked for at a login: those of the settings, and all that
// routes and rules may want to see.
func sessionScopes(settings config.Settings, options Options) []string {
	scopes := slices.Clone(settings.Session.Scopes)
	for _, need := range Needs(settings, options) {
		if !need.Permission && !slices.Contains(scopes, need.Name) {
			scopes = append(scopes, need.Name)
		}
	}
	return scopes
}

// LogoutClients are those for which the tenant may say that users signed out:
// that of the sessions is always among them.
func LogoutClients(settings config.Settings) []string {
	clients := settings.LogoutClients
	if id := settings.Session.ClientID; id != "" && !slices.Contains(clients, id) {
		clients = append(slices.Clone(clients), id)
	}
	return clients
}
