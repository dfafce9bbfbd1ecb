package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/middleware"
)

// Route is one line of the table: what can be called, by whom, and who
// answers. The handler returns its error.
type Route struct {
	Method string
	Path   string // in Gin's form: /things/:id
	Right  middleware.Right
	Handle func(*gin.Context) error
	// Types are the media types of the body; nil is application/json.
	Types []string
}

// wellKnown is the path of the metadata of a protected resource (RFC 9728).
const wellKnown = "/.well-known/oauth-protected-resource"

var (
	public        = middleware.Public()
	judged        = middleware.Judged()
	authenticated = middleware.Authenticated()
	permission    = middleware.Permission
)

// Table returns the whole HTTP surface. openapi.yaml lists the same paths and
// rights; a test compares the two.
func (a *API) Table() []Route {
	// Writes of documents spend a proof in their own transaction.
	return slices.Concat(spending(a.fixed()), a.documentRoutes(), spending(a.Routes))
}

// spending are the routes with handlers that are called when the proof is spent.
func spending(routes []Route) []Route {
	routes = slices.Clone(routes)
	for i := range routes {
		routes[i].Handle = middleware.Spending(routes[i].Handle)
	}
	return routes
}

// Routes returns the table of the API that New makes of the same options, for
// those who ask who may call what and serve nothing.
func Routes(options Options) []Route { return (&API{Options: options}).Table() }

// fixed are the routes that every deployment has.
func (a *API) fixed() []Route {
	return []Route{
		{"GET", "/healthz", public, a.health, nil},
		{"GET", "/readyz", public, a.ready, nil},

		{"GET", "/api/messages/public", public, a.publicMessage, nil},
		{"GET", "/api/messages/protected", authenticated, a.protectedMessage, nil},
		{"GET", "/api/messages/admin", permission("read:admin-messages"), a.adminMessage, nil},

		{"GET", "/api/v1/me", authenticated, a.me, nil},

		{"GET", "/docs", public, a.referencePage, nil},
		{"GET", "/docs/:file", public, a.referencePage, nil},
		{"GET", "/openapi.json", public, a.openAPIJSON, nil},
		{"GET", "/openapi.yaml", public, a.openAPIYAML, nil},
		{"GET", "/problems", public, a.listProblems, nil},
		{"GET", "/problems/:code", public, a.showProblem, nil},
		{"GET", a.metadataPath(), public, a.metadata, nil},
		{"POST", "/auth/backchannel-logout", public, a.backChannelLogout, []string{formType}},

		{"GET", loginPath, public, a.login, nil},
		{"GET", callbackPath, public, a.loginCallback, nil},
		{"GET", "/auth/session", public, a.showSession, nil},
		{"POST", "/auth/logout", public, a.logout, nil},
	}
}

// mount hangs the table into the engine, each route behind the checks that its
// right asks for. Health checks are never limited: an overloaded server is
// alive.
func (a *API) mount(e *gin.Engine) error {
	limits := middleware.NewRateLimit(a.RateLimit, a.TrustedProxies)
	if a.Servers != nil {
		limits.Divide(a.Servers)
	}
	options := []middleware.Option{middleware.CountRefusals(limits), middleware.ResourceMetadata(a.metadataURL()),
		middleware.Proofs(a.PublicURL), middleware.Traced(a.Tracer)}
	inFlight := a.InHand.Handler()
	for _, route := range a.Table() {
		if !route.Right.Valid() {
			return fmt.Errorf("route %s %s does not say who may call it", route.Method, route.Path)
		}
		var chain []gin.HandlerFunc
		if !probe(route.Path) {
			if !lasting(route.Path) {
				chain = append(chain, inFlight, middleware.Deadline(a.Timeout))
			}
			if !route.Right.IsPublic() {
				chain = append(chain, middleware.Authenticate(a.Verifier, append(slices.Clone(options), a.doors(route)...)...))
			}
			if lasting(route.Path) {
				chain = append(chain, limits.Handler())
			} else {
				chain = append(chain, limits.HandlerAtOnce(a.MaxInHandEach))
			}
			if a.Spend != nil {
				chain = append(chain, middleware.SpendProofs(a.spend))
			}
		}
		chain = append(chain, middleware.Require(route.Right),
			middleware.RequireJSON(route.types()...), middleware.Handle(route.Handle))
		e.Handle(route.Method, route.Path, chain...)
		if route.Method == http.MethodGet && !visited(route.Path) {
			e.HEAD(route.Path, chain...)
		}
	}
	return nil
}

// doors are the ways to authenticate that depend on the route.
func (a *API) doors(route Route) (options []middleware.Option) {
	if route.Right.IsJudged() {
		options = append(options, middleware.Optional())
	}
	if a.Sessions != nil {
		options = append(options, middleware.WithSessions(a.Sessions.cookies(), lasting(route.Path)))
	}
	return options
}

func (r Route) types() []string {
	if r.Types == nil {
		return []string{"application/json"}
	}
	return r.Types
}

// probe tells whether orchestrators call the path to see how the server is.
func probe(path string) bool { return path == "/healthz" || path == "/readyz" }

// visited tells whether browsers go to the path, and something begins there. To
// ask for its head would begin it, too.
func visited(path string) bool { return path == loginPath || path == callbackPath }

// lasting tells whether answers may go on for as long as the client likes. They
// have limits of their own.
func lasting(path string) bool { return strings.HasSuffix(path, "/changes") }

// patchTypes are the media types of a patch; plain JSON is a merge patch,
// since that is what fetch sends when nobody says more.
var patchTypes = []string{"application/json", mergePatchType, jsonPatchType}

// documentRoutes are those of the declared collections. Their rules judge.
func (a *API) documentRoutes() []Route {
	if a.Documents == nil {
		return nil
	}
	routes := []Route{
		{"GET", prefix + "collections", judged, a.judged(a.listCollections), nil},
		{"POST", prefix + "batch", judged, a.judged(a.batch), nil},
		{"GET", prefix + "changes", judged, a.judged(a.followSome), nil},
		{"GET", prefix + "me/export", authenticated, a.judged(a.exportMine), nil},
		{"DELETE", prefix + "me/data", authenticated, a.judged(a.eraseMine), nil},
	}
	for _, c := range a.Documents.Collections() {
		all, one := prefix+c.Name, prefix+c.Name+"/:id"
		routes = append(routes,
			Route{"GET", all, judged, a.judged(a.listDocuments(c)), nil},
			Route{"POST", all, judged, a.judged(a.write(c, documents.Create)), nil},
			Route{"GET", all + "/changes", judged, a.judged(a.followOne(c)), nil},
			Route{"GET", one, judged, a.judged(a.getDocument(c)), nil},
			Route{"PUT", one, judged, a.judged(a.write(c, documents.Put)), nil},
			Route{"PATCH", one, judged, a.judged(a.write(c, documents.MergePatch)), patchTypes},
			Route{"DELETE", one, judged, a.judged(a.write(c, documents.Delete)), nil})
	}
	return routes
}
