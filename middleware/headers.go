package middleware

import "github.com/gin-gonic/gin"

// SecurityHeaders sets what every JSON answer should carry (OWASP REST
// security cheat sheet). Handlers that serve pages set their own policy.
// With https set, browsers are told to come by https only.
func SecurityHeaders(https bool) gin.HandlerFunc {
	// Slices without spare room: whoever adds to one gets a copy.
	var (
		nosniff  = []string{"nosniff"}
		noStore  = []string{"no-store"}
		policy   = []string{"default-src 'none'; frame-ancestors 'none'"}
		referrer = []string{"no-referrer"}
		resource = []string{"same-origin"}
		hsts     = []string{"max-age=31536000; includeSubDomains"}
	)
	return func(c *gin.Context) {
		header := c.Writer.Header()
		header["X-Content-Type-Options"] = nosniff
		header["Cache-Control"] = noStore
		header["Content-Security-Policy"] = policy
		header["Referrer-Policy"] = referrer
		header["Cross-Origin-Resource-Policy"] = resource
		if https {
			header["Strict-Transport-Security"] = hsts
		}
	}
}
