// Base64 in the alphabet that needs no escaping in an address (RFC 4648,
// section 5), without padding, as tokens and proof keys use it.

/** Returns bytes as text. */
export function encode(bytes) {
  return btoa(String.fromCharCode(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .replaceAll('=', '')
}

/** Returns the bytes of a text; throws for what is none. */
export function decode(text) {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(binary, (character) => character.charCodeAt(0))
}
