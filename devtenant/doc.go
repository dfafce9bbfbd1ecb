// Package devtenant is the development tenant: a look-alike of an Auth0 tenant
// that lives on this machine, speaks http and signs real RS256 tokens.
//
// A [Tenant] signs people in as Auth0 does for single-page apps and native
// ones: authorization code with PKCE, silent renewal in a hidden frame, refresh
// tokens that rotate, client credentials, userinfo, revocation and logout, with
// Auth0's words for each mistake. There are no passwords: whoever can open its
// login page picks a user. Everything it remembers is in memory and bounded.
//
// It can be put through drills: a key rotation, an outage, a wrong clock,
// tokens that are soon over. All that is not part of a real tenant lives under
// /dev/, where requests for a foreign host and requests that other sites send
// are refused.
//
// [LoadFile] reads other users and clients than the default ones. [WriteSecret], [ReadSecret] and [RequestToken] are for the commands around
// it: they let another process of the same user ask for tokens.
//
// The package knows OAuth 2.0 and JSON Web Tokens. It does not know the API
// that its tokens are for, how that API checks them, or any setting; nothing
// that serves in production imports it.
package devtenant
