// Random values and the proof key of a login (RFC 7636, S256).
import { encode } from './base64url.js'

/** Returns 256 random bits as text: a state, a nonce or a code verifier. */
export function random() {
  return encode(crypto.getRandomValues(new Uint8Array(32)))
}

/** Returns what the tenant is shown of a verifier before the code is redeemed. */
export async function challengeOf(verifier) {
  return encode(new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(verifier))))
}
