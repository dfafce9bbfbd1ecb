// The documents of one collection, newest first, page by page, and a form for
// new ones where the caller may make them.
import { fill, h } from '../dom.js'
import { Composer } from './editor.js'
import { Item } from './item.js'
import { Rows } from './rows.js'

export class Shelf {
  #kind
  #parts
  #filter
  #may = {}
  #next = null
  #opened = 0
  #loading = Promise.resolve()
  #position = null
  #rows
  #more
  #note = h('p', { class: 'empty', hidden: true })
  #complaint = h('p', { class: 'complaint', role: 'alert', hidden: true })

  /** The parts are documents, people, show and say. */
  constructor(kind, parts) {
    this.#kind = kind
    this.#parts = parts
    this.#filter = kind.filters[0]
    this.#rows = new Rows(`${kind.name}-title`, (document) => this.#item(document))
    this.#more = h('button', { type: 'button', class: 'small', onclick: () => this.#attempt(() => this.#load()) }, 'Older ones')
    this.element = h('section', { class: 'card shelf', id: kind.name, 'aria-labelledby': `${kind.name}-title`, tabindex: '-1' })
  }

  /** Prepares for what the caller may do, and tells whether there is something to list. */
  open(may) {
    this.#may = may ?? {}
    const readable = (this.#may.read ?? 'none') !== 'none'
    this.#opened++
    this.#rows.replace([])
    this.#note.hidden = readable
    this.#note.textContent = this.#kind.signedOut
    this.#more.hidden = true
    this.#complaint.hidden = true
    this.element.replaceChildren(...this.#head(readable), ...this.#form(), this.#rows.element, this.#note, this.#complaint, this.#more)
    return readable
  }

  /** Shows the list and returns the position from which changes go on from it. */
  async list() {
    await this.#attempt(() => this.#reload())
    await this.#loaded()
    if (this.#position === null) {
      throw new Error(`${this.#kind.title} cannot be read.`)
    }
    return this.#position
  }

  /** Returns the version that is shown of a document; 0 for none. */
  version(id) {
    return this.#rows.version(id)
  }

  /** Takes in what became of a document elsewhere. A list under way may not know it yet, and goes first. */
  async take(change) {
    await this.#loaded()
    const wanted = Object.entries(this.#filter?.filter ?? {})
    const fits = (document) => wanted.every(([name, value]) => document[name] === value)
    this.#rows.take(change, fits, this.#next === null)
    this.#note.hidden = !this.#rows.empty
  }

  #head(readable) {
    const { name, title, about } = this.#kind
    const again = () => this.#attempt(() => this.#reload())
    return [
      h(
        'div',
        { class: 'heading' },
        h('h2', { id: `${name}-title` }, title),
        readable ? h('button', { type: 'button', class: 'tool', id: `reload-${name}`, onclick: again }, 'Refresh', h('span', { class: 'unseen' }, ` ${title}`)) : null,
      ),
      h('p', { class: 'about' }, about),
      readable && this.#kind.filters.length > 0 ? this.#tabs() : null,
    ].filter(Boolean)
  }

  #tabs() {
    const tabs = h('div', { class: 'tabs', role: 'group', 'aria-label': 'Which ones' })
    const show = () =>
      fill(
        tabs,
        this.#kind.filters.map((choice) =>
          h(
            'button',
            {
              type: 'button',
              id: `${this.#kind.name}-${choice.id}`,
              'aria-pressed': String(choice === this.#filter),
              onclick: () => {
                this.#filter = choice
                show()
                this.#attempt(() => this.#reload())
              },
            },
            choice.label,
          ),
        ),
      )
    show()
    return tabs
  }

  #form() {
    if (this.#may.create !== 'all') {
      return []
    }
    const { documents, people, say } = this.#parts
    const composer = new Composer(this.#kind, {
      documents,
      people,
      onCreated: (created) => {
        this.#rows.put({ ...created, can: { update: true, delete: true } })
        this.#note.hidden = true
        say(`Added ${created.title}.`)
      },
    })
    return [composer.element]
  }

  #reload() {
    this.#next = this.#position = null
    return this.#load({ anew: true })
  }

  #load(how) {
    this.#loading = this.#fetch(how)
    return this.#loading
  }

  /** Waits until no list is under way. */
  async #loaded() {
    for (let loading = null; loading !== this.#loading; ) {
      loading = this.#loading
      await loading.catch(() => {}) // whoever asked is told
    }
  }

  /** Adds the next page, or begins anew. The answer to a question that is no longer asked is dropped. */
  async #fetch({ anew = false } = {}) {
    const opened = ++this.#opened
    const { items, page } = await this.#parts.documents.list(this.#kind.name, {
      filter: this.#filter?.filter,
      limit: this.#kind.page,
      cursor: this.#next,
    })
    if (opened !== this.#opened) {
      return
    }
    if (anew) {
      this.#rows.replace(items)
      this.#position = page.changes
    } else {
      this.#rows.append(items)?.querySelector('input, button')?.focus()
    }
    this.#next = page.next
    this.#more.hidden = page.next === null
    this.#note.hidden = !this.#rows.empty
    this.#note.textContent = this.#kind.empty
  }

  #item(document) {
    return new Item(this.#kind, document, {
      ...this.#parts,
      mayCreate: this.#may.create === 'all',
      attempt: (act) => this.#attempt(act),
    })
  }

  /** Does what may be refused and says what was. */
  async #attempt(act) {
    this.#complaint.hidden = true
    try {
      await act()
    } catch (error) {
      this.#complaint.hidden = false
      this.#complaint.textContent = error.message
    }
  }
}
