// The app of sdk/ as its users have it: its buttons, the tenant's pages that
// they lead to, its calls, and what it sends to the tenant meanwhile.

import { setTimeout } from 'node:timers/promises'
import { must } from './story.mjs'

export class App {
  #home
  #tenant
  #sent = []
  #answers = []

  /** Opens a page for the app. */
  static async begin(context, home, tenant) {
    const app = new App()
    app.#home = home
    app.#tenant = tenant
    // Of the context and not of the page, for a popup and a worker belong to it.
    context.on('request', (request) => app.#note(request))
    context.setDefaultTimeout(15_000)
    app.page = await context.newPage()
    return app
  }

  #note(request) {
    const { origin, pathname, searchParams } = new URL(request.url())
    if (`${origin}/` !== this.#tenant || pathname === '/u/login') return // the tenant's own page
    const form = new URLSearchParams(request.postData() ?? '')
    const what = searchParams.get('prompt') ?? form.get('grant_type')
    this.#sent.push([request.method(), pathname, what].filter(Boolean).join(' '))
    if (pathname === '/oauth/token') this.#answers.push(request.response())
  }

  /** Goes to the app in one of its modes and waits until it knows who is there. */
  async open(mode) {
    await this.page.goto(`${this.#home}/${mode}`)
    await this.#known()
  }

  async reload() {
    await this.page.reload()
    await this.#known()
  }

  #known() {
    return this.page.waitForFunction(() => document.querySelector('#user')?.textContent)
  }

  shows(id, text) {
    return this.page.locator(`#${id}`).filter({ hasText: text }).waitFor({ state: 'attached' })
  }

  /** Signs in on the tenant's page, which must be asked for. */
  async signIn(user) {
    await this.page.locator('#log-in').click()
    await this.page.getByRole('button', { name: `Sign in as ${user}` }).click()
    await this.#mustBe(user)
  }

  /** Signs in with the session that the tenant has. */
  async signInAgain(user) {
    await this.page.locator('#log-in').click()
    await this.#mustBe(user)
  }

  async #mustBe(user) {
    await this.#known()
    const [shown, error] = await this.page.locator('#user, #error').allTextContents()
    must(shown === `${user}@example.com`, `the app shows ${shown}, ${error}`)
    must(!this.page.url().includes('?'), `the address is ${this.page.url()}`)
  }

  /** Goes to the tenant's page and turns back there. */
  async cancel() {
    await this.page.locator('#log-in').click()
    await this.page.getByRole('button', { name: 'Cancel' }).click()
  }

  /** Presses a button of the tenant's page in a window of its own, which the app closes. */
  async inPopup(name) {
    const opened = this.page.waitForEvent('popup')
    await this.page.locator('#log-in-popup').click()
    const popup = await opened
    const closed = popup.waitForEvent('close')
    await popup.getByRole('button', { name }).click()
    await closed
  }

  async signOut() {
    await this.page.locator('#log-out').click()
    await this.shows('user', 'nobody')
  }

  /** Returns what the SDK gives for a token, or why there is none. */
  #getToken(options) {
    return this.page.evaluate(
      (options) => app.client.getTokenSilently(options).then(String, ({ error, message }) => ({ error, message })),
      options,
    )
  }

  async token(options = {}) {
    const token = await this.#getToken(options)
    must(!token.error, `no token: ${JSON.stringify(token)}`)
    return token
  }

  freshToken() {
    return this.token({ cacheMode: 'off' })
  }

  async mustHaveNoToken(error, message = '') {
    const got = await this.#getToken({ cacheMode: 'off' })
    must(
      got.error === error && got.message.includes(message),
      `instead of ${error} ${message} there is ${JSON.stringify(got)}`,
    )
  }

  /** What localStorage has for the API, the refresh token included. */
  stored() {
    return this.page.evaluate(() =>
      Object.entries(localStorage).find(([key]) => key.startsWith('@@auth0spajs@@') && !key.endsWith('@@user@@')),
    )
  }

  store(entry) {
    return this.page.evaluate(([key, value]) => localStorage.setItem(key, value), entry)
  }

  /** Has the tenant give a token that ended a minute and a half ago. */
  async expiredToken() {
    await this.drill('skew?by=-2m')
    await this.drill('lifetime?access=30s') // the SDK takes what has less than a minute for expired
    const token = await this.freshToken()
    await this.drill('skew?by=0s')
    await this.drill('lifetime?access=24h')
    return token
  }

  async drill(what) {
    const answer = await fetch(`${this.#tenant}dev/${what}`, { method: 'POST' })
    must(answer.ok, `${what}: ${answer.status}`)
  }

  /** The refresh token that the tenant gave last, which a worker keeps from the page. */
  async lastRefreshToken() {
    const answer = await this.#answers.at(-1)
    const { refresh_token: token } = await answer.json()
    must(token, 'the tenant gave no refresh token')
    return token
  }

  /** Holds the tenant's answer to a refresh token against Auth0's. */
  async mustBeDead(token) {
    const body = new URLSearchParams({ client_id: 'own-app', grant_type: 'refresh_token', refresh_token: token })
    const answer = await fetch(`${this.#tenant}oauth/token`, { method: 'POST', body })
    const { error } = await answer.json()
    must(answer.status === 403 && error === 'invalid_grant', `the refresh token gets ${answer.status} ${error}`)
  }

  /** Calls the API from the page and returns the body; see call in sdk/app.js. */
  async mustAnswer(path, token, status, members = {}) {
    const got = await this.page.evaluate(([path, token]) => app.call(path, token), [path, token])
    const same = Object.entries(members).every(([name, value]) => got.body[name] === value)
    must(got.status === status && same, `${path}: ${JSON.stringify(got)}, not ${status} ${JSON.stringify(members)}`)
    return got.body
  }

  /** Calls the API with a bound token and its proof; see prove in sdk/app.js. */
  async mustProve(path, status, members = {}, init = {}) {
    const got = await this.page.evaluate(([path, init]) => app.prove(path, init), [path, init])
    const same = Object.entries(members).every(([name, value]) => got.body[name] === value)
    must(got.status === status && same, `${path}: ${JSON.stringify(got)}, not ${status} ${JSON.stringify(members)}`)
    return got.body
  }

  /** Holds what the app sends to the tenant while something is done against what it should. */
  async mustSend(want, act) {
    this.#sent = []
    await act()
    // The browser's reports of a worker come by another way than the page's.
    for (let tries = 0; this.#sent.length < want.length && tries < 100; tries++) await setTimeout(20)
    must(String(this.#sent) === String(want), `it sent [${this.#sent}], not [${want}]`)
  }
}

/** Tells which key a token was signed with. */
export const keyOf = (token) => JSON.parse(Buffer.from(token.split('.')[0], 'base64url')).kid

/** Tells to which key a token is bound. */
export const boundTo = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url')).cnf?.jkt
