//go:build !nodev

package main

import (
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/devtenant"
)

// anyPorts is the command on ports that are free.
func anyPorts() devCommand {
	return devCommand{Addr: "localhost:0", TenantAddr: "localhost:0", PlaygroundAddr: "localhost:0", LogLevel: "info", Memory: true}
}

func listen(t *testing.T, d devCommand) listening {
	t.Helper()
	at, err := d.listen()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = at.close() })
	return at
}

func TestAPortThatIsTakenNamesItsFlagAndFreesTheOthers(t *testing.T) {
	taken := listen(t, anyPorts())
	for _, tt := range []struct {
		flag string
		set  func(*devCommand, string)
	}{
		{"--addr", func(d *devCommand, addr string) { d.Addr = addr }},
		{"--tenant-addr", func(d *devCommand, addr string) { d.TenantAddr = addr }},
		{"--playground-addr", func(d *devCommand, addr string) { d.PlaygroundAddr = addr }},
	} {
		t.Run(tt.flag, func(t *testing.T) {
			d := anyPorts()
			tt.set(&d, "localhost:"+portOf(taken.api[0]))
			at, err := d.listen()
			if err == nil || !strings.HasPrefix(err.Error(), tt.flag+": ") {
				t.Fatalf("got %v", err)
			}
			for _, listener := range slices.Concat(at.api, at.tenant, at.playground) {
				if again, err := net.Listen("tcp", listener.Addr().String()); err != nil {
					t.Errorf("%v is still taken", listener.Addr())
				} else {
					_ = again.Close()
				}
			}
		})
	}
}

func TestThePlaygroundsRealOriginIsAllowed(t *testing.T) {
	for _, given := range []string{"", "https://app.example.com"} {
		d := anyPorts()
		d.Origins = given
		at := listen(t, d)
		settings, _, err := d.settings(process{getenv: func(string) string { return "" }, stderr: io.Discard}, at)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Contains(settings.Origins, at.playgroundURL()) || !slices.Contains(settings.Origins, orDefault(given, "http://localhost:5173")) {
			t.Errorf("with --origins %q: %q", given, settings.Origins)
		}
	}
}

func orDefault(text, fallback string) string {
	if text == "" {
		return fallback
	}
	return text
}

func TestTheTenantKnowsThePlayground(t *testing.T) {
	at := listen(t, anyPorts())
	own := devtenant.Client{ID: playgroundClient, Callbacks: []string{"http://localhost:9/callback"}, Grants: []string{"authorization_code"}}
	for _, tt := range []struct {
		name    string
		clients []devtenant.Client
		want    string // the callback of the playground's client
	}{
		{"beside the default ones", devtenant.DefaultClients(), at.playgroundURL() + "/callback"},
		{"unless a file says otherwise", []devtenant.Client{own}, own.Callbacks[0]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			options := tenantOptions(at, people{devtenant.DefaultUsers(), tt.clients}, "secret", config.Settings{Session: devSessions(config.Session{})}, nil)
			if _, err := devtenant.New(options); err != nil {
				t.Fatal(err)
			}
			i := slices.IndexFunc(options.Clients, func(c devtenant.Client) bool { return c.ID == playgroundClient })
			if i < 0 || options.Clients[i].Callbacks[0] != tt.want {
				t.Errorf("got %+v, want %s", options.Clients, tt.want)
			}
			if !slices.Contains(options.TrustedOrigins, at.playgroundURL()) {
				t.Errorf("it trusts %q", options.TrustedOrigins)
			}
		})
	}
}

func TestUsersComeFromAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "users.yaml")
	if err := os.WriteFile(path, []byte("users:\n  - name: mary\n    permissions: [read:notes]\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	who, err := devCommand{Users: path}.people()
	if err != nil || len(who.users) != 1 || who.users[0].Name != "mary" || len(who.clients) == 0 {
		t.Errorf("got %+v: %v", who, err)
	}
	if _, err := (devCommand{Users: path + ".not"}).people(); err == nil {
		t.Error("a file that is not there was read")
	}
	if who, err := (devCommand{}).people(); err != nil || len(who.users) != len(devtenant.DefaultUsers()) {
		t.Errorf("without a file: %+v, %v", who, err)
	}
}

func TestTheBannerTellsWhereEverythingIs(t *testing.T) {
	d := anyPorts()
	at := listen(t, d)
	settings, declared, err := d.settings(process{getenv: func(string) string { return "" }, stderr: io.Discard}, at)
	if err != nil {
		t.Fatal(err)
	}
	who := people{users: []devtenant.User{{Name: "mary", Subject: "auth0|mary", Permissions: []string{"read:notes"}}}, clients: devtenant.DefaultClients()}
	tenant, err := devtenant.New(tenantOptions(at, who, "secret", config.Settings{Session: devSessions(config.Session{})}, nil))
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	if err := (banner{at, who.users, settings, declared}).print(&text, tenant); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{at.playgroundURL(), at.apiURL(), at.issuer(), "mary", "read:notes", "notes tasks secrets announcements (samples", "in memory",
		"curl -i " + at.apiURL() + "/api/messages/admin -H 'Authorization: Bearer ey", "--user mary --tenant " + at.issuer()} {
		if !strings.Contains(text.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, text.String())
		}
	}
	if strings.Contains(text.String(), "127.0.0.1") {
		t.Error("it does not say localhost")
	}
}
