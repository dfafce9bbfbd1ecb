// Package playground is a single-page app to try an API with: it signs in at
// the tenant, calls the API from another origin and shows what comes back.
//
// The page is plain ES modules, embedded as they stand in the folder page.
// This package serves them and tells them where API and tenant are. It knows
// no secret: all that happens after the page is loaded is between the browser,
// the tenant and the API, but for tokens that somebody pastes to have them
// explained, which it hands on and forgets. It is for development only, and
// nothing that serves in production imports it.
package playground
