// What the API asks for where the login that a token stands for will not do (RFC
// 9470): another one, more recent or of another kind.

/** Returns what to ask the tenant for, as its parameters have it; null where another login is not the answer. */
export function loginAskedFor(made) {
  if (made.problem?.code !== 'insufficient_user_authentication') {
    return null
  }
  const challenge = made.headers.find(([name]) => name === 'www-authenticate')?.[1] ?? ''
  const value = (name) => challenge.match(new RegExp(`[ ,]${name}="([^"]*)"`))?.[1] ?? ''
  const asked = { max_age: value('max_age'), acr_values: value('acr_values') }
  return asked.max_age || asked.acr_values ? asked : null
}

/** Says it in one line. */
export function asText(asked) {
  return Object.entries(asked)
    .filter(([, value]) => value)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}
