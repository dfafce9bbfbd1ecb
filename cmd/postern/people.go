//go:build !nodev

package main

import (
	"crypto/rand"
	"fmt"
	"log/slog"
	"slices"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
	"github.com/postern-dev/postern/playground"
)

// people are those whom the tenant knows, and the apps they use.
type people struct {
	users   []devtenant.User
	clients []devtenant.Client
}

// people reads the file of the flag; what it does not name is the default.
func (d devCommand) people() (who people, err error) {
	if d.Users != "" {
		if who.users, who.clients, err = devtenant.LoadFile(d.Users); err != nil {
			return people{}, usageError{fmt.Errorf("--users: %w", err)}
		}
	}
	if len(who.users) == 0 {
		who.users = devtenant.DefaultUsers()
	}
	if len(who.clients) == 0 {
		who.clients = devtenant.DefaultClients()
	}
	return who, nil
}

// playgroundClient is what the playground is to the tenant: a client of its
// own, so that it works beside whatever clients a file has.
const playgroundClient = "playground"

// withPlayground lets the playground sign in from where it really is. A file
// that knows the client already has the last word.
func withPlayground(clients []devtenant.Client, origin string) []devtenant.Client {
	if slices.ContainsFunc(clients, func(c devtenant.Client) bool { return c.ID == playgroundClient }) {
		return clients
	}
	return append(slices.Clip(clients), devtenant.Client{
		ID:         playgroundClient,
		Callbacks:  []string{origin + "/callback"},
		LogoutURLs: []string{origin},
		WebOrigins: []string{origin},
		Grants:     []string{"authorization_code", "refresh_token"},
	})
}

func tenantOptions(at listening, who people, secret string, settings config.Settings, log *slog.Logger) devtenant.Options {
	return devtenant.Options{
		Issuer:         at.issuer(),
		Users:          who.users,
		Clients:        withLogouts(withSessions(allClients(at, who), at.apiURL(), settings), logoutAddress(at)),
		Secret:         secret,
		TrustedOrigins: []string{at.apiURL(), at.playgroundURL()},
		Log:            log,
	}
}

// allClients are those of the file or the usual ones, and those of our own
// pages; the API is told when somebody signs out of one of them.
func allClients(at listening, who people) []devtenant.Client {
	return withLogouts(withDocs(withPlayground(who.clients, at.playgroundURL()), at.apiURL()), logoutAddress(at))
}

func logoutAddress(at listening) string { return at.apiURL() + "/auth/backchannel-logout" }

// withLogouts has the API told of logouts, but for clients that want somebody
// else to be told.
func withLogouts(clients []devtenant.Client, address string) []devtenant.Client {
	clients = slices.Clone(clients)
	for i, c := range clients {
		if c.BackchannelLogoutURI == "" && slices.Contains(c.Grants, "authorization_code") {
			clients[i].BackchannelLogoutURI = address
		}
	}
	return clients
}

// logoutClients are those of whose logouts the API is told.
func logoutClients(clients []devtenant.Client, address string) (ids []string) {
	for _, c := range clients {
		if c.BackchannelLogoutURI == address {
			ids = append(ids, c.ID)
		}
	}
	return ids
}

// docsClient is how the page /docs signs in.
const docsClient = "docs"

func withDocs(clients []devtenant.Client, api string) []devtenant.Client {
	if slices.ContainsFunc(clients, func(c devtenant.Client) bool { return c.ID == docsClient }) {
		return clients
	}
	return append(slices.Clip(clients), devtenant.Client{ID: docsClient, Callbacks: []string{api + "/docs/return.html"},
		WebOrigins: []string{api}, Grants: []string{"authorization_code"}})
}

// sessionsClient is what the API is to the tenant where it signs browsers in.
const sessionsClient = "postern-sessions"

// sessions are there without being asked for. The client's secret is made at
// each start: the tenant forgets its users then, too.
func devSessions(from config.Session) config.Session {
	from.ClientID, from.ClientSecret = sessionsClient, rand.Text()
	return from
}

func withSessions(clients []devtenant.Client, api string, settings config.Settings) []devtenant.Client {
	c := devtenant.Client{ID: sessionsClient, Secret: settings.Session.ClientSecret, Callbacks: []string{api + "/auth/callback"},
		Grants: []string{"authorization_code", "refresh_token"}}
	for _, origin := range settings.SessionOrigins() {
		c.LogoutURLs = append(c.LogoutURLs, origin, origin+"/")
	}
	return append(slices.DeleteFunc(slices.Clone(clients), func(c devtenant.Client) bool { return c.ID == sessionsClient }), c)
}

// playgroundConfig tells the page where the other two are.
func playgroundConfig(at listening, users []devtenant.User, declared devCollections) playground.Config {
	config := playground.Config{
		Origin:   at.playgroundURL(),
		API:      at.apiURL(),
		Issuer:   at.issuer(),
		ClientID: playgroundClient,
		Audience: devtenant.DefaultAudience,
		Samples:  declared.samples,
	}
	if !declared.samples {
		config.Collections = declared.names()
	}
	for _, user := range users {
		config.Users = append(config.Users, playground.User{Name: user.Name, Subject: user.Subject, Permissions: user.Permissions})
	}
	return config
}
