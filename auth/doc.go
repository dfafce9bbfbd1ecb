// Package auth decides whether a raw access token is good and whose it is.
//
// A [Verifier] takes the token of an Authorization header and answers with an
// [Identity] or with a [*Refusal] that carries a stable code, a sentence and a
// hint. It keeps the key sets of its issuers fresh by itself and remembers
// tokens that it has verified.
//
// The package knows OAuth 2.0 and JSON Web Tokens. It does not know HTTP
// servers, frameworks or databases: which status a refusal costs is decided by
// package middleware.
package auth
