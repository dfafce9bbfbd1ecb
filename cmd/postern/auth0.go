package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/postern-dev/postern/auth0"
	"github.com/postern-dev/postern/check"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
)

type auth0Command struct {
	Terraform auth0Terraform `cmd:"" help:"For Terraform, with Auth0's provider."`
	Deploy    auth0Deploy    `cmd:"" help:"For Auth0's deploy CLI (a0deploy)."`
}

// auth0Flags say what the settings do not.
type auth0Flags struct {
	Config     string   `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Audience   *string  `help:"The identifier of the API." placeholder:"ID"`
	AppURL     []string `name:"app-url" help:"Where the page is; again for another. The allowed origins if left out." placeholder:"URL" sep:"none"`
	Name       string   `help:"The application's name, which people see when they log in; the identifier if left out." placeholder:"NAME"`
	TestClient bool     `default:"true" negatable:"" help:"Add an application that gets tokens with all scopes without a login, for tests."`
}

type auth0Terraform struct{ auth0Flags }

// Help shows the command at work.
func (auth0Terraform) Help() string {
	return `Example:
  postern auth0 terraform --app-url https://app.example.com --no-test-client > auth0.tf
  terraform init && terraform plan

Scopes are those that routes and rules of postern.yaml ask for.`
}

// Run prints HCL.
func (a auth0Terraform) Run(p process) error {
	setup, err := a.setup(p)
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, setup.Terraform())
	return err
}

type auth0Deploy struct{ auth0Flags }

// Help shows the command at work.
func (auth0Deploy) Help() string {
	return `Example:
  postern auth0 deploy --app-url https://app.example.com --no-test-client > tenant.yaml
  a0deploy import --input_file tenant.yaml

Scopes are those that routes and rules of postern.yaml ask for. Leave AUTH0_ALLOW_DELETE off: with it the CLI deletes all
APIs and applications of the tenant that are not in the file.`
}

// Run prints the CLI's YAML, in that part of it which is JSON.
func (a auth0Deploy) Run(p process) error {
	setup, err := a.setup(p)
	if err != nil {
		return err
	}
	text, err := setup.Deploy()
	if err != nil {
		return err
	}
	_, err = p.stdout.Write(text)
	return err
}

// setup is what the settings and rules of this deployment need.
func (a auth0Flags) setup(p process) (auth0.Setup, error) {
	flags := settingFlags{Config: a.Config, Audience: a.Audience}
	settings, declarations, err := flags.loadDeclared(p)
	if err != nil {
		return auth0.Setup{}, err
	}
	setup := auth0.Setup{Name: a.Name, TestClient: a.TestClient,
		Scopes: scopesOf(serve.Needs(settings, serve.Options{Collections: declarations.Collections}))}
	if setup.Audience, err = a.audience(settings); err != nil {
		return setup, usageError{err}
	}
	if setup.Pages, err = a.pages(settings); err != nil {
		return setup, usageError{err}
	}
	if setup.Name == "" {
		setup.Name = strings.TrimPrefix(strings.TrimPrefix(setup.Audience, "https://"), "http://")
	}
	if err := setup.Check(); err != nil {
		return setup, usageError{err}
	}
	return setup, nil
}

// audience is the one API that is set up.
func (a auth0Flags) audience(settings config.Settings) (string, error) {
	all := slices.Clone(settings.Audiences)
	if a.Audience == nil {
		for _, issuer := range settings.Issuers {
			all = append(all, issuer.Audiences...)
		}
	}
	slices.Sort(all)
	all = slices.Compact(all)
	switch len(all) {
	case 0:
		return "", errors.New("the API needs an identifier: set AUTH0_AUDIENCE=https://api.example.com, or give --audience")
	case 1:
		return all[0], nil
	}
	return "", fmt.Errorf("there are several audiences (%s): say with --audience which API is meant", strings.Join(all, ", "))
}

// pages are where the application is. A star stands for one label in Auth0's
// settings as it does in ours.
func (a auth0Flags) pages(settings config.Settings) ([]string, error) {
	addresses := a.AppURL
	if len(addresses) == 0 {
		addresses = settings.Origins
	}
	if len(addresses) == 0 {
		return nil, errors.New("the application needs an address: set CLIENT_ORIGIN_URL=https://app.example.com, or give --app-url")
	}
	var pages []string
	for _, address := range addresses {
		page, err := auth0.PageOf(address)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(pages, page) {
			pages = append(pages, page)
		}
	}
	return pages, nil
}

// scopesOf describes each scope by what it is for. One that is asked for as a
// scope here and as a permission there is one and the same in the tenant.
func scopesOf(needs []check.Need) []auth0.Scope {
	var scopes []auth0.Scope
	for _, need := range needs {
		what := strings.Join(need.For, ", ")
		at := slices.IndexFunc(scopes, func(s auth0.Scope) bool { return s.Name == need.Name })
		if at < 0 {
			scopes = append(scopes, auth0.Scope{Name: need.Name, Description: strings.ToUpper(what[:1]) + what[1:]})
		} else if !strings.EqualFold(scopes[at].Description, what) {
			scopes[at].Description += ", " + what
		}
	}
	return scopes
}
