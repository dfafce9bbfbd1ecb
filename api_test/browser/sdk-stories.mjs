// What users of @auth0/auth0-spa-js live through, each story in a browser of
// its own.

import { boundTo, keyOf } from './sdk-app.mjs'
import { must } from './story.mjs'

const open = '/api/messages/public'
const anyToken = '/api/messages/protected'
const permitted = '/api/messages/admin'
const mine = undefined // the token that the SDK has
const none = null

const login = ['GET /authorize', 'POST /oauth/token authorization_code']

/** What the SDK sends to get another token. */
const renewal = {
  memory: ['POST /oauth/token refresh_token'],
  localstorage: ['POST /oauth/token refresh_token'],
  frame: ['GET /authorize none', 'POST /oauth/token authorization_code'],
}

/** Why the SDK has no token when nobody is signed in. */
const nobody = { memory: 'missing_refresh_token', localstorage: 'missing_refresh_token', frame: 'login_required' }

/** What is so however the SDK gets its tokens. */
const whole = (app, mode) => ({
  'nobody is signed in': async () => {
    await app.open(mode)
    await app.shows('user', 'nobody')
    await app.mustHaveNoToken(nobody[mode])
    await app.mustAnswer(open, none, 200, { text: 'This is a public message.' })
    await app.mustAnswer(anyToken, none, 401, { code: 'token_missing' })
  },
  'lin signs in and may call everything': async () => {
    await app.mustSend(login, () => app.signIn('lin'))
    await app.mustAnswer(anyToken, mine, 200, { text: 'This is a protected message.' })
    await app.mustAnswer(permitted, mine, 200, { text: 'This is an admin message.' })
    await app.mustAnswer('/api/v1/me', mine, 200, { subject: 'auth0|lin', clientId: 'own-app' })
  },
  'a good token is kept': () => app.mustSend([], () => app.mustAnswer(anyToken, mine, 200)),
  'an expired token is renewed silently': async () => {
    const expired = await app.expiredToken()
    await app.mustAnswer(anyToken, expired, 401, { code: 'token_expired' })
    await app.mustSend(renewal[mode], () => app.mustAnswer(anyToken, mine, 200))
    await app.mustSend([], async () => must((await app.token()) !== expired, 'it still is the expired one'))
  },
  'keys rotate and nobody notices': async () => {
    const before = await app.token()
    await app.drill('rotate')
    await app.mustAnswer(anyToken, before, 200)
    const after = await app.freshToken()
    must(keyOf(after) !== keyOf(before), 'the fresh token has the old key')
    await app.mustAnswer(anyToken, after, 200)
  },
  'a reload': {
    // The refresh token is gone with the page. So the SDK's users choose
    // localstorage, or the fallback to the frame.
    memory: async () => {
      await app.mustSend([], () => app.reload())
      await app.shows('user', 'nobody')
      await app.mustHaveNoToken(nobody.memory)
      await app.mustSend(login, () => app.signInAgain('lin'))
    },
    localstorage: async () => {
      await app.mustSend([], () => app.reload())
      await app.shows('user', 'lin@example.com')
      await app.mustAnswer(anyToken, mine, 200)
    },
    frame: async () => {
      await app.mustSend(renewal.frame, () => app.reload())
      await app.shows('user', 'lin@example.com')
      await app.mustAnswer(anyToken, mine, 200)
    },
  }[mode],
  'lin signs out': async () => {
    await app.mustSend(['GET /v2/logout'], () => app.signOut())
    await app.mustHaveNoToken(nobody[mode])
    await app.mustAnswer(anyToken, none, 401, { code: 'token_missing' })
  },
  'the session at the tenant is over, too: sam signs in and may do less': async () => {
    await app.signIn('sam')
    await app.mustAnswer(anyToken, mine, 200)
    await app.mustAnswer(permitted, mine, 403, { code: 'permission_missing' })
  },
})

const popup = (app) => ({
  'a cancelled login tells the app': async () => {
    await app.open('frame')
    await app.inPopup('Cancel')
    await app.shows('error', 'access_denied: User did not authorize the request')
    await app.shows('user', 'nobody')
  },
  'lin signs in': async () => {
    await app.mustSend(login, async () => {
      await app.inPopup('Sign in as lin')
      await app.shows('user', 'lin@example.com')
    })
    await app.mustAnswer(permitted, mine, 200)
  },
  'the session that this made is enough from now on': async () => {
    await app.mustSend(renewal.frame, () => app.freshToken())
    await app.mustAnswer(anyToken, mine, 200)
  },
})

const cancelled = (app, mode) => ({
  'the app is told': async () => {
    await app.open(mode)
    await app.cancel()
    await app.shows('error', 'access_denied: User did not authorize the request')
    await app.shows('user', 'nobody')
    await app.mustHaveNoToken(nobody[mode])
  },
  'the next try succeeds': async () => {
    await app.signIn('lin')
    await app.mustAnswer(anyToken, mine, 200)
  },
})

