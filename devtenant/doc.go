// Package devtenant is the development tenant: a look-alike of an Auth0 tenant
// that lives on this machine, speaks http and signs real RS256 access tokens.
//
// A [Tenant] publishes its keys as a tenant does, mints tokens for its users
// and can be put through drills: a key rotation, an outage, a wrong clock. All
// that is not part of a real tenant lives under /dev/, where requests for a
// foreign host and requests that other sites send are refused.
//
// [WriteSecret], [ReadSecret] and [RequestToken] are for the commands around
// it: they let another process of the same user ask for tokens.
//
// The package knows OAuth 2.0 and JSON Web Tokens. It does not know the API
// that its tokens are for, how that API checks them, or any setting; nothing
// that serves in production imports it.
package devtenant
