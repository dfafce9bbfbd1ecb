// What goes wrong with tenants, on purpose. The lesson is what the API does
// meanwhile.
import { byId, clock, fill, h } from './dom.js'
import { Outage } from './outage.js'

const outageSeconds = 30
const skewSeconds = 90
const shortLife = 30
const longLife = 24 * 60 * 60

/** What there is to see after each drill. */
const lessons = {
  rotate:
    'Your token still counts: its key stays published. Get a fresh token and call again: the API meets a key that it does not know, fetches the set once, and lets you in.',
  withdraw:
    'The key of your token is no longer published. The API drops it with its next look at the key set, some seconds from now; then your token is refused and a fresh one is not.',
  outage:
    'Logins, new tokens and the keys cannot be had. The API goes on with the keys that it has: calls with a token succeed.',
  ended: 'The outage is over. Nobody who had a token noticed it.',
  fast: 'The tenant’s clock is 90 s fast. Get a fresh token and call: it is not valid yet, and the hint says whose clock to look at.',
  right: 'The clock is right again. Get a fresh token.',
  short:
    'From now on tokens live 30 s. Get a fresh one and watch it run out: the next call fetches another without a word.',
  long: 'Tokens live a day again, from the next one on.',
  logout: (user) =>
    `${user} is signed out everywhere, as if you had blocked the user. Call with the token that you have: it is refused, whatever its time left, since the tenant told the API.`,
}

export class Drills {
  #parts
  #outage
  #state = { skewSeconds: 0, accessSeconds: longLife } // until the tenant has said otherwise

  /**
   * The parts are the tenant, the API's origin, auth, `attempt`, which reports
   * what fails, and `user`, whom the drills are about.
   */
  constructor(parts) {
    this.#parts = parts
    this.#outage = new Outage({ ...parts, onEnd: () => this.#learn(lessons.ended) })
    for (const [id, act] of Object.entries(this.#acts())) {
      byId(`drill-${id}`).addEventListener('click', () => parts.attempt(act))
    }
  }

  /** Asks the tenant how it is and shows it. */
  async refresh() {
    this.#see(await this.#parts.tenant.state())
  }

  #see(state) {
    this.#state = state
    if (state.outageSeconds > 0 && !this.#outage.lasts) {
      this.#outage.begin(state.outageSeconds)
    }
    this.#show()
  }

  #learn(lesson) {
    byId('lesson').textContent = lesson
    this.#show()
  }

  async #drill(asked, lesson) {
    this.#see(await asked)
    this.#learn(lesson)
  }

  #show() {
    const { signingKey, publishedKeys, skewSeconds: skew, accessSeconds: life } = this.#state
    fill(
      byId('tenant-state'),
      fact('Signs with key', h('code', {}, signingKey.slice(0, 8))),
      fact('Publishes', publishedKeys.length === 1 ? '1 key' : `${publishedKeys.length} keys`),
      fact('Clock', skew === 0 ? 'right' : `${skew > 0 ? '+' : ''}${skew} s`),
      fact('Tokens live', clock(life)),
    )
    byId('drill-outage').textContent = this.#outage.lasts ? 'End the outage' : 'Outage, 30 s'
    byId('drill-skew').textContent = skew === 0 ? 'Clock +90 s' : 'Put the clock right'
    byId('drill-life').textContent = life > shortLife ? 'Tokens live 30 s' : 'Tokens live a day'
  }

  /** What each button does; some take back what they did before. */
  #acts() {
    const { tenant } = this.#parts
    return {
      rotate: () => this.#drill(tenant.rotate(false), lessons.rotate),
      withdraw: () => this.#drill(tenant.rotate(true), lessons.withdraw),
      outage: () =>
        this.#outage.lasts ? this.#endOutage() : this.#drill(tenant.outage(outageSeconds), lessons.outage),
      skew: () =>
        this.#state.skewSeconds === 0
          ? this.#drill(tenant.skew(skewSeconds), lessons.fast)
          : this.#drill(tenant.skew(0), lessons.right),
      life: () =>
        this.#state.accessSeconds > shortLife
          ? this.#drill(tenant.lifetime(shortLife), lessons.short)
          : this.#drill(tenant.lifetime(longLife), lessons.long),
      logout: () => this.#signOutEverywhere(this.#parts.user()),
    }
  }

  async #signOutEverywhere(user) {
    await this.#parts.tenant.logout(user)
    this.#learn(lessons.logout(user))
  }

  async #endOutage() {
    this.#state = await this.#parts.tenant.outage(0)
    this.#outage.end()
  }
}

function fact(name, value) {
  return h('div', {}, h('dt', {}, name), h('dd', {}, value))
}
