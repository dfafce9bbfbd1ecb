package devtenant

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// refusal is an error that a client sees, in the form that Auth0's
// authentication API shares with RFC 6749, section 5.2.
type refusal struct {
	status      int
	Code        string `json:"error"`
	Description string `json:"error_description"`
}

func (e *refusal) Error() string { return e.Code + ": " + e.Description }

func refusef(status int, code, format string, args ...any) error {
	return &refusal{status, code, fmt.Sprintf(format, args...)}
}

// answer lets a handler return its error. An error that is not a refusal was
// not foreseen: it is logged, and the client learns only that it happened.
func (t *Tenant) answer(handle handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		err := handle(w, r)
		if err == nil {
			return
		}
		known, ok := errors.AsType[*refusal](err)
		if !ok {
			t.opts.Log.Error("development tenant failed", "path", r.URL.Path, "error", err)
			known = &refusal{http.StatusInternalServerError, "server_error", "The development tenant failed; its log says why."}
		}
		writeRefusal(w, known)
	})
}

func writeRefusal(w http.ResponseWriter, e *refusal) { writeJSON(w, e.status, e) }

// writeJSON keeps every answer out of caches that does not say otherwise. An
// error of the write means that the client has gone.
func writeJSON(w http.ResponseWriter, status int, body any) {
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	h.Set("X-Content-Type-Options", "nosniff")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body)
}
