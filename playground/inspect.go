package playground

import "net/http"

// inspectPath is where the page hears of the requests to the API.
const inspectPath = "/inspector/events"

// withInspect tells the inspector's page what it shows. A page of another
// origin gets nothing: browsers say with each request where it comes from.
func withInspect(config Config, next http.Handler) http.Handler {
	if config.Inspect == nil {
		return next
	}
	headers := policy(config)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != inspectPath || r.Method != http.MethodGet {
			next.ServeHTTP(w, r)
			return
		}
		secure(w.Header(), headers)
		origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
		if origin != "" && origin != config.Origin || site != "" && site != "same-origin" {
			http.Error(w, "Only the playground itself may ask.", http.StatusForbidden)
			return
		}
		config.Inspect.ServeHTTP(w, r)
	})
}
