// One document of a list: shown, edited where it stands, done, deleted and
// brought back.
import { fill, h } from '../dom.js'
import { Editor } from './editor.js'

export class Item {
  #kind
  #parts
  #document
  #editor = null
  #gone = false
  #lost = null

  /** The parts are documents, people, show, say, attempt, and whether the caller may create. */
  constructor(kind, document, parts) {
    this.#kind = kind
    this.#parts = parts
    this.#document = document
    this.element = h('li', { class: 'item' })
    this.#show()
  }

  get id() {
    return this.#document.id
  }

  get createdAt() {
    return this.#document.createdAt
  }

  /** The version that is known; 0 of one that was deleted here. */
  get version() {
    return this.#gone ? 0 : this.#document.version
  }

  get editing() {
    return this.#editor !== null
  }

  /** Shows what became of the document elsewhere. A form that is open stays, and asks when it is saved. */
  update(document) {
    if (this.#editor === null) {
      this.#document = document
      this.#show()
    } else if (document.version !== this.#document.version || this.#lost) {
      this.#document = document
      this.#lost = null
      this.#editor.tell('Changed meanwhile. Saving will show both versions.')
    }
  }

  /** The document left while somebody edits it; drop takes the item away afterwards. */
  lose(drop) {
    this.#lost = drop
    this.#editor.tell('It was deleted meanwhile, or is not shared with you any more.')
  }

  #show() {
    this.#gone = false
    const { id, title, text, done, can = {} } = this.#document
    this.element.className = done ? 'item done' : 'item'
    const body = h(
      'div',
      { class: 'item-body' },
      h('h3', { id: `title-${id}` }, title),
      text ? h('p', { class: 'item-text' }, text) : null,
      h('p', { class: 'meta' }, this.#kind.details(this.#document, this.#parts.people)),
    )
    fill(this.element, 'done' in this.#kind.begin ? this.#box(can) : null, body, this.#tools(can))
  }

  #box(can) {
    const { id, title, done } = this.#document
    const box = h('input', {
      type: 'checkbox',
      id: `done-${id}`,
      'aria-label': `Done: ${title}`,
      checked: Boolean(done),
      disabled: !can.update,
      onchange: () => this.#check(box),
    })
    return box
  }

  #tools(can) {
    const { id, title, owner } = this.#document
    const tool = (name, allowed, why, act) =>
      h(
        'button',
        {
          type: 'button',
          class: 'tool',
          id: `${name.toLowerCase()}-${id}`,
          disabled: !allowed,
          title: allowed ? null : why,
          onclick: () => this.#parts.attempt(act),
        },
        name,
        h('span', { class: 'unseen' }, ` ${title}`),
      )
    if (!can.update && !can.delete) {
      return null
    }
    const whose = owner ? `Only ${this.#parts.people.name(owner)} may delete it` : 'You may not delete it'
    return h(
      'div',
      { class: 'tools' },
      tool('Edit', can.update, 'You may not change it', () => this.#edit()),
      tool('Delete', can.delete, whose, () => this.#remove()),
    )
  }

  async #check(box) {
    const wanted = box.checked
    box.checked = !wanted // until the API has said yes
    await this.#parts.attempt(() => this.#change({ done: wanted }))
  }

  async #change(members) {
    const { can } = this.#document
    await this.#unlessChanged(async () => {
      const saved = await this.#parts.documents.change(this.#kind.name, this.#document, members)
      this.#document = { ...saved, can }
      this.#show()
      this.#parts.say(`${saved.title}: ${saved.done ? 'done' : 'not done'}.`)
    })
  }

  /** Begins with the document as it is now, not as the list had it. */
  async #edit() {
    const latest = await this.#parts.documents.read(this.#kind.name, this.id)
    this.#document = latest
    this.#editor = new Editor(this.#kind, latest, {
      documents: this.#parts.documents,
      people: this.#parts.people,
      show: this.#parts.show,
      onDone: (document) => this.#edited(document),
    })
    fill(this.element, this.#editor.element)
    this.#editor.focus()
  }

  /** Ends the form. Where something newer came while it was open, that is shown. */
  #edited(document) {
    this.#editor = null
    if (this.#lost) {
      this.#lost()
      return
    }
    this.#document = document.version > this.#document.version ? document : this.#document
    this.#show()
    this.#focus('edit')
  }

  async #remove() {
    await this.#unlessChanged(async () => {
      await this.#parts.documents.remove(this.#kind.name, this.#document)
      this.#gone = true
      this.element.className = 'item gone'
      const undo = h(
        'button',
        { type: 'button', id: `undo-${this.id}`, class: 'tool', onclick: () => this.#parts.attempt(() => this.#restore()) },
        'Undo',
        h('span', { class: 'unseen' }, ` the deletion of ${this.#document.title}`),
      )
      fill(this.element, h('p', {}, `Deleted “${this.#document.title}”.`), this.#parts.mayCreate ? undo : null)
      this.#parts.say(`Deleted ${this.#document.title}.`)
      undo.focus()
    })
  }

  /** Puts the document back at its old address; for the API it is a new one. */
  async #restore() {
    const { id, owner, version, createdAt, updatedAt, can, ...body } = this.#document
    const restored = await this.#parts.documents.restore(this.#kind.name, { id }, body)
    this.#document = { ...restored, can }
    this.#show()
    this.#parts.say(`${restored.title} is back.`)
    this.#focus('delete')
  }

  /** Shows the newer document where there is one, instead of doing something to it unseen. */
  async #unlessChanged(act) {
    try {
      await act()
    } catch (error) {
      if (error.status !== 412 || !error.problem.current) {
        throw error
      }
      this.#document = { ...error.problem.current, can: this.#document.can }
      this.#show()
      throw new Error(`“${this.#document.title}” was changed meanwhile. This is how it is now; nothing was done to it.`)
    }
  }

  #focus(tool) {
    document.getElementById(`${tool}-${this.id}`)?.focus()
  }
}
