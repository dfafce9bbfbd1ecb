// Puts the page together.
import { showAnswer } from './answer.js'
import { call } from './api.js'
import { NotesApp } from './app/app.js'
import { Auth } from './auth.js'
import { byId, fill, h } from './dom.js'
import { Drills } from './drills.js'
import { EndpointList } from './endpoints.js'
import { Explainer } from './explain.js'
import { Log } from './log.js'
import { MistakeList } from './mistakes.js'
import { showSignedIn, showSignedOut } from './session.js'
import { loginAskedFor } from './stepup.js'
import { Tenant } from './tenant.js'
import { decode } from './token.js'
import { showTokens } from './tokenpanel.js'
import { Views } from './views.js'

class Page {
  #config
  #auth
  #tenant
  #drills
  #log
  #endpoints
  #mistakes
  #views
  #app = null
  #stopClock = () => {}
  #making = Promise.resolve()

  constructor(config) {
    this.#config = config
    this.#auth = new Auth(config, (how) => this.#changed(how))
    this.#tenant = new Tenant(config.issuer)
    this.#log = new Log((made) => showAnswer(made, config.api))
    this.#endpoints = new EndpointList(config, (path) => this.#callEndpoint(path))
    this.#mistakes = new MistakeList((mistake) => this.#make(mistake))
    this.#drills = new Drills({
      tenant: this.#tenant,
      api: config.api,
      auth: this.#auth,
      attempt: (act) => this.#attempt(act),
      user: () => this.#user() ?? config.users[0].name,
    })
  }

  async open() {
    this.#showOrigins()
    byId('to-inspector').hidden = !this.#config.inspect
    if (this.#config.explain) {
      new Explainer((act) => this.#attempt(act), () => this.#auth.accessToken())
    }
    let then = null
    await this.#guard(async () => (then = await this.#auth.resume()))
    if (this.#config.samples) {
      byId('views').hidden = false
      this.#app = new NotesApp({
        api: this.#config.api,
        send: (wanted) => this.#sendForApp(wanted),
        token: (fresh) => this.#auth.accessToken(fresh),
        users: this.#config.users,
      })
      this.#views = new Views(() => this.#openApp())
    }
    this.#showAll()
    await this.#guard(() => this.#drills.refresh())
    if (then) {
      await this.#callEndpoint(then.path, { again: true })
    }
  }

  #changed(how) {
    this.#log.add({ at: new Date(), method: 'POST', path: '/oauth/token', label: `tenant: ${how}`, status: 200 })
    this.#showAll()
  }

  #showAll() {
    const { tokens } = this.#auth
    const actions = {
      signIn: (wanted) => this.#attempt(() => this.#auth.signIn(wanted)),
      signOut: () => this.#auth.signOut(),
      refresh: () => this.#attempt(() => this.#auth.refresh()),
    }
    this.#stopClock()
    this.#stopClock = tokens ? showSignedIn(tokens, actions) : () => {}
    if (!tokens) {
      showSignedOut(this.#config, actions)
    }
    showTokens(tokens)
    this.#mistakes.allow(tokens !== null)
    this.#openApp()
  }

  /** The application begins when somebody looks at it. */
  #openApp() {
    if (this.#views?.current === 'notes') {
      this.#guard(() => this.#app.open(decode(this.#auth.tokens?.access_token)?.claims.sub ?? null))
    }
  }

  #callEndpoint(path, { again = false } = {}) {
    return this.#attempt(async () => {
      const token = await this.#auth.accessToken()
      const who = token ? `as ${this.#who()}` : 'as nobody'
      const made = await this.#send({ path, token, label: again ? `${who}, again` : who })
      this.#endpoints.answered(path, made.status)
      await this.#stepUp(made, again)
    })
  }

  /** Fetches the login that the API asks for and does the same once more, but not for ever. */
  async #stepUp(made, again) {
    const asked = loginAskedFor(made)
    if (asked && !again) {
      await this.#auth.signIn({ user: this.#user(), asked, then: { path: made.path } })
    }
  }

  /** One at a time: some mistakes need the tenant's clock for themselves. */
  #make(mistake) {
    this.#making = this.#making.then(() =>
      this.#attempt(async () => {
        const token = await this.#auth.accessToken()
        const wrong = await mistake.make({ token, auth: this.#auth, tenant: this.#tenant })
        const made = await this.#send({ ...wrong, label: mistake.name })
        if (made.problem) {
          this.#mistakes.refused(mistake, made.problem.code)
        }
        this.#explainPermission(mistake, made)
      }),
    )
  }

  /** The application tells people itself what it did. */
  async #sendForApp(wanted) {
    const token = await this.#auth.accessToken()
    return this.#send({ ...wanted, token, label: token ? `notes, as ${this.#who()}` : 'notes, as nobody' }, { quiet: true })
  }

  async #send(wanted, how) {
    const made = await call(this.#config.api, wanted)
    showAnswer(made, this.#config.api, how)
    this.#log.add(made)
    if (made.problem?.code === 'token_revoked' && wanted.token === this.#auth.tokens?.access_token) {
      this.#auth.forget()
      this.#showAll()
      this.#notice('You were signed out: the tenant told the API that this token counts no more. Sign in again.')
    }
    return made
  }

  /** Who may everything cannot see a permission refused. */
  #explainPermission({ id }, made) {
    if (id === 'permission' && made.status === 200) {
      this.#notice(`${this.#who()} has this permission. Switch to a user without it, such as grace.`)
    }
  }

  /** Returns what the tenant calls who is signed in; undefined where it is nobody or a stranger. */
  #user() {
    const subject = decode(this.#auth.tokens?.access_token)?.claims.sub
    return this.#config.users.find((user) => user.subject === subject)?.name
  }

  #who() {
    return decode(this.#auth.tokens.id_token)?.claims.nickname ?? 'the user'
  }

  /** Does what somebody asked for; what went wrong before is no longer news. */
  #attempt(act) {
    byId('notice').hidden = true
    return this.#guard(act)
  }

  /** Does what may fail and says what did. */
  async #guard(act) {
    try {
      await act()
    } catch (error) {
      this.#notice(error.message)
    }
  }

  #notice(text) {
    byId('notice').hidden = false
    byId('notice').textContent = text
  }

  #showOrigins() {
    const { api, issuer } = this.#config
    fill(
      byId('origins'),
      [
        ['API', api],
        ['Tenant', issuer],
        ['This page', location.origin],
      ].map(([name, address]) => h('div', {}, h('dt', {}, name), h('dd', {}, new URL(address).host))),
    )
  }
}

const response = await fetch('/config.json')
await new Page(await response.json()).open()
