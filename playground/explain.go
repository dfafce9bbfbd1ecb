package playground

import (
	"context"
	"io"
	"net/http"
)

// explainPath is where the page sends a token that somebody pasted into it.
const explainPath = "/explain"

// maxPasted bounds what is read of it, in bytes.
const maxPasted = 32 << 10

// withExplain answers the page's questions about tokens. Only the page itself
// may ask: others could learn how the API is set up.
func withExplain(config Config, next http.Handler) http.Handler {
	if config.Explain == nil {
		return next
	}
	headers := policy(config)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != explainPath || r.Method != http.MethodPost {
			next.ServeHTTP(w, r)
			return
		}
		secure(w.Header(), headers)
		if r.Header.Get("Origin") != config.Origin {
			http.Error(w, "Only the playground itself may ask.", http.StatusForbidden)
			return
		}
		answerExplained(w, r, config.Explain)
	})
}

func answerExplained(w http.ResponseWriter, r *http.Request, explain func(context.Context, string) ([]byte, error)) {
	pasted, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPasted))
	if err != nil {
		http.Error(w, "This is too long for a token.", http.StatusRequestEntityTooLarge)
		return
	}
	report, err := explain(r.Context(), string(pasted))
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnprocessableEntity)
		return
	}
	w.Header().Set("Content-Type", mediaTypes[".json"])
	_, _ = w.Write(report) // a failure means that the browser has gone
}
