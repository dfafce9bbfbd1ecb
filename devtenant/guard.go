package devtenant

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
)

// maxBody bounds a request to /dev/*, in bytes.
const maxBody = 64 << 10

// guard decides which requests reach /dev/*. Listening on loopback keeps other
// machines out, but not the web pages in this machine's browser: a page can
// post a form to localhost, or let its own name resolve to 127.0.0.1 (DNS
// rebinding). The first shows in Origin and Sec-Fetch-Site, the second in Host.
type guard struct {
	hosts     []string
	trusted   []string
	crossSite *http.CrossOriginProtection
	log       *slog.Logger
}

func newGuard(here address, opts Options) (*guard, error) {
	g := &guard{here.hosts(), opts.TrustedOrigins, http.NewCrossOriginProtection(), opts.Log}
	var mistakes []error
	for _, origin := range g.trusted {
		if err := g.crossSite.AddTrustedOrigin(origin); err != nil {
			mistakes = append(mistakes, fmt.Errorf("trusted origin: %w", err))
		}
	}
	return g, errors.Join(mistakes...)
}

// protect puts the guard in front of next.
func (g *guard) protect(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Origin")
		why := g.objection(r)
		if why == "" && g.trusts(r) {
			w.Header().Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
		}
		switch {
		case why != "":
			g.log.Warn("development tenant refused a request", "path", r.URL.Path, "why", why)
			writeRefusal(w, &refusal{http.StatusForbidden, "access_denied", why})
		case isPreflight(r):
			answerPreflight(w)
		case r.ContentLength > maxBody:
			writeRefusal(w, tooLarge())
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxBody)
			next.ServeHTTP(w, r)
		}
	})
}

// objection says why a request must not pass; empty if it may. The host comes
// first: what a rebound page says about its origin is worth nothing.
func (g *guard) objection(r *http.Request) string {
	origin := r.Header.Get("Origin")
	switch {
	case !slices.Contains(g.hosts, r.Host):
		return foreignHost(r.Host, g.hosts)
	case origin == "null":
		return "The page that sends this request hides its origin (a sandboxed frame, a file or a redirect)."
	case g.trusts(r):
		return ""
	case isPreflight(r):
		return fmt.Sprintf("The origin %q is not among the trusted ones.", origin)
	case r.Header.Get("Sec-Fetch-Site") == "cross-site":
		return "Another site sends this request."
	case g.crossSite.Check(r) != nil:
		return fmt.Sprintf("A page of another origin (%q) sends this request, and the origin is not among the trusted ones.", origin)
	}
	return ""
}

// trusts compares whole origins to the letter, as browsers write them.
func (g *guard) trusts(r *http.Request) bool {
	return slices.Contains(g.trusted, r.Header.Get("Origin"))
}

// isPreflight tells a CORS preflight from a plain OPTIONS, which is only a
// method that no route has.
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}

// answerPreflight is reached by trusted origins only. It says nothing of how
// long it is good for, so that a change in the trusted origins shows at once.
func answerPreflight(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Methods", "GET, POST")
	w.Header().Set("Access-Control-Allow-Headers", "Authorization, Content-Type")
	w.WriteHeader(http.StatusNoContent)
}

func tooLarge() *refusal {
	return &refusal{http.StatusRequestEntityTooLarge, "invalid_request", fmt.Sprintf("The body is larger than %d bytes.", maxBody)}
}
