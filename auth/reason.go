package auth

// Reason is what a refusal means in words: one fixed text a code, without a
// value of any token or configuration.
type Reason struct {
	Code Code
	// Sentence says what is wrong.
	Sentence string
	// Hint says how to mend it.
	Hint string
}

// Reasons returns the reason of every code, in the order in which a request
// meets them.
func Reasons() []Reason {
	return append([]Reason(nil), reasons[:]...)
}

// ReasonOf returns the reason of a code; the zero Reason for one that does not
// exist.
func ReasonOf(code Code) Reason {
	for i := range reasons {
		if reasons[i].Code == code {
			return reasons[i]
		}
	}
	return Reason{}
}

var reasons = [...]Reason{
	{TokenMissing,
		"This endpoint needs an access token and the request has none.",
		"Send the header `Authorization: Bearer ACCESS_TOKEN`. In a single-page app get the token with getAccessTokenSilently(); for curl and Postman `postern token` prints one of the development tenant."},
	{CredentialsAmbiguous,
		"The request carries its token in more than one place, or in a place where tokens are not accepted.",
		"Send exactly one Authorization header, and no access_token in the query string or a form: addresses end up in logs."},
	{TokenTooLarge,
		"The access token is larger than this server reads.",
		"Tokens are limited to 16 KiB. Move large custom claims out of the access token."},
	{TokenMalformed,
		"What the request carries is not a well-formed JSON Web Token.",
		"Send the access token exactly as the issuer gave it: three parts joined by two dots after `Bearer` and one space, no quotes, no line breaks. A token with critical or embedded-key header members is refused too."},
	{TokenOpaque,
		"The access token is opaque: it is not a JSON Web Token that an API can check.",
		"The login asked for no API. Pass the API's identifier as audience, with Auth0's SDKs `authorizationParams: { audience: \"...\" }`, then log in again: the SDK keeps the old token until then."},
	{TokenEncrypted,
		"The access token is encrypted: only the issuer can read it.",
		"The login asked for no API. Pass the API's identifier as audience, with Auth0's SDKs `authorizationParams: { audience: \"...\" }`, and leave token encryption off for this API in the tenant."},
	{AlgorithmRefused,
		"The access token is signed with an algorithm that this server does not accept.",
		"Set the API's signing algorithm in the tenant to RS256, or name the one in use in POSTERN_ALGORITHMS. Unsigned tokens and shared-secret algorithms (HS256) are never accepted."},
	{TokenTypeRefused,
		"The token says of itself that it is not an access token.",
		"Send the access token, not a logout token or a proof: its `typ` header must be absent, `JWT` or `at+jwt`."},
	{ClaimsInvalid,
		"A claim of the access token is missing or is not what the standard says.",
		"Tokens need a subject (`sub`), an expiry (`exp`) in whole seconds, and text or lists of text in iss, aud, scope and permissions. Look at the token's claims and at what rewrites them in the tenant."},
	{IssuerUnknown,
		"The access token was issued by somebody else than the issuer this server trusts.",
		"The app logs in at another tenant or custom domain than the API is configured for. Compare the token's `iss` with AUTH0_DOMAIN or POSTERN_ISSUER."},
	{IssuerSlash,
		"The access token's issuer differs from the configured one by a slash at the end.",
		"Issuers are compared to the letter. Auth0's end in a slash: set POSTERN_ISSUER exactly to the token's `iss`."},
	{IDTokenSent,
		"This is an ID token. It tells the app who logged in and is no credential for an API.",
		"Send the access token: getAccessTokenSilently(), not getIdTokenClaims() or id_token."},
	{AudienceWrong,
		"The access token was issued for another API.",
		"Pass this API's identifier as audience when logging in: `authorizationParams: { audience: \"...\" }`. It must equal AUTH0_AUDIENCE of the server to the letter."},
	{TokenExpired,
		"The access token has expired.",
		"Get a fresh one and repeat the request: getAccessTokenSilently() does so by itself. If fresh tokens are refused as well, compare the clocks of issuer and server."},
	{TokenNotYetValid,
		"The access token is not valid yet.",
		"The clocks of issuer and server differ: synchronise them, or raise POSTERN_CLOCK_SKEW for a small difference."},
	{TokenLifetimeTooLong,
		"The access token lives longer than this server allows.",
		"Lower the API's token lifetime in the tenant, or raise POSTERN_MAX_TOKEN_LIFETIME."},
	{TokenSenderConstrained,
		"The access token is bound to a key that this request does not prove to hold.",
		"A bound token (claim `cnf`) must not travel as a plain bearer token. Send it as `Authorization: DPoP ACCESS_TOKEN` with a proof in the header DPoP, which the SDK's createFetcher() does, and set POSTERN_PUBLIC_URL and POSTERN_DPOP on the server; or switch useDpop off in the app."},
	{ProofRequired,
		"This server takes only tokens that are bound to a key of their sender.",
		"Switch DPoP on in the app, with Auth0's SDKs `useDpop: true` and createFetcher(), and log in again: a token is bound when it is issued."},
	{TokenUnbound,
		"The scheme is DPoP, but the token is not bound to a key.",
		"Send an unbound token as `Authorization: Bearer ACCESS_TOKEN`, or let the app ask for a bound one: with Auth0's SDKs `useDpop: true`, then log in again."},
	{ProofMissing,
		"The token is bound to a key, and the request brings no proof that its sender holds it.",
		"Send a proof made for this request in the header DPoP. With Auth0's SDKs call the API by createFetcher(), which makes one each time."},
	{ProofMalformed,
		"What the header DPoP carries is not one well-formed proof.",
		"A proof is one JSON Web Token with typ `dpop+jwt`, an asymmetric alg, the public key alone as jwk, and jti, htm, htu, iat and ath (RFC 9449, section 4.2)."},
	{ProofKeyWrong,
		"The proof was made with another key than the one the token is bound to.",
		"Use the key with which the token was requested. Where the app lost it, log in again."},
	{ProofMismatch,
		"The proof was made for another request.",
		"htm is the method, htu the address as the client calls it without its query (POSTERN_PUBLIC_URL tells the server its own), ath the SHA-256 of the token in base64url. Make a proof for each request."},
	{ProofSignatureBad,
		"The proof's signature does not fit its content.",
		"The proof was changed on its way or was not signed with the key that it names."},
	{ProofNonce,
		"The proof has to carry a nonce of this server, and has none or an old one.",
		"Repeat the request with a new proof that carries the value of the header DPoP-Nonce as `nonce`. The SDK's createFetcher() does so by itself."},
	{ProofStale,
		"The proof's time differs too much from this server's.",
		"Make a proof for each request, when it is sent. Where the device's clock is wrong, the nonce of the header DPoP-Nonce helps: put it into the next proof."},
	{ProofReplayed,
		"The proof was used before.",
		"Each request needs a proof of its own, with a jti that was never used: crypto.randomUUID() makes one. The SDK's createFetcher() does so by itself."},
	{ProofsFull,
		"This server has to remember more proofs than it can, so it cannot tell whether this one is new.",
		"This is no logout: keep the token and repeat the request, with a new proof, after the time in Retry-After."},
	{KeyUnknown,
		"The access token names a signing key that its issuer does not publish.",
		"Get a fresh token. The issuer may have withdrawn the key, or the token comes from another tenant that uses the same name."},
	{SignatureBad,
		"The access token's signature does not fit its content.",
		"The token was changed on its way or was not signed by its issuer. Send it exactly as it was issued."},
	{TokenRevoked,
		"The access token was revoked: its user signed out, or somebody ended their sessions.",
		"Log in again. A token that was issued after that is accepted."},
	{ScopeMissing,
		"The access token lacks a scope that this endpoint asks for.",
		"Ask for the scope when logging in: `authorizationParams: { scope: \"...\" }`. If it still is missing, the user may not have it."},
	{AuthenticationInsufficient,
		"This asks for a login that is stronger, or more recent, than the one that the access token comes from.",
		"Log in once more with the `acr_values` and `max_age` of WWW-Authenticate, with Auth0's SDKs `authorizationParams: { acr_values: \"...\", max_age: ... }`. The tenant has to put `acr` and `auth_time` into access tokens."},
	{PermissionMissing,
		"The user lacks a permission that this endpoint asks for.",
		"Assign the permission to the user or to one of their roles in the tenant, and switch on RBAC and \"Add Permissions in the Access Token\" for the API. Asking for more scopes cannot help."},
	{KeysUnavailable,
		"The issuer's signing keys cannot be had right now, so nobody can tell whether the token is good.",
		"This is no logout: keep the token and repeat the request after the time in Retry-After."},
}
