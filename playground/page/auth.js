// Signs people in: authorization code with PKCE. Access and refresh token stay
// in memory, where other pages and a later visitor of this browser do not find
// them; after a reload a hidden frame fetches new ones from the session that
// the tenant still has.
import { askInFrame } from './frame.js'
import { AuthError, authorizeURL, checkIDToken, logoutURL, requestTokens } from './oauth.js'
import { random } from './pkce.js'
import { asText } from './stepup.js'
import { decode } from './token.js'

const loginKey = 'postern.login' // in sessionStorage: the login under way
const signedInKey = 'postern.signed-in' // in localStorage: asking silently makes sense

/** A token that ends sooner than this, in seconds, is not worth sending. */
const spare = 3

export class Auth {
  #config
  #tokens = null
  #refreshing = null
  #onChange

  /** The listener is told of each change, with what brought it about. */
  constructor(config, onChange) {
    this.#config = config
    this.#onChange = onChange
  }

  /** The tokens of who is signed in; null for nobody. */
  get tokens() {
    return this.#tokens
  }

  /**
   * Leaves for the tenant's login page. What the API asked for of the login goes
   * along, and what the page wants to do once it is back.
   */
  async signIn({ user = '', prompt = '', asked = {}, then = null } = {}) {
    const login = { ...newLogin(), asked, then }
    sessionStorage.setItem(loginKey, JSON.stringify(login))
    const wanted = { scope: this.#scope(true), login_hint: user, prompt, ...asked }
    location.assign(await authorizeURL(this.#config, login, wanted))
  }

  /** Forgets tokens that count no more. */
  forget() {
    localStorage.removeItem(signedInKey)
    this.#tokens = null
  }

  /** Ends the session at the tenant, too. */
  signOut() {
    this.forget()
    location.assign(logoutURL(this.#config))
  }

  /**
   * Picks up what was: the tenant's answer to a login, or the session from
   * before a reload. The address is cleaned first, so that a reload does not
   * redeem the code again. Returns what was to be done after the login.
   */
  async resume() {
    const answer = Object.fromEntries(new URLSearchParams(location.search))
    const login = JSON.parse(sessionStorage.getItem(loginKey) ?? 'null')
    sessionStorage.removeItem(loginKey)
    if (location.pathname === '/callback') {
      history.replaceState(null, '', '/')
    }
    if (answer.state) {
      return this.#finish(answer, login)
    }
    if (localStorage.getItem(signedInKey)) {
      await this.#restore()
    }
    return null
  }

  async #finish(answer, login) {
    try {
      const tokens = await this.#redeem(answer, login)
      const asked = asText(login.asked)
      this.#keep(tokens, asked ? `signed in as the API asked, ${asked}` : 'signed in')
      return login.then
    } catch (error) {
      if (login?.then) {
        await this.#restore() // who would not log in once more is still who they were
      }
      throw error
    }
  }

  /** Returns an access token that still lives, refreshed if need be or if it has to be a fresh one. */
  async accessToken(fresh = false) {
    const exp = decode(this.#tokens?.access_token)?.claims.exp ?? Infinity
    if (exp - Date.now() / 1000 < spare || (fresh && this.#tokens)) {
      await this.refresh()
    }
    return this.#tokens?.access_token ?? null
  }

  /** Fetches fresh tokens without bothering anybody; once at a time. */
  async refresh() {
    this.#refreshing ??= this.#refresh().finally(() => (this.#refreshing = null))
    return this.#refreshing
  }

  /**
   * Returns further tokens from the tenant's session and leaves those in use
   * alone. An empty audience is one that was forgotten.
   */
  async aside({ audience = this.#config.audience } = {}) {
    return this.#silently({ audience, scope: this.#scope(false) })
  }

  async #refresh() {
    const token = this.#tokens?.refresh_token
    if (!token) {
      return this.#fromSession('refreshed in a hidden frame')
    }
    try {
      const answer = await requestTokens(this.#config, { grant_type: 'refresh_token', refresh_token: token })
      this.#keep({ ...this.#tokens, ...answer }, 'refreshed with the refresh token')
    } catch (error) {
      if (error.code !== 'invalid_grant') {
        throw error
      }
      // The refresh token is used up or revoked; the session may still be there.
      await this.#fromSession('refreshed in a hidden frame')
    }
  }

  async #restore() {
    try {
      await this.#fromSession('signed in silently after a reload')
    } catch (error) {
      if (error.code !== 'login_required') {
        throw error
      }
      localStorage.removeItem(signedInKey)
    }
  }

  async #fromSession(how) {
    this.#keep(await this.#silently({ scope: this.#scope(true) }), how)
  }

  async #silently(parameters) {
    const login = newLogin()
    const wanted = { ...parameters, prompt: 'none', response_mode: 'web_message' }
    const answer = await askInFrame(await authorizeURL(this.#config, login, wanted))
    if (!answer) {
      throw new AuthError('no_answer', 'The tenant did not answer the silent sign-in. It may have an outage.')
    }
    return this.#redeem(answer, login)
  }

  /** Turns the tenant's answer into tokens, if it is the answer to this login. */
  async #redeem(answer, login) {
    if (!login || answer.state !== login.state) {
      throw new AuthError(
        'state_wrong',
        'This is not the answer to a login that was started in this tab. Sign in again.',
      )
    }
    if (answer.error) {
      throw new AuthError(answer.error, answer.error_description ?? answer.error)
    }
    const grant = { grant_type: 'authorization_code', code: answer.code, code_verifier: login.verifier }
    const tokens = await requestTokens(this.#config, grant)
    checkIDToken(this.#config, tokens.id_token, login.nonce)
    return tokens
  }

  /** Asks for all that any user may do; the tenant grants what this one may. */
  #scope(offline) {
    const permissions = this.#config.users.flatMap((user) => user.permissions)
    return ['openid', 'profile', 'email', ...(offline ? ['offline_access'] : []), ...new Set(permissions)].join(' ')
  }

  #keep(tokens, how) {
    this.#tokens = tokens
    localStorage.setItem(signedInKey, 'yes')
    this.#onChange(how)
  }
}

function newLogin() {
  return { state: random(), nonce: random(), verifier: random() }
}
