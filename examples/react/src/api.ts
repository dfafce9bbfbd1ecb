// Calls the API with a token, and makes of each refusal an error that says what
// is wrong, how to mend it, and whether trying again can help.

export interface Note {
  id: string
  version: number
  title: string
  done?: boolean
  createdAt: string
}

/** Returns an access token; a fresh one if it is told to. */
export type GetToken = (fresh: boolean) => Promise<string>

/** The user has to sign in again: no try can help. */
export class SignedOut extends Error {}

/** What the API has against a request (RFC 9457), or who cannot be reached. */
export class Refused extends Error {
  constructor(
    readonly status: number, // 0: nobody answered
    readonly code: string,
    message: string,
    readonly hint = '',
    readonly retryAfter = 0, // seconds
    readonly current?: { note: Note; tag: string }, // of a 412: what is there by now
  ) {
    super(message)
  }

  /** Trying again later can help, and does no harm: writes carry an Idempotency-Key. */
  get passes() {
    return this.status === 0 || this.status === 429 || this.status === 503
  }
}

export interface Answer<T> {
  body: T
  tag: string
}

export class Api {
  #base: string
  #token: GetToken

  constructor(base: string, token: GetToken) {
    this.#base = `${base}/api/v1`
    this.#token = token
  }

  async ask<T>(path: string, init: RequestInit = {}, fresh = false): Promise<Answer<T>> {
    const token = await this.#token(fresh)
    const headers = { ...init.headers, Authorization: `Bearer ${token}` }
    const response = await fetch(this.#base + path, { ...init, headers }).catch(() => {
      throw new Refused(0, 'unreachable', 'The server cannot be reached.')
    })
    const tag = response.headers.get('ETag') ?? ''
    const body = await response.json().catch(() => undefined)
    if (response.ok) return { body, tag }
    // Its key was withdrawn, or its clock was: a fresh token tells whether the user is out.
    if (response.status === 401 && !fresh) return this.ask(path, init, true)
    throw refusal(response, body, tag)
  }
}

function refusal(response: Response, problem: any, tag: string) {
  const { code = 'unknown', detail = `The server answered ${response.status}.`, hint, current } = problem ?? {}
  if (response.status === 401) return new SignedOut(detail)
  const after = Number(response.headers.get('Retry-After')) || 0
  return new Refused(response.status, code, detail, hint, after, current && { note: current, tag })
}

/** What the SDK says where only the user can help. Everything else is an outage of the tenant. */
const needsUser = ['login_required', 'consent_required', 'interaction_required', 'missing_refresh_token', 'invalid_grant']

/** Gets tokens of Auth0's SDK, and tells a user who is out from a tenant that is down. */
export function tokensOf(ask: (options: { cacheMode?: 'off' }) => Promise<string | undefined>): GetToken {
  return async (fresh) => {
    const token = await ask(fresh ? { cacheMode: 'off' } : {}).catch((error) => {
      if (needsUser.includes(error.error)) throw new SignedOut(error.message)
      throw new Refused(0, 'issuer_unreachable', 'The sign-in service cannot be reached.')
    })
    if (!token) throw new SignedOut('Nobody is signed in.')
    return token
  }
}
