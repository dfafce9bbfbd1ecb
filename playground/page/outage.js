// An outage of the tenant, as the API's callers live through it.
import { call } from './api.js'
import { byId, clock, fill, h } from './dom.js'

export class Outage {
  #parts
  #timer = null

  /** The parts are the API's origin, auth, and whom to tell when it is over. */
  constructor(parts) {
    this.#parts = parts
  }

  /** Tells whether it lasts. */
  get lasts() {
    return this.#timer !== null
  }

  /** Counts the seconds down and calls the API once in each. */
  begin(seconds) {
    const show = {
      left: h('strong', { role: 'timer', 'aria-label': 'Outage left' }),
      beats: h('p', { class: 'beats', 'aria-hidden': 'true' }),
      tally: h('p', { id: 'tally' }),
    }
    byId('outage').hidden = false
    fill(byId('outage'), h('p', {}, 'The tenant is gone for ', show.left), show.beats, show.tally)
    const end = Date.now() + seconds * 1000
    const counts = { good: 0, all: 0 }
    const second = () => {
      const left = (end - Date.now()) / 1000
      show.left.textContent = clock(left)
      if (left <= 0) {
        this.end()
      } else {
        this.#beat(show, counts)
      }
    }
    this.#timer = setInterval(second, 1000)
    second()
  }

  /** Stops counting; what was counted stays to be read. */
  end() {
    clearInterval(this.#timer)
    this.#timer = null
    byId('outage').firstElementChild.textContent = 'The tenant is back.'
    this.#parts.onEnd()
  }

  async #beat({ beats, tally }, counts) {
    const { api, auth } = this.#parts
    // The token as it is: refreshing it is what cannot be done now.
    const token = auth.tokens?.access_token ?? null
    const made = await call(api, { path: token ? '/api/messages/protected' : '/api/messages/public', token })
    const good = made.status === 200
    counts.all += 1
    counts.good += good ? 1 : 0
    beats.append(h('i', { class: good ? 'good' : 'failed' }))
    tally.textContent = `${counts.good} of ${counts.all} calls ${token ? 'with your token ' : ''}succeeded meanwhile.`
  }
}
