// The documents of one collection, newest first, page by page, and a form for
// new ones where the caller may make them.
import { fill, h } from '../dom.js'
import { Composer } from './editor.js'
import { Item } from './item.js'

export class Shelf {
  #kind
  #parts
  #filter
  #may = {}
  #next = null
  #opened = 0
  #list
  #more
  #note = h('p', { class: 'empty', hidden: true })
  #complaint = h('p', { class: 'complaint', role: 'alert', hidden: true })

  /** The parts are documents, people, show and say. */
  constructor(kind, parts) {
    this.#kind = kind
    this.#parts = parts
    this.#filter = kind.filters[0]
    this.#list = h('ul', { class: 'items', 'aria-labelledby': `${kind.name}-title` })
    this.#more = h('button', { type: 'button', class: 'small', onclick: () => this.#attempt(() => this.#load()) }, 'Older ones')
    this.element = h('section', { class: 'card shelf', id: kind.name, 'aria-labelledby': `${kind.name}-title`, tabindex: '-1' })
  }

  /** Shows what the caller may see and do; without a right to read, how to get it. */
  async open(may) {
    this.#may = may ?? {}
    const readable = (this.#may.read ?? 'none') !== 'none'
    this.#list.replaceChildren()
    this.#note.hidden = readable
    this.#note.textContent = this.#kind.signedOut
    this.#more.hidden = true
    this.#complaint.hidden = true
    this.element.replaceChildren(...this.#head(readable), ...this.#form(), this.#list, this.#note, this.#complaint, this.#more)
    if (readable) {
      await this.#attempt(() => this.#reload())
    }
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
        this.#list.prepend(this.#item({ ...created, can: { update: true, delete: true } }))
        this.#note.hidden = true
        say(`Added ${created.title}.`)
      },
    })
    return [composer.element]
  }

  async #reload() {
    this.#next = null
    await this.#load({ anew: true })
  }

  /** Adds the next page, or begins anew. The answer to a question that is no longer asked is dropped. */
  async #load({ anew = false } = {}) {
    const opened = ++this.#opened
    const { items, page } = await this.#parts.documents.list(this.#kind.name, {
      filter: this.#filter?.filter,
      limit: this.#kind.page,
      cursor: this.#next,
    })
    if (opened !== this.#opened) {
      return
    }
    const elements = items.map((document) => this.#item(document))
    if (anew) {
      this.#list.replaceChildren(...elements)
    } else {
      this.#list.append(...elements)
      elements[0]?.querySelector('input, button')?.focus()
    }
    this.#next = page.next
    this.#more.hidden = page.next === null
    this.#note.hidden = this.#list.children.length > 0
    this.#note.textContent = this.#kind.empty
  }

  #item(document) {
    return new Item(this.#kind, document, {
      ...this.#parts,
      mayCreate: this.#may.create === 'all',
      attempt: (act) => this.#attempt(act),
    }).element
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
