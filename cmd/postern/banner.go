//go:build !nodev

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

// banner tells where everything is, with lines that work when pasted.
type banner struct {
	at       listening
	users    []devtenant.User
	settings config.Settings
	declared devCollections
}

func (b banner) print(to io.Writer, tenant *devtenant.Tenant) error {
	first := b.users[0].Name
	token, _, err := tenant.Mint(devtenant.MintRequest{User: first})
	if err != nil {
		return fmt.Errorf("mint a first token: %w", err)
	}
	var text strings.Builder
	text.WriteString(b.declared.keep())
	text.WriteString("Postern runs on this machine only. Stop it with Ctrl-C.\n\n")
	b.writePlaces(&text)
	b.writeUsers(&text)
	fmt.Fprintf(&text, "\nOpen %s in a browser, or try it from here, as anybody and as %s:\n\n", b.at.playgroundURL(), first)
	fmt.Fprintf(&text, "curl -i %s/api/messages/public\n\n", b.at.apiURL())
	fmt.Fprintf(&text, "curl -i %s%s -H 'Authorization: Bearer %s'\n\n", b.at.apiURL(), b.path(), token)
	last := b.users[len(b.users)-1].Name
	fmt.Fprintf(&text, "More tokens: postern token --user %[1]s%[2]s (from a checkout: go run ./cmd/postern token --user %[1]s%[2]s)\n\n", last, tenantFlag(b.at.issuer()))
	_, err = io.WriteString(to, text.String())
	return err
}

func (b banner) writePlaces(to io.Writer) {
	for _, place := range [][2]string{
		{"Playground", b.at.playgroundURL()},
		{"API", b.at.apiURL()},
		{"Tenant", b.at.issuer()},
		{"Audience", b.settings.Issuers[0].Audiences[0]},
		{"Operator", b.at.adminURL()},
		{"Origins", strings.Join(b.settings.Origins, " ")},
		{"Collections", b.collections()},
		{"Documents", b.documents()},
	} {
		if place[1] != "" {
			_, _ = fmt.Fprintf(to, "  %-11s %s\n", place[0], place[1])
		}
	}
	_, _ = io.WriteString(to, "\n")
}

// path is what to try with a token: documents of one's own, where there are.
func (b banner) path() string {
	if b.declared.samples {
		return "/api/messages/admin"
	}
	return "/api/v1/" + b.declared.collections[0].Name
}

func (b banner) collections() string {
	names := strings.Join(b.declared.names(), " ")
	if b.declared.samples {
		names += " (samples; a postern.yaml declares your own)"
	}
	return names
}

// documents is where they are kept. The address of a server can have a
// password in it.
func (b banner) documents() string {
	path, ok := strings.CutPrefix(b.settings.DatabaseURL, "sqlite:")
	switch {
	case b.settings.DatabaseURL == inMemory:
		return "in memory"
	case ok:
		return path
	}
	return "on the server of DATABASE_URL"
}

func (b banner) writeUsers(to io.Writer) {
	for _, user := range b.users {
		may := strings.Join(user.Permissions, " ")
		if may == "" {
			may = "no permissions"
		}
		_, _ = fmt.Fprintf(to, "  %-11s %s\n", user.Name, may)
	}
}

// tenantFlag is what `postern token` needs to find a tenant elsewhere.
func tenantFlag(issuer string) string {
	if issuer == devtenant.DefaultIssuer {
		return ""
	}
	return " --tenant " + issuer
}
