package devtenant

import (
	"net/http"
	"strings"
)

// route is one line of the tenant's surface.
type route struct {
	method, path string
	handle       handler
}

// publicRoutes are what a real tenant has as well.
func (t *Tenant) publicRoutes() []route {
	return []route{
		{"GET", "/{$}", t.index},
		{"GET", "/favicon.ico", noIcon},
		{"GET", "/.well-known/openid-configuration", t.discovery},
		{"GET", "/.well-known/jwks.json", t.keySet},

		{"GET", "/authorize", t.forPeople(t.authorize)},
		{"GET", loginPath, t.forPeople(t.showLogin)},
		{"POST", loginPath, t.forPeople(t.finishLogin)},
		{"GET", "/v2/logout", t.forPeople(t.logout)},
		{"GET", "/oidc/logout", t.forPeople(t.endpointLogout)},

		{"POST", "/oauth/token", t.forApps(t.tokens)},
		{"OPTIONS", "/oauth/token", t.forApps(t.preflight)},
		{"POST", "/oauth/revoke", t.forApps(t.revoke)},
		{"OPTIONS", "/oauth/revoke", t.forApps(t.preflight)},
		{"GET", "/userinfo", t.forApps(t.userinfo)},
		{"POST", "/userinfo", t.forApps(t.userinfo)},
		{"OPTIONS", "/userinfo", t.forApps(t.preflight)},
	}
}

// devRoutes are what only a development tenant has. They stand behind the
// guard, and above all of them is /dev/.
func (t *Tenant) devRoutes() []route {
	return []route{
		{"GET", "/dev/state", t.showState},
		{"POST", "/dev/token", t.mintToken},
		{"POST", "/dev/rotate", t.rotateKeys},
		{"POST", "/dev/outage", t.beginOutage},
		{"POST", "/dev/skew", t.skewClock},
		{"POST", "/dev/lifetime", t.changeLifetime},
		{"POST", "/dev/logout", t.signOutEverywhere},
	}
}

// serve builds a handler from routes. What net/http would answer in plain text
// (404, 405) becomes JSON, and a doubled slash is not redirected: with a real
// tenant it is an error, and one better met in development.
func (t *Tenant) serve(routes []route) http.Handler {
	mux := http.NewServeMux()
	methods := map[string][]string{}
	for _, r := range routes {
		mux.Handle(r.method+" "+r.path, t.answer(r.handle))
		methods[r.path] = append(methods[r.path], r.method)
	}
	for path, known := range methods {
		mux.Handle(path, t.answer(refuseMethod(known)))
	}
	mux.Handle("/", t.answer(notFound))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.URL.Path, "//") {
			t.answer(notFound).ServeHTTP(w, r)
			return
		}
		mux.ServeHTTP(w, r)
	})
}

func notFound(_ http.ResponseWriter, r *http.Request) error {
	return refusef(http.StatusNotFound, "not_found", "The development tenant has no %q. GET / lists what it has.", r.URL.Path)
}

// refuseMethod names the methods that would have been right. A route for GET
// answers HEAD too.
func refuseMethod(known []string) handler {
	allow := strings.Replace(strings.Join(known, ", "), "GET", "GET, HEAD", 1)
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Allow", allow)
		return refusef(http.StatusMethodNotAllowed, "method_not_allowed", "%s is not possible here, only %s.", r.Method, allow)
	}
}
