package api_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
	"github.com/postern-dev/postern/playground"
)

// liveStory lives through the notes application in several tabs, whose lines are
// cut and whose server is killed. The three of `postern dev` run apart here:
// the page and the tenant outlive the API.
func liveStory(t *testing.T) {
	b := newBrowser(t)
	_, missing := os.Stat("browser/node_modules/axe-core")
	require(t, "axe-core", "run `npm ci` in api_test/browser", missing)
	page := httptest.NewUnstartedServer(nil) // has its port, for the tenant
	t.Cleanup(page.Close)
	home := asLocalhost(page)
	b.startTenant(t, func(o *devtenant.Options) {
		o.TrustedOrigins = []string{home}
		o.Clients = []devtenant.Client{{
			ID: "playground", Callbacks: []string{home + "/callback"}, LogoutURLs: []string{home}, WebOrigins: []string{home},
			Grants: []string{"authorization_code", "refresh_token"},
		}}
	})
	api := b.serveSamples(t, home)
	shown := playground.Config{
		Origin: home, API: api.URL, Issuer: b.issuer, ClientID: "playground", Audience: devtenant.DefaultAudience, Samples: true,
	}
	for _, user := range devtenant.DefaultUsers() {
		shown.Users = append(shown.Users, playground.User{Name: user.Name, Subject: user.Subject, Permissions: user.Permissions})
	}
	var err error
	if page.Config.Handler, err = playground.Handler(shown); err != nil {
		t.Fatal(err)
	}
	page.Start()
	b.tell(t, func(complaint report) bool {
		// Lines that break, and calls to a server that is away.
		return strings.HasPrefix(complaint.Detail.URL, api.URL+"/api/v1/") && strings.Contains(complaint.Detail.Text, "net::ERR_")
	}, "live.mjs", home, b.issuer, api.control)
}

// mortal is a server that a story can kill and start again.
type mortal struct {
	*server
	control string
}

// serveSamples runs `postern serve` with the sample collections for the page.
func (b *browser) serveSamples(t *testing.T, page string) mortal {
	t.Helper()
	declared, err := os.ReadFile("../cmd/postern/samples.yaml")
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	m := build(t, "").member(t, string(declared),
		"POSTERN_ISSUER="+b.issuer, "AUTH0_AUDIENCE="+devtenant.DefaultAudience, "CLIENT_ORIGIN_URL="+page, "POSTERN_ADDR="+address)
	s := &server{URL: "http://" + address}
	s.waitReady(t)
	orders := http.NewServeMux()
	orders.HandleFunc("POST /kill", func(http.ResponseWriter, *http.Request) { m.kill() })
	orders.HandleFunc("POST /start", func(http.ResponseWriter, *http.Request) { m.start(t) })
	control := httptest.NewServer(orders)
	t.Cleanup(control.Close)
	return mortal{s, control.URL}
}
