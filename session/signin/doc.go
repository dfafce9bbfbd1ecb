// Package signin keeps users of a browser signed in: it sends them to the
// tenant, takes them back, keeps their tokens and refreshes them, and signs them
// out (OpenID Connect Core 1.0; RFC 7636; RFC 10017). It knows neither a web
// framework nor SQL.
package signin
