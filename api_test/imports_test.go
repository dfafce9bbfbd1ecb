package api_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/postern-dev/postern/"

// reach lists all packages that this one imports, by way of others too.
func reach(t *testing.T, pkg string, flags ...string) []string {
	t.Helper()
	command := exec.Command("go", append(append([]string{"list", "-deps"}, flags...), "./"+pkg)...)
	command.Dir = ".."
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, output)
	}
	list := strings.Fields(string(output))
	return list[:len(list)-1] // the last is the package itself
}

// TestTheArrowsPointOneWay holds who may know whom against what is imported. A
// pattern that ends in a slash is a package and all below it.
func TestTheArrowsPointOneWay(t *testing.T) {
	t.Parallel()
	const gin, sql, stub = "github.com/gin-gonic/", "database/sql", "net/http/httptest"
	for _, tt := range []struct {
		name, pkg, flags string
		never            []string
	}{
		{"what serve runs cannot reach the tenant", "cmd/postern/serve", "", []string{module + "devtenant", module + "playground", module + "inspector", module + "auth/authtest", stub, "testing"}},
		{"the production build has no tenant", "cmd/postern", "-tags=nodev", []string{module + "devtenant", module + "playground", module + "inspector", module + "auth/authtest", stub, "testing"}},
		{"the whole program has nothing of the tests", "cmd/postern", "", []string{module + "auth/authtest", stub, "testing"}},
		{"auth knows no web framework, no database, no test server and nobody who measures", "auth", "", []string{gin, "github.com/gin-contrib/", sql, stub, "testing", "github.com/prometheus/", "go.opentelemetry.io/",
			module + "api", module + "middleware", module + "problem", module + "config", module + "origin", module + "devtenant"}},
		{"middleware knows no routes, no settings and no database", "middleware", "", []string{"github.com/prometheus/", "go.opentelemetry.io/", sql, stub, module + "api", module + "config", module + "devtenant", module + "cmd/"}},
		{"api knows no tenant, no settings and no database", "api", "", []string{"github.com/prometheus/", "go.opentelemetry.io/", sql, stub, module + "config", module + "devtenant", module + "cmd/"}},
		{"config knows neither HTTP servers nor tokens", "config", "", []string{gin, sql, module + "auth", module + "middleware", module + "api", module + "problem", module + "devtenant"}},
		{"yamltree knows values and mistakes only", "yamltree", "", []string{gin, sql, "net/http", module + "config", module + "collection", module + "collection/"}},
		{"mistake knows nobody", "mistake", "", []string{gin, module}},
		{"config does not judge collections", "config", "", []string{module + "collection", module + "collection/"}},
		{"schemas know no database, no settings and read nothing", "collection/schema", "", []string{gin, sql, module + "config", module + "api", module + "yamltree", module + "store"}},
		{"declarations know no settings, no HTTP server and no database", "collection/declare", "", []string{gin, sql, "net/http/httptest", module + "config", module + "api", module + "middleware", module + "store", module + "auth"}},
		{"explaining tokens knows no HTTP server, no settings and no database", "explain", "", []string{gin, sql, stub, "testing", module + "config", module + "api",
			module + "middleware", module + "problem", module + "store", module + "devtenant", module + "cmd/"}},
		{"checking a deployment knows no web framework, no settings and no database", "check", "", []string{gin, sql, stub, "testing", module + "config",
			module + "api", module + "middleware", module + "store", module + "devtenant", module + "cmd/"}},
		{"moving documents knows no web, no database and no settings", "transfer", "", []string{gin, "net/http", sql, module + "config", module + "api",
			module + "yamltree", module + "store", module + "cmd/"}},
		{"setting up a tenant knows nobody", "auth0", "", []string{gin, sql, "net/http", module}},
		{"the reference page knows nobody", "reference", "", []string{gin, sql, module}},
		{"the inspector knows no routes, no settings and no database", "inspector", "", []string{gin, sql, stub, module + "api", module + "config",
			module + "middleware", module + "store", module + "devtenant", module + "cmd/"}},
		{"origin knows nobody", "origin", "", []string{gin, module}},
		{"jsonvalue knows nobody", "jsonvalue", "", []string{gin, sql, "net/http", module}},
		{"problem knows nobody", "problem", "", []string{gin, module}},
		{"seal knows nobody", "seal", "", []string{gin, module}},
		{"queries know neither HTTP nor SQL", "collection/query", "", []string{gin, "net/http", sql, stub, module + "api", module + "auth", module + "config", module + "middleware", module + "problem", module + "store"}},
		{"metrics know no routes, no settings and nothing of development", "metrics", "", []string{stub, "testing", module + "api", module + "config", module + "devtenant", module + "cmd/"}},
		{"traces know no routes, no settings and no gRPC", "traces", "", []string{stub, "testing", module + "api", module + "config", module + "metrics", module + "cmd/",
			"google.golang.org/grpc", "google.golang.org/grpc/"}},
		{"the operator's listener knows verdicts on keys and nobody else", "admin", "", []string{gin, sql, stub, "testing", "html/template", module + "api", module + "config",
			module + "middleware", module + "store", module + "metrics", module + "cmd/"}},
		{"revocations know nobody", "revocation", "", []string{gin, sql, module}},
		{"Postman's files are made of the document alone", "postman", "", []string{gin, module}},
		{"the tenant knows nothing of the server", "devtenant", "", []string{gin, sql, module + "api", module + "middleware", module + "auth", module + "config"}},
		{"the document knows nobody", ".", "", []string{gin, module}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var reached []string
			for _, pkg := range reach(t, tt.pkg, strings.Fields(tt.flags)...) {
				for _, never := range tt.never {
					if pkg == never || strings.HasSuffix(never, "/") && strings.HasPrefix(pkg, never) {
						reached = append(reached, pkg)
					}
				}
			}
			if len(reached) > 0 {
				t.Errorf("%s reaches %v", tt.pkg, reached)
			}
		})
	}
}

func TestAPackageThatIsReachedShows(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ pkg, reaches string }{
		{"cmd/postern", module + "devtenant"},
		{"api", module + "middleware"},
		{"middleware", module + "origin"},
		{"auth", "github.com/auth0/go-jwt-middleware/v2/validator"},
	} {
		if !slices.Contains(reach(t, tt.pkg), tt.reaches) {
			t.Errorf("%s does not reach %s: then the other test proves nothing", tt.pkg, tt.reaches)
		}
	}
}

func TestProblemImportsTheStandardLibraryOnly(t *testing.T) {
	t.Parallel()
	for _, pkg := range reach(t, "problem") {
		if first, _, _ := strings.Cut(pkg, "/"); strings.Contains(first, ".") {
			t.Errorf("problem reaches %s", pkg)
		}
	}
}
