// Keeps the shelves as they are in the database, and says whether it does.
import { byId } from '../dom.js'
import { follow } from '../follow.js'

const states = {
  off: '',
  connecting: 'Connecting…',
  live: 'Live',
  away: 'Reconnecting…',
  over: 'Not live: reload the page',
}

export class Live {
  #api
  #token
  #documents
  #stop = new AbortController()

  /** The token is a function for `follow`; the documents know what this tab wrote. */
  constructor({ api, token, documents }) {
    this.#api = api
    this.#token = token
    this.#documents = documents
  }

  /** Lists and follows these shelves, by their collections, instead of those before. */
  async open(shelves) {
    this.#stop.abort()
    const { signal } = (this.#stop = new AbortController())
    this.#show(shelves.size > 0 ? 'connecting' : 'off')
    if (shelves.size === 0) {
      return
    }
    try {
      // One line for all of them: browsers have six to an HTTP/1.1 server, for all tabs.
      for await (const { collection, ...change } of follow({
        address: `${this.#api}/api/v1/changes?include=can&collections=${[...shelves.keys()]}`,
        list: () => Promise.all([...shelves.values()].map((shelf) => shelf.list())),
        signal,
        token: this.#token,
        shown: ({ collection, id }) => shelves.get(collection).version(id),
        own: (key) => this.#documents.wrote(key),
        onLine: (there, error) => this.#line(there, error),
      })) {
        await shelves.get(collection).take(change)
      }
    } catch (error) {
      this.#show('over')
      throw error
    }
  }

  #line(there, error) {
    if (error?.code === 'login_required') {
      this.#stop.abort() // the session at the tenant is over: no try can help
      this.#show('over')
    } else {
      this.#show(there ? 'live' : 'away')
    }
  }

  #show(state) {
    byId('line').dataset.state = state
    byId('line').textContent = states[state]
  }
}
