// The endpoints of the API, each with a button and what it answered last.
import { kind } from './api.js'
import { byId, fill, h } from './dom.js'

const endpoints = [
  { path: '/api/messages/public', who: 'everybody' },
  { path: '/api/messages/protected', who: 'whoever is signed in' },
  { path: '/api/messages/admin', who: 'permission read:admin-messages' },
  { path: '/api/v1/me', who: 'whoever is signed in' },
]

/** Of the samples, the one that asks for more than a token. */
const secrets = { path: '/api/v1/secrets', who: 'a login of the last 5 minutes, of the kind phr' }

export class EndpointList {
  #pills = new Map()

  constructor({ collections, samples }, onCall) {
    const more = samples ? [secrets] : []
    const lists = collections.map((name) => ({ path: `/api/v1/${name}`, who: 'whom its rule lets read' }))
    fill(
      byId('endpoints'),
      [...endpoints, ...more, ...lists].map(({ path, who }) => {
        const pill = h('span', { class: 'pill', hidden: true })
        this.#pills.set(path, pill)
        return h(
          'li',
          {},
          h('div', {}, h('code', {}, h('span', { class: 'method' }, 'GET'), ' ', path), h('small', {}, who)),
          pill,
          h(
            'button',
            { type: 'button', id: `call${path.replaceAll('/', '-')}`, onclick: () => onCall(path) },
            'Call',
            h('span', { class: 'unseen' }, ` GET ${path}`),
          ),
        )
      }),
    )
  }

  /** Shows what an endpoint answered. */
  answered(path, status) {
    const pill = this.#pills.get(path)
    pill.hidden = false
    pill.className = `pill ${kind(status)}`
    pill.textContent = status || '—'
  }
}
