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
func banner(to io.Writer, tenant *devtenant.Tenant, apiURL string, settings config.Settings) error {
	token, _, err := tenant.Mint(devtenant.MintRequest{User: "ada"})
	if err != nil {
		return fmt.Errorf("mint a first token: %w", err)
	}
	var b strings.Builder
	issuer := settings.Issuers[0]
	b.WriteString("Postern runs on this machine only. Stop it with Ctrl-C.\n\n")
	fmt.Fprintf(&b, "  API       %s\n", apiURL)
	fmt.Fprintf(&b, "  Tenant    %s\n", issuer.URL)
	fmt.Fprintf(&b, "  Audience  %s\n", issuer.Audiences[0])
	fmt.Fprintf(&b, "  Origins   %s\n\n", strings.Join(settings.Origins, " "))
	for _, user := range devtenant.DefaultUsers() {
		may := strings.Join(user.Permissions, " ")
		if may == "" {
			may = "no permissions"
		}
		fmt.Fprintf(&b, "  %-8s  %s\n", user.Name, may)
	}
	b.WriteString("\nTry it, as anybody and as ada:\n\n")
	fmt.Fprintf(&b, "curl -i %s/api/messages/public\n\n", apiURL)
	fmt.Fprintf(&b, "curl -i %s/api/messages/admin -H 'Authorization: Bearer %s'\n\n", apiURL, token)
	fmt.Fprintf(&b, "More tokens: postern token --user grace%s (from a checkout: go run ./cmd/postern token --user grace%[1]s)\n\n", tenantFlag(issuer.URL))
	_, err = io.WriteString(to, b.String())
	return err
}

// tenantFlag is what `postern token` needs to find a tenant elsewhere.
func tenantFlag(issuer string) string {
	if issuer == devtenant.DefaultIssuer {
		return ""
	}
	return " --tenant " + issuer
}
