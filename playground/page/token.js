// Reads and spoils JSON Web Tokens (RFC 7519). Reading is not checking: a page
// shows what a token says, and only the API decides whether it is true.
import * as base64url from './base64url.js'

/** Returns the parts of a token, or null for one that is opaque to us. */
export function decode(token) {
  const parts = token?.split('.') ?? []
  if (parts.length !== 3) {
    return null
  }
  try {
    return { parts, header: read(parts[0]), claims: read(parts[1]) }
  } catch {
    return null
  }
}

function read(part) {
  return JSON.parse(new TextDecoder().decode(base64url.decode(part)))
}

function write(value) {
  return base64url.encode(new TextEncoder().encode(JSON.stringify(value)))
}

/** Returns the token with other claims and its old signature. */
export function withClaims(token, changed) {
  const { parts, claims } = decode(token)
  return [parts[0], write({ ...claims, ...changed }), parts[2]].join('.')
}

/** Returns the claims as an unsigned token (alg none). */
export function unsigned(token) {
  const { parts } = decode(token)
  return [write({ alg: 'none', typ: 'JWT' }), parts[1], ''].join('.')
}

/** Returns the token with one character of its signature changed. */
export function withOtherSignature(token) {
  const at = token.length - 20
  return token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
}

/** Returns the scopes of a token's claims as a list. */
export function scopesOf(claims) {
  return (claims?.scope ?? '').split(' ').filter(Boolean)
}

/** What the claims mean, for people who meet them for the first time. */
export const meanings = {
  alg: 'how it is signed',
  typ: 'what it is',
  kid: 'which of the tenant’s keys signed it',
  iss: 'who issued it',
  sub: 'whom it speaks for',
  aud: 'which API it is for',
  azp: 'which app asked for it',
  iat: 'since when',
  exp: 'until when',
  scope: 'what the app may do',
  permissions: 'what the user may do',
  nonce: 'ties it to this login',
  name: 'the user’s name',
  nickname: 'the user’s short name',
  email: 'the user’s address',
  sid: 'the session at the tenant',
  auth_time: 'when the user signed in',
  acr: 'how the user signed in',
}
