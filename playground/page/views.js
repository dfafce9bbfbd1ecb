// The two views of the page: tokens and calls, and the notes application. The
// address says which, and this tab remembers it through a login.
import { byId } from './dom.js'

const key = 'postern.view' // in sessionStorage
const titles = { calls: 'Postern playground', notes: 'Notes · Postern playground' }

export class Views {
  #onShow

  /** The listener is called with the name of each view that is shown. */
  constructor(onShow) {
    this.#onShow = onShow
    addEventListener('hashchange', () => this.#follow())
    this.#show(viewOf(location.hash) ?? sessionStorage.getItem(key) ?? 'calls')
  }

  /** Follows the address; one within a view changes nothing. */
  #follow() {
    const wanted = viewOf(location.hash)
    if (wanted && wanted !== this.current) {
      this.#show(wanted)
      scrollTo({ top: 0, behavior: 'instant' })
    }
  }

  #show(name) {
    this.current = name
    sessionStorage.setItem(key, name)
    document.title = titles[name]
    document.body.dataset.view = name
    for (const view of Object.keys(titles)) {
      document.querySelectorAll(`.in-${view}`).forEach((part) => (part.hidden = view !== name))
      const link = byId(`to-${view}`)
      if (view === name) {
        link.setAttribute('aria-current', 'page')
      } else {
        link.removeAttribute('aria-current')
      }
    }
    byId('skip').href = name === 'notes' ? '#notes' : '#calls'
    byId('skip').textContent = name === 'notes' ? 'Skip to the notes' : 'Skip to the calls'
    // What was sent and what came back belong to both.
    byId(name === 'notes' ? 'shelf-main' : 'beside-token').append(byId('log'))
    byId(name === 'notes' ? 'shelf-side' : 'beside-calls').append(byId('answer'))
    this.#onShow(name)
  }
}

function viewOf(hash) {
  return { '#/notes': 'notes', '#notes': 'notes', '#/': 'calls', '#calls': 'calls' }[hash]
}
