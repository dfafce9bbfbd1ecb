package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

// exampleApp is an app of examples/ on an origin of its own, with a tenant that
// knows it and a server that can be killed.
type exampleApp struct {
	*browser
	page *httptest.Server
	home string
	api  mortal
}

func newExampleApp(t *testing.T) exampleApp {
	t.Helper()
	e := exampleApp{browser: newBrowser(t), page: httptest.NewUnstartedServer(nil)} // has its port, for the tenant
	t.Cleanup(e.page.Close)
	e.home = asLocalhost(e.page)
	e.startTenant(t, func(o *devtenant.Options) {
		o.Clients = []devtenant.Client{{
			ID: "spa", Callbacks: []string{e.home, e.home + "/"}, LogoutURLs: []string{e.home}, WebOrigins: []string{e.home},
			Grants: []string{"authorization_code", "refresh_token"},
		}}
	})
	e.api = e.serveSamples(t, e.home)
	return e
}

// expects tells whether the browser complains of what the stories provoke:
// refusals, lines that break, and calls to what is away.
func (e exampleApp) expects(complaint report) bool {
	text, url := complaint.Detail.Text, complaint.Detail.URL
	switch {
	case strings.HasPrefix(url, e.api.URL+"/api/v1/"):
		return strings.Contains(text, "net::ERR_") || strings.Contains(text, "status of 412") || strings.Contains(text, "status of 422")
	case strings.HasPrefix(url, e.issuer):
		return strings.Contains(text, "net::ERR_") || strings.Contains(text, "status of 503")
	}
	// The outage page of the tenant has no CORS headers, as a proxy's has none.
	return strings.Contains(text, e.issuer) && strings.Contains(text, "CORS policy") || strings.HasSuffix(url, "/settings.json")
}

// reactExampleStory builds examples/react as its readers do, and lives through
// it, a conflict and two outages included.
func reactExampleStory(t *testing.T) {
	e := newExampleApp(t)
	_, missing := os.Stat("../examples/react/node_modules/vite")
	require(t, "Vite", "run `npm ci` in examples/react", missing)
	dist := t.TempDir()
	for _, script := range [][]string{{"typescript/bin/tsc"}, {"vite/bin/vite.js", "build", "--emptyOutDir", "--outDir", dist}} {
		command := exec.CommandContext(t.Context(), e.node, append([]string{"node_modules/" + script[0]}, script[1:]...)...)
		command.Dir = "../examples/react"
		command.Env = append(os.Environ(), "VITE_AUTH0_DOMAIN="+strings.TrimSuffix(e.issuer, "/"), "VITE_API_URL="+e.api.URL)
		if out, err := command.CombinedOutput(); err != nil {
			t.Fatalf("%s: %v\n%s", script[0], err, out)
		}
	}
	e.page.Config.Handler = http.FileServer(http.Dir(dist))
	e.page.Start()
	e.tell(t, e.expects, "react.mjs", e.home, e.api.URL, e.issuer, e.api.control, os.Getenv("PICTURES"))
}

func fetchExampleStory(t *testing.T) {
	e := newExampleApp(t)
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("../examples/fetch")))
	mux.HandleFunc("/settings.json", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"issuer":%q,"api":%q}`, e.issuer, e.api.URL)
	})
	e.page.Config.Handler = mux
	e.page.Start()
	e.tell(t, e.expects, "fetch.mjs", e.home)
}

// sessionExampleStory lives through a whole session in two tabs of a browser:
// `postern dev` as it stands, and a page that never sees a token.
func sessionExampleStory(t *testing.T) {
	b := newBrowser(t)
	page := httptest.NewUnstartedServer(nil)
	t.Cleanup(page.Close)
	home := asLocalhost(page)
	at := build(t, "").develop(t, nil, "--origins", home)
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir("../examples/session")))
	mux.HandleFunc("/settings.json", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprintf(w, `{"api":%q}`, at.api) })
	page.Config.Handler = mux
	page.Start()
	b.tell(t, func(complaint report) bool {
		// Refusals while the tenant is down, and when the session has ended.
		text := complaint.Detail.Text
		return strings.HasPrefix(complaint.Detail.URL, at.api+"/api/v1/") &&
			(strings.Contains(text, "status of 503") || strings.Contains(text, "status of 401") || strings.Contains(text, "net::ERR_"))
	}, "session.mjs", home, at.api, at.tenant, os.Getenv("PICTURES"))
}
