// The controls that only a development tenant has (/dev/*).
import { AuthError } from './oauth.js'

export class Tenant {
  #issuer

  constructor(issuer) {
    this.#issuer = issuer
  }

  /** Returns what the tenant is up to: its keys, its clock, an outage. */
  state() {
    return this.#ask('GET', 'state')
  }

  /** Makes a new signing key; the former ones stay published or go. */
  rotate(withdraw) {
    return this.#ask('POST', 'rotate', { withdraw })
  }

  /** Lets nothing but these controls answer for so many seconds; 0 ends it. */
  outage(seconds) {
    return this.#ask('POST', 'outage', { for: `${seconds}s` })
  }

  /** Puts the tenant's clock wrong by so many seconds; 0 puts it right. */
  skew(seconds) {
    return this.#ask('POST', 'skew', { by: `${seconds}s` })
  }

  /** Lets access tokens from now on live so many seconds. */
  lifetime(seconds) {
    return this.#ask('POST', 'lifetime', { access: `${seconds}s` })
  }

  /** Ends all sessions and refresh tokens of a user, and tells the API. */
  logout(user) {
    return this.#ask('POST', 'logout', { user })
  }

  async #ask(method, control, parameters = {}) {
    let response
    try {
      response = await fetch(`${this.#issuer}dev/${control}?${new URLSearchParams(parameters)}`, { method })
    } catch {
      throw new AuthError('no_answer', 'The tenant’s controls do not answer. Is `postern dev` still running?')
    }
    const answer = await response.json()
    if (!response.ok) {
      throw new AuthError(answer.error, answer.error_description)
    }
    return answer
  }
}
