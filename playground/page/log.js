// The last calls, newest first; each can be looked at again.
import { kind } from './api.js'
import { breakable, byId, fill, h, timeOfDay } from './dom.js'

/** How many calls are kept. */
const most = 20

export class Log {
  #entries = []
  #onShow

  /** The listener is called with the call that is to be shown again. */
  constructor(onShow) {
    this.#onShow = onShow
  }

  /** Adds a call; one without headers is the page's own business with the tenant. */
  add(entry) {
    this.#entries = [entry, ...this.#entries].slice(0, most)
    fill(
      byId('log'),
      h('h2', { id: 'log-title' }, 'Last calls'),
      h(
        'table',
        {},
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ['Time', 'Call', 'Answer', 'Took'].map((name) => h('th', { scope: 'col' }, name)),
          ),
        ),
        h(
          'tbody',
          {},
          this.#entries.map((kept) => this.#row(kept)),
        ),
      ),
    )
  }

  #row(entry) {
    const what = `${entry.method} ${entry.path}`
    const name = entry.headers
      ? h('button', { class: 'plain', type: 'button', onclick: () => this.#onShow(entry) }, what)
      : h('span', { class: 'plain' }, what)
    return h(
      'tr',
      {},
      h('td', { class: 'time' }, timeOfDay(entry.at)),
      h('td', {}, name, h('small', {}, entry.label)),
      h(
        'td',
        {},
        h('span', { class: `pill ${kind(entry.status)}` }, entry.status || '—'),
        entry.problem ? h('small', {}, breakable(entry.problem.code)) : null,
      ),
      h('td', { class: 'took' }, entry.ms === undefined ? '' : `${Math.round(entry.ms)} ms`),
    )
  }
}
