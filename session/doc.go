// Package session is what a browser's session is: an id that only the browser
// has, and what the server keeps under it (RFC 10017, OAuth 2.0 for
// Browser-Based Applications, backend for a frontend). It knows neither HTTP
// nor SQL. Package signin below it makes and ends sessions.
package session
