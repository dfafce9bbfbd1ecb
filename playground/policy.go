package playground

import (
	"net/http"
	"strings"
)

// policy is the page's Content-Security-Policy: scripts and styles come from
// here and from nowhere else, none of them inline; requests go to API and
// tenant only; the one frame is the tenant's, for signing in silently.
func policy(config Config) string {
	api, _ := originOf(config.API) // check has read both
	tenant, _ := originOf(config.Issuer)
	return strings.Join([]string{
		"default-src 'none'",
		"script-src 'self'",
		"style-src 'self'",
		"img-src 'self'",
		"connect-src 'self' " + api + " " + tenant,
		"frame-src " + tenant,
		"base-uri 'none'",
		"form-action 'none'",
		"frame-ancestors 'none'",
		"require-trusted-types-for 'script'",
		"trusted-types 'none'",
	}, "; ")
}

// secure sets what every answer carries. The address of /callback holds a
// code, so no other server may learn it from a Referer.
func secure(header http.Header, policy string) {
	header.Set("Content-Security-Policy", policy)
	header.Set("X-Content-Type-Options", "nosniff")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("Cross-Origin-Opener-Policy", "same-origin")
	header.Set("Cross-Origin-Resource-Policy", "same-origin")
	// A newer postern is to show its own page, not the last one's.
	header.Set("Cache-Control", "no-store")
}
