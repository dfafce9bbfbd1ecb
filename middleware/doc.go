// Package middleware is what a request meets on its way to a handler, for any
// Gin server: request log, recovery, security headers, CORS, limits, the check
// of the access token and of the right to call a route.
//
// It knows tokens (package auth) and problems (package problem). It knows no
// collection and no database.
package middleware
