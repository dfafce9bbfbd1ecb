package api

import (
	"fmt"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/middleware"
)

// Route is one line of the table: what can be called, by whom, and who
// answers. The handler returns its error.
type Route struct {
	Method string
	Path   string // in Gin's form: /things/:id
	Right  middleware.Right
	Handle func(*gin.Context) error
}

// wellKnown is the path of the metadata of a protected resource (RFC 9728).
const wellKnown = "/.well-known/oauth-protected-resource"

var (
	public        = middleware.Public()
	authenticated = middleware.Authenticated()
	permission    = middleware.Permission
)

// Table returns the whole HTTP surface. openapi.yaml lists the same paths and
// rights; a test compares the two.
func (a *API) Table() []Route {
	return append([]Route{
		{"GET", "/healthz", public, a.health},
		{"GET", "/readyz", public, a.ready},

		{"GET", "/api/messages/public", public, a.publicMessage},
		{"GET", "/api/messages/protected", authenticated, a.protectedMessage},
		{"GET", "/api/messages/admin", permission("read:admin-messages"), a.adminMessage},

		{"GET", "/api/v1/me", authenticated, a.me},

		{"GET", "/openapi.json", public, a.openAPIJSON},
		{"GET", "/openapi.yaml", public, a.openAPIYAML},
		{"GET", "/problems", public, a.listProblems},
		{"GET", "/problems/:code", public, a.showProblem},
		{"GET", a.metadataPath(), public, a.metadata},
	}, a.Routes...)
}

// mount hangs the table into the engine, each route behind the checks that its
// right asks for. Health checks are never limited: an overloaded server is
// alive.
func (a *API) mount(e *gin.Engine) error {
	limits := middleware.NewRateLimit(a.RateLimit, a.TrustedProxies)
	authenticate := middleware.Authenticate(a.Verifier,
		middleware.CountRefusals(limits), middleware.ResourceMetadata(a.metadataURL()))
	inFlight := middleware.LimitInFlight(a.MaxInFlight)
	for _, route := range a.Table() {
		if !route.Right.Valid() {
			return fmt.Errorf("route %s %s does not say who may call it", route.Method, route.Path)
		}
		var chain []gin.HandlerFunc
		if !probe(route.Path) {
			chain = append(chain, inFlight, middleware.Deadline(a.Timeout))
			if !route.Right.IsPublic() {
				chain = append(chain, authenticate)
			}
			chain = append(chain, limits.Handler())
		}
		chain = append(chain, middleware.Require(route.Right),
			middleware.RequireJSON("application/json"), middleware.Handle(route.Handle))
		e.Handle(route.Method, route.Path, chain...)
		if route.Method == http.MethodGet {
			e.HEAD(route.Path, chain...)
		}
	}
	return nil
}

// probe tells whether orchestrators call the path to see how the server is.
func probe(path string) bool { return path == "/healthz" || path == "/readyz" }
