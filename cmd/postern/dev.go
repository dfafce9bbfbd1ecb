//go:build !nodev

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
	"github.com/postern-dev/postern/inspector"
	"github.com/postern-dev/postern/playground"
)

type devCommand struct {
	File           string `arg:"" optional:"" name:"db.json" help:"File of json-server to serve: its lists become collections, open to who is signed in." placeholder:"FILE"`
	Config         string `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Addr           string `default:"localhost:6060" help:"Where the API listens; on this machine only."`
	TenantAddr     string `default:"localhost:6061" help:"Where the tenant listens; on this machine only."`
	PlaygroundAddr string `default:"localhost:4040" help:"Where the playground listens; on this machine only."`
	AdminAddr      string `help:"Where metrics and status are; nowhere if left out." placeholder:"HOST:PORT"`
	Users          string `help:"File of the tenant's users and clients; ada, grace and alan if left out." placeholder:"FILE"`
	Origins        string `help:"Allowed browser origins; the usual ports of development servers if left out." placeholder:"ORIGIN"`
	Memory         bool   `help:"Keep documents in memory; they are gone at the end."`
	LogLevel       string `default:"info" help:"debug, info, warn or error."`
}

// Help shows the command at work.
func (devCommand) Help() string {
	return `Example:
  postern dev
  postern dev db.json
  curl -H "Authorization: Bearer $(postern token --user ada)" http://localhost:6060/api/v1/me

Users of your own, in users.yaml; clients can stand there, too:
  users:
    - name: ada
      permissions: [read:admin-messages]

A postern.yaml that declares collections replaces the sample ones, and so does a db.json, whose documents are read anew
at each start and changed in memory only. Otherwise documents stay in a file of the user's cache folder
unless DATABASE_URL, the settings file or --memory says otherwise.

Nothing leaves this machine. The settings of a real tenant are ignored.`
}

// devOrigins are where development servers listen by default: Postern's own
// playground, Vite, React and Next, Angular, Vue.
const devOrigins = "http://localhost:4040,http://localhost:5173,http://localhost:3000,http://localhost:4200,http://localhost:8080"

// Run serves API, tenant and playground until a signal comes.
func (d devCommand) Run(p process) error {
	people, err := d.people()
	if err != nil {
		return err
	}
	at, err := d.listen()
	if err != nil {
		return err
	}
	defer func() { _ = at.close() }()
	secret, forget, err := devtenant.WriteSecret("", portOf(at.tenant[0]))
	if err != nil {
		return err
	}
	defer func() { _ = forget() }()
	settings, declared, err := d.settings(p, at)
	if err != nil {
		return err
	}
	settings.LogoutClients = append(settings.LogoutClients, logoutClients(allClients(at, people), logoutAddress(at))...)
	log, end := serve.Log(p.ctx, settings, p.stderr)
	defer end()
	tenant, err := devtenant.New(tenantOptions(at, people, secret, settings, log))
	if err != nil {
		return err
	}
	options := serve.Options{
		Admin: at.admin, Explain: true, Standing: &serve.Standing{}, Collections: declared.collections, Seeds: declared.seeds,
		Begin: func() error { return banner{at, people.users, settings, declared}.print(p.stdout, tenant) },
	}
	watched := inspector.New(settings.Origins)
	options.Wrap = watched.Wrap
	shown := playgroundConfig(at, people.users, declared)
	shown.Explain = explainer(settings, options)
	shown.Inspect = watched
	page, err := playground.Handler(shown)
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	go serveBeside(ctx, "tenant", tenant.Handler(), log, at.tenant)
	go serveBeside(ctx, "playground", page, log, at.playground)
	return whoHasIt(serve.Run(ctx, settings, options, log, at.api...))
}

// listen opens the ports of all three, or none.
func (d devCommand) listen() (at listening, err error) {
	for _, one := range []struct {
		flag, addr string
		at         *listeners
	}{{"--admin-addr", d.AdminAddr, &at.admin}, {"--addr", d.Addr, &at.api}, {"--tenant-addr", d.TenantAddr, &at.tenant}, {"--playground-addr", d.PlaygroundAddr, &at.playground}} {
		if one.addr == "" {
			continue
		}
		if *one.at, err = listenLocally(one.addr); err != nil {
			return at, errors.Join(fmt.Errorf("%s: %w", one.flag, err), at.close())
		}
	}
	return at, nil
}

// settings are those of a file and the environment, but for the issuer: that
// is always the development tenant.
func (d devCommand) settings(p process, at listening) (config.Settings, devCollections, error) {
	apiURL := at.apiURL()
	flags := settingFlags{Config: d.Config, LogLevel: &d.LogLevel, PublicURL: &apiURL, ownDatabase: true}
	if d.Origins != "" {
		flags.Origins = &d.Origins
	}
	settings, declarations, err := flags.loadDeclared(p, "auth0Domain", "issuer", "issuers", "audience", "algorithms", "addr", "adminAddr",
		"session.clientId", "session.clientSecret")
	if err != nil {
		return settings, devCollections{}, err
	}
	if len(settings.Ignored) > 0 {
		_, _ = fmt.Fprintf(p.stderr, "Ignored in development: %s.\n", strings.Join(settings.Ignored, ", "))
	}
	if len(settings.Origins) == 0 {
		settings.Origins = strings.Split(devOrigins, ",")
	}
	if home := at.playgroundURL(); !slices.Contains(settings.Origins, home) {
		settings.Origins = append(settings.Origins, home)
	}
	settings.Issuers = []config.Issuer{{
		URL: at.issuer(), Audiences: []string{devtenant.DefaultAudience}, Algorithms: []string{"RS256"},
		DPoP: settings.DPoP,
	}}
	settings.DocsClientID = docsClient
	settings.Session = devSessions(settings.Session)
	settings.LogFormat = "text"
	settings.DrainDelay = 0
	declared, err := d.collections(declarations.Collections)
	if err == nil {
		settings.DatabaseURL, err = d.database(settings)
	}
	return settings, declared, err
}