const revoked = (app, mode) => ({
  'the SDK has no refresh token any more': async () => {
    await app.open(mode)
    await app.signIn('lin')
    await app.mustSend(['POST /oauth/revoke'], () => app.page.evaluate(() => app.client.revokeRefreshToken()))
    await app.mustHaveNoToken('missing_refresh_token')
  },
  'the tenant takes it no more': async () => app.mustBeDead(await app.lastRefreshToken()),
  'the access token lives on, for a signed one cannot be called back': () => app.mustAnswer(anyToken, mine, 200),
  'a new login brings a new one': async () => {
    await app.signInAgain('lin')
    await app.mustSend(renewal[mode], () => app.freshToken())
    await app.mustAnswer(anyToken, mine, 200)
  },
})

/** A refresh token that is used twice: somebody has stolen it. */
const reused = (app) => ({
  'the second use is refused, and the family dies': async () => {
    await app.open('localstorage')
    await app.signIn('lin')
    const first = await app.stored()
    await app.freshToken()
    const second = await app.stored()
    await app.store(first)
    await app.mustHaveNoToken('invalid_grant', 'Unknown or invalid refresh token.')
    await app.store(second)
    await app.mustHaveNoToken('invalid_grant', 'Unknown or invalid refresh token.')
  },
  'a new login begins a new family': async () => {
    await app.signInAgain('lin')
    await app.mustSend(renewal.localstorage, () => app.freshToken())
    await app.mustAnswer(anyToken, mine, 200)
  },
  'the fallback to the frame makes up for it': async () => {
    await app.open('fallback')
    const first = await app.stored()
    await app.freshToken()
    await app.store(first)
    await app.mustSend([...renewal.localstorage, ...renewal.frame], () => app.freshToken())
    await app.mustAnswer(anyToken, mine, 200)
  },
})

/** The mistake that is easiest to make: no API is named. */
const noAudience = (app) => ({
  'the token is opaque and the API says how to mend it': async () => {
    await app.open('no-audience')
    await app.signIn('lin')
    must(!(await app.token()).includes('.'), 'the token is not opaque')
    const { hint } = await app.mustAnswer(anyToken, mine, 401, { code: 'token_opaque' })
    must(hint.includes('authorizationParams: { audience: '), `the hint is ${hint}`)
  },
  'with the audience it goes well': async () => {
    await app.open('memory')
    await app.signInAgain('lin')
    await app.mustAnswer(anyToken, mine, 200)
  },
})

/** A request with a JSON body. */
const sent = (method, body) => ({ method, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) })

/** Tokens that are bound to a key of the browser (useDpop, RFC 9449). */
const bound = (app) => ({
  'a bound token with its proof opens the door': async () => {
    await app.open('dpop')
    await app.signIn('lin')
    must(boundTo(await app.token()), 'the token is bound to no key')
    await app.mustProve('/api/v1/me?some=query', 200, { subject: 'auth0|lin' })
    await app.mustProve(anyToken, 200)
  },
  'as a bearer token it opens none': () => app.mustAnswer(anyToken, mine, 401, { code: 'token_sender_constrained' }),
  'a write has a proof of its own, and so has its refusal': async () => {
    const { id } = await app.mustProve('/api/v1/notes', 201, { title: 'milk' }, sent('POST', { title: 'milk' }))
    await app.mustProve('/api/v1/notes', 422, { code: 'body_invalid' }, sent('POST', { title: 7 }))
    await app.mustProve(`/api/v1/notes/${id}`, 200, { title: 'bread' }, sent('PATCH', { title: 'bread' }))
  },
  'a nonce that the server knows no more is replaced, and nobody notices': async () => {
    await app.page.evaluate(() => app.client.setDpopNonce('of yesterday', 'api'))
    await app.mustProve('/api/v1/notes', 201, { title: 'once' }, sent('POST', { title: 'once' }))
    const { items } = await app.mustProve('/api/v1/notes', 200)
    must(items.filter(({ title }) => title === 'once').length === 1, `there are ${JSON.stringify(items)}`)
    const nonce = await app.page.evaluate(() => app.client.getDpopNonce('api'))
    must(nonce && nonce !== 'of yesterday', `the nonce is ${nonce}`)
    await app.mustProve(permitted, 200)
  },
  'keys rotate, the token is renewed, and it is bound to the same key': async () => {
    const before = await app.token()
    await app.drill('rotate')
    await app.mustProve(anyToken, 200)
    const after = await app.freshToken()
    must(keyOf(after) !== keyOf(before), 'the fresh token has the old key')
    must(boundTo(after) === boundTo(before), 'the fresh token is bound to another key')
    await app.mustProve(anyToken, 200)
  },
})

/** All stories by name. */
export const stories = (app) => ({
  'refresh tokens in memory': whole(app, 'memory'),
  'refresh tokens in localStorage': whole(app, 'localstorage'),
  'a hidden frame': whole(app, 'frame'),
  'a popup': popup(app),
  'a cancelled login, refresh tokens': cancelled(app, 'memory'),
  'a cancelled login, hidden frame': cancelled(app, 'frame'),
  'revocation, in memory': revoked(app, 'memory'),
  'revocation, in localStorage': revoked(app, 'localstorage'),
  'reuse': reused(app),
  'no audience': noAudience(app),
  'bound tokens': bound(app),
})
