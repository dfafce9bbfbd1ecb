package middleware

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/gin-contrib/cors"
	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/origin"
)

// preflightMaxAge is how long a browser may keep the answer to a preflight:
// the most that Chromium does.
const preflightMaxAge = 2 * time.Hour

// CORS lets pages of the allowed origins read every answer, errors included.
// It stands outside of everything that can refuse a request. Pages of other
// origins get no CORS headers; callers that are no browser do not notice. Pages
// of the origins in withCookies may send the cookie of a session, too.
func CORS(allowed origin.List, withCookies ...string) gin.HandlerFunc {
	bearers, cookies := preflights(false), preflights(true)
	// Slices without spare room: whoever adds to one gets a copy.
	vary, expose, credentials := []string{"Origin"}, []string{strings.Join(exposed, ", ")}, []string{"true"}
	return func(c *gin.Context) {
		origins := c.Request.Header["Origin"]
		withCookie := len(origins) == 1 && slices.Contains(withCookies, origins[0])
		switch {
		case len(origins) != 1 || !withCookie && !allowed.Allows(origins[0]):
			foreign(c, origins)
		case c.Request.Method == http.MethodOptions && withCookie:
			cookies(c)
		case c.Request.Method == http.MethodOptions:
			bearers(c)
		default:
			header := c.Writer.Header()
			header["Vary"] = vary
			header["Access-Control-Allow-Origin"] = origins[:1:1]
			header["Access-Control-Expose-Headers"] = expose
			if withCookie {
				header["Access-Control-Allow-Credentials"] = credentials
			}
		}
	}
}

// exposed are the fields that pages may read beside those that they always may.
var exposed = []string{"ETag", "Link", "Location", "WWW-Authenticate", "Retry-After", "X-Request-Id",
	"RateLimit", "RateLimit-Policy", "Date", "Idempotency-Replayed", "Server-Timing", "DPoP-Nonce"}

// preflights answers those who ask for permission, of allowed origins.
func preflights(withCookies bool) gin.HandlerFunc {
	headers := []string{"Authorization", "Content-Type", "If-Match", "If-None-Match",
		"Idempotency-Key", "Last-Event-ID", "X-Request-Id", "DPoP"}
	if withCookies {
		headers = append(headers, CrossSiteHeader)
	}
	shared := cors.New(cors.Config{
		// Called only after our own matching, so that the library's answer
		// to foreign origins, an empty 403, is never given.
		AllowOriginFunc:  func(string) bool { return true },
		AllowCredentials: withCookies,
		AllowMethods:     []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"},
		AllowHeaders:     headers,
		MaxAge:           preflightMaxAge,
	})
	return func(c *gin.Context) {
		// The library takes an origin with this host for the same one,
		// whatever the scheme, and gives it no headers.
		host := c.Request.Host
		c.Request.Host = ""
		shared(c)
		c.Request.Host = host
		// It also puts the same slices into every answer: writing behind
		// them would be a data race.
		header := c.Writer.Header()
		header["Vary"] = slices.Clone(header["Vary"])
	}
}

// foreign answers requests of no or of a foreign origin: caches must know that
// the answer would differ for an allowed one.
func foreign(c *gin.Context, origins []string) {
	header := c.Writer.Header()
	preflight := isPreflight(c.Request)
	if preflight {
		header["Vary"] = []string{"Origin", "Access-Control-Request-Method", "Access-Control-Request-Headers"}
	} else {
		header["Vary"] = []string{"Origin"}
	}
	if len(origins) == 0 {
		return
	}
	note(c, "cors", "origin not allowed: its pages cannot read this answer; to let them, add it to CLIENT_ORIGIN_URL")
	note(c, "origin", shown(origins[0], 100))
	if preflight {
		c.AbortWithStatus(http.StatusNoContent)
	}
}

// isPreflight tells whether a browser asks for permission (Fetch standard,
// CORS-preflight request).
func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != ""
}
