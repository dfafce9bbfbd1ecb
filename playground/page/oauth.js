// The requests of a public client to its tenant: OAuth 2.0 and OpenID Connect,
// in Auth0's dialect (audience, /oauth/token, /v2/logout).
import { challengeOf } from './pkce.js'
import { decode } from './token.js'

/** What the tenant, or the way to it, has against a request. */
export class AuthError extends Error {
  constructor(code, description) {
    super(description)
    this.code = code
  }
}

/** Where the tenant sends the browser back to. */
export function redirectURI() {
  return `${location.origin}/callback`
}

/** Returns the address of the tenant's login page. Empty parameters are left out. */
export async function authorizeURL(config, login, parameters) {
  const all = {
    client_id: config.clientId,
    response_type: 'code',
    redirect_uri: redirectURI(),
    audience: config.audience,
    state: login.state,
    nonce: login.nonce,
    code_challenge: await challengeOf(login.verifier),
    code_challenge_method: 'S256',
    ...parameters,
  }
  const query = new URLSearchParams(Object.entries(all).filter(([, value]) => value))
  return `${config.issuer}authorize?${query}`
}

/** Returns the address that ends the tenant's session. */
export function logoutURL(config) {
  return `${config.issuer}v2/logout?${new URLSearchParams({ client_id: config.clientId, returnTo: location.origin })}`
}

/** Redeems a code or a refresh token. */
export async function requestTokens(config, parameters) {
  const body = new URLSearchParams({ client_id: config.clientId, redirect_uri: redirectURI(), ...parameters })
  let response
  let answer
  try {
    response = await fetch(`${config.issuer}oauth/token`, { method: 'POST', body })
    answer = await response.json()
  } catch {
    throw new AuthError('no_answer', 'The tenant does not answer. It may have an outage.')
  }
  if (!response.ok) {
    throw new AuthError(answer.error, answer.error_description ?? answer.error)
  }
  return answer
}

/**
 * Checks what an app has to (OpenID Connect Core 1.0, section 3.1.3.7). The
 * signature may go unchecked: the token came straight from the tenant.
 */
export function checkIDToken(config, token, nonce) {
  const { header, claims } = decode(token) ?? {}
  const good =
    header?.alg === 'RS256' &&
    claims.iss === config.issuer &&
    claims.nonce === nonce &&
    [claims.aud].flat().includes(config.clientId) &&
    claims.exp > Date.now() / 1000 - 60
  if (!good) {
    throw new AuthError('id_token_wrong', 'The tenant’s ID token is not for this app and this login.')
  }
}
