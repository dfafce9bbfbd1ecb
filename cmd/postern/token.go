//go:build !nodev

package main

import (
	"fmt"
	"time"

	"github.com/postern-dev/postern/devtenant"
)

type tokenCommand struct {
	User     string        `default:"ada" help:"Who it is for: ada, grace, alan or a user of your own."`
	Scope    string        `help:"Scopes to ask for, with blanks between them; all that the user may have if left out."`
	Audience string        `help:"The API it is for; the tenant's one if left out."`
	Lifetime time.Duration `help:"How long it is to live, such as 5m; a day if left out."`
	Tenant   string        `default:"http://localhost:6061/" help:"Where the tenant is."`
}

// Help shows the command at work.
func (tokenCommand) Help() string {
	return `Example:
  curl -H "Authorization: Bearer $(postern token --user grace)" http://localhost:6060/api/messages/protected`
}

// Run asks the tenant for a token and prints it.
func (t tokenCommand) Run(p process) error {
	secret, err := devtenant.ReadSecret("", t.Tenant)
	if err != nil {
		return err
	}
	answer, err := devtenant.RequestToken(p.ctx, t.Tenant, secret, devtenant.MintRequest{
		User: t.User, Scope: t.Scope, Audience: t.Audience, Lifetime: t.Lifetime,
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, answer.AccessToken)
	return err
}
