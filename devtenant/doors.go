package devtenant

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// handler either answers or returns an error, never both.
type handler func(http.ResponseWriter, *http.Request) error

// forPeople is the door of what is seen in a browser: errors are pages.
func (t *Tenant) forPeople(handle handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		err := t.checkHost(r)
		if err == nil {
			err = handle(w, r)
		}
		why, known := errors.AsType[*refusal](err)
		if !known {
			return err
		}
		t.opts.Log.Warn("development tenant refused a request", "path", r.URL.Path, "error", why.Code, "why", why.Description)
		var allowed []string
		if m, ok := errors.AsType[*mismatch](err); ok {
			allowed = m.allowed
		}
		writeErrorPage(w, why, allowed)
		return nil
	}
}

// forApps is the door of what apps fetch: pages of known origins may read the
// answer, errors included.
func (t *Tenant) forApps(handle handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Add("Vary", "Origin")
		if err := t.checkHost(r); err != nil {
			return err
		}
		if origin := r.Header.Get("Origin"); slices.Contains(t.origins, origin) {
			w.Header().Set("Access-Control-Allow-Origin", origin)
			w.Header().Set("Access-Control-Expose-Headers", "WWW-Authenticate")
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		err := handle(w, r)
		if why, known := errors.AsType[*refusal](err); known {
			t.opts.Log.Warn("development tenant refused a request", "path", r.URL.Path, "error", why.Code, "why", why.Description)
		}
		return err
	}
}

// preflight answers a browser that asks before it fetches. The headers are
// those that Auth0's SDKs and API consoles send.
func (t *Tenant) preflight(w http.ResponseWriter, r *http.Request) error {
	h := w.Header()
	if origin := r.Header.Get("Origin"); h.Get("Access-Control-Allow-Origin") == "" {
		return refusef(http.StatusForbidden, "access_denied", "The origin %q is not among the web origins of any client.", origin)
	}
	h.Set("Access-Control-Allow-Methods", "GET, POST")
	h.Set("Access-Control-Allow-Headers", "Auth0-Client, Authorization, Content-Type, DPoP, X-Requested-With")
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// checkHost keeps out pages that have let their own name resolve to this
// machine (DNS rebinding): they could read every answer, and sign in.
func (t *Tenant) checkHost(r *http.Request) error {
	if slices.Contains(t.guard.hosts, r.Host) {
		return nil
	}
	return refusef(http.StatusForbidden, "access_denied", "%s", foreignHost(r.Host, t.guard.hosts))
}

func foreignHost(host string, ours []string) string {
	return fmt.Sprintf("The host %q is not this tenant: it answers to %s only.", host, strings.Join(ours, ", "))
}

// fetchOrigins are those of all clients, each once.
func fetchOrigins(clients []Client) (origins []string) {
	for _, client := range clients {
		for _, origin := range client.fetchOrigins() {
			if !slices.Contains(origins, origin) {
				origins = append(origins, origin)
			}
		}
	}
	return origins
}
