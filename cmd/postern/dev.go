//go:build !nodev

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

type devCommand struct {
	Config     string `help:"Settings file; postern.yaml in this folder if there is one." placeholder:"FILE"`
	Addr       string `default:"localhost:6060" help:"Where the API listens; on this machine only."`
	TenantAddr string `default:"localhost:6061" help:"Where the tenant listens; on this machine only."`
	Origins    string `help:"Allowed browser origins; the usual ports of development servers if left out." placeholder:"ORIGIN"`
	LogLevel   string `default:"info" help:"debug, info, warn or error."`
}

// Help shows the command at work.
func (devCommand) Help() string {
	return `Example:
  postern dev
  curl -H "Authorization: Bearer $(postern token --user ada)" http://localhost:6060/api/v1/me

Nothing leaves this machine. The settings of a real tenant are ignored.`
}

// devOrigins are where development servers listen by default: Postern's own
// playground, Vite, React and Next, Angular, Vue.
const devOrigins = "http://localhost:4040,http://localhost:5173,http://localhost:3000,http://localhost:4200,http://localhost:8080"

// Run serves API and tenant until a signal comes.
func (d devCommand) Run(p process) error {
	apis, err := listenLocally(d.Addr)
	if err != nil {
		return err
	}
	tenants, err := listenLocally(d.TenantAddr)
	if err != nil {
		return errors.Join(err, closeAll(apis))
	}
	port := portOf(tenants[0])
	secret, forget, err := devtenant.WriteSecret("", port)
	if err != nil {
		return errors.Join(err, closeAll(append(apis, tenants...)))
	}
	defer func() { _ = forget() }()
	apiURL := "http://localhost:" + portOf(apis[0])
	settings, err := d.settings(p, apiURL, "http://localhost:"+port+"/")
	if err != nil {
		return errors.Join(err, closeAll(append(apis, tenants...)))
	}
	log := serve.Log(settings, p.stderr)
	tenant, err := devtenant.New(devtenant.Options{
		Issuer:         settings.Issuers[0].URL,
		Secret:         secret,
		TrustedOrigins: []string{apiURL, "http://localhost:4040"},
		Log:            log,
	})
	if err != nil {
		return err
	}
	if err := banner(p.stdout, tenant, apiURL, settings); err != nil {
		return err
	}
	ctx, stop := context.WithCancel(p.ctx)
	defer stop()
	go serveTenant(ctx, tenant.Handler(), log, tenants)
	return serve.Run(ctx, settings, serve.Options{Explain: true}, log, apis...)
}

// settings are those of a file and the environment, but for the issuer: that
// is always the development tenant.
func (d devCommand) settings(p process, apiURL, issuer string) (config.Settings, error) {
	flags := settingFlags{Config: d.Config, LogLevel: &d.LogLevel, PublicURL: &apiURL}
	if d.Origins != "" {
		flags.Origins = &d.Origins
	}
	settings, err := flags.load(p, "auth0Domain", "issuer", "issuers", "audience", "algorithms", "addr")
	if err != nil {
		return settings, err
	}
	if len(settings.Ignored) > 0 {
		_, _ = fmt.Fprintf(p.stderr, "Ignored in development: %s.\n", strings.Join(settings.Ignored, ", "))
	}
	if len(settings.Origins) == 0 {
		settings.Origins = strings.Split(devOrigins, ",")
	}
	settings.Issuers = []config.Issuer{{
		URL: issuer, Audiences: []string{devtenant.DefaultAudience}, Algorithms: []string{"RS256"},
	}}
	settings.LogFormat = "text"
	settings.DrainDelay = 0
	return settings, nil
}

// serveTenant serves the tenant until ctx ends.
func serveTenant(ctx context.Context, tenant http.Handler, log *slog.Logger, listeners []net.Listener) {
	server := &http.Server{Handler: tenant, ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 20 * time.Second,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelDebug)}
	for _, listener := range listeners {
		go func() {
			if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
				log.Error("development tenant stopped", "error", err)
			}
		}()
	}
	<-ctx.Done()
	_ = server.Close()
}
