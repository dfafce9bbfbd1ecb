package api_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

const sdkPackage = "browser/node_modules/@auth0/auth0-spa-js"

// sdkStory lives through Auth0's own SDK for single-page apps, on a page
// that is served from an origin of its own and is known to `postern dev` only
// by what its developer writes into a file of users and clients.
func sdkStory(t *testing.T) {
	b := newBrowser(t)
	_, missing := os.Stat(sdkPackage)
	require(t, "@auth0/auth0-spa-js", "run `npm ci` in api_test/browser", missing)
	p := build(t, "")
	for _, story := range []string{
		"refresh tokens in memory", "refresh tokens in localStorage", "a hidden frame", "a popup",
		"a cancelled login, refresh tokens", "a cancelled login, hidden frame",
		"revocation, in memory", "revocation, in localStorage", "reuse", "no audience", "bound tokens",
	} {
		t.Run(story, func(t *testing.T) {
			home, at := p.developApp(t)
			b.tell(t, at.expectRefusals, "sdk.mjs", home, at.tenant+"/", story)
		})
	}
}

// developApp runs the page and `postern dev` for it.
func (p *program) developApp(t *testing.T) (home string, at origins) {
	t.Helper()
	page := httptest.NewUnstartedServer(nil) // has its port, for the file of clients
	t.Cleanup(page.Close)
	home = asLocalhost(page)
	at = p.develop(t, []string{"CLIENT_ORIGIN_URL=" + home}, "--users", ownClient(t, home))
	page.Config.Handler = ownApp(at)
	page.Start()
	return home, at
}

// ownClient writes the file in which a developer tells the tenant of an app.
func ownClient(t *testing.T, home string) (path string) {
	t.Helper()
	var callbacks []string
	for _, mode := range []string{"memory", "localstorage", "frame", "fallback", "no-audience", "dpop"} {
		callbacks = append(callbacks, home+"/"+mode)
	}
	list := strings.Join(callbacks, ", ")
	path = filepath.Join(t.TempDir(), "users.yaml")
	text := fmt.Sprintf(`users:
  - name: lin
    email: lin@example.com
    permissions: [read:admin-messages]
  - name: sam
    email: sam@example.com
clients:
  - id: own-app
    callbacks: [%s]
    logoutUrls: [%s]
    webOrigins: [%s]
`, list, list, home)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// ownApp is one page under several addresses, with the SDK as npm brings it.
func ownApp(at origins) http.Handler {
	serve := func(path string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, path) }
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{mode}", serve("browser/sdk/index.html"))
	mux.HandleFunc("GET /app.js", serve("browser/sdk/app.js"))
	mux.HandleFunc("GET /auth0-spa-js.js", serve(sdkPackage+"/dist/auth0-spa-js.production.esm.js"))
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = fmt.Fprintf(w, `{"api":%q,"tenant":%q,"clientId":"own-app","audience":%q}`, at.api, at.tenant, devtenant.DefaultAudience)
	})
	return mux
}

// expectRefusals tells whether the browser complains of what the stories
// provoke: the API's and the tenant's refusals.
func (at origins) expectRefusals(complaint report) bool {
	text, url := complaint.Detail.Text, complaint.Detail.URL
	switch {
	case strings.HasPrefix(url, at.api+"/api/"):
		return strings.Contains(text, "status of 401") || strings.Contains(text, "status of 403") || strings.Contains(text, "status of 422")
	case url == at.tenant+"/oauth/token":
		return strings.Contains(text, "status of 403")
	}
	return false
}
