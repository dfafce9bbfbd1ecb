// A form around fields: sends them, shows what the API says of them, and has
// people decide where somebody else was faster.
import { h } from '../dom.js'
import { resolve, same } from './conflict.js'
import { Fields } from './fields.js'

/** A form for a new document. What it creates goes to onCreated. */
export class Composer {
  #kind
  #documents
  #fields
  #onCreated
  #complaint = h('p', { class: 'complaint', role: 'alert', hidden: true })
  #attempt = { text: '', key: '' }

  constructor(kind, { documents, people, onCreated }) {
    this.#kind = kind
    this.#documents = documents
    this.#onCreated = onCreated
    this.#fields = new Fields(`new-${kind.name}`, kind.fields, people)
    this.#fields.set({})
    this.element = form(`add-${kind.name}`, `New ${kind.one}`, () => this.#create(), [
      ...this.#fields.elements,
      this.#complaint,
      h('div', { class: 'buttons' }, h('button', { class: 'strong' }, kind.add)),
    ])
    // Until somebody begins to write, the title is all there is to see of it.
    // The button does not open it: it would move away from under the mouse.
    this.element.classList.add('closed')
    this.#fields.elements[0].addEventListener('focusin', () => this.element.classList.remove('closed'), { once: true })
  }

  async #create() {
    const body = { ...this.#kind.begin, ...this.#fields.get() }
    await complained(this.#fields, this.#complaint, async () => {
      const created = await this.#documents.create(this.#kind.name, body, this.#key(body))
      this.#attempt = { text: '', key: '' }
      this.#fields.set({})
      this.#fields.focus()
      this.#onCreated(created)
    })
  }

  /** The same body, sent again since nobody knows what became of it, has the same key. */
  #key(body) {
    const text = JSON.stringify(body)
    if (this.#attempt.text !== text) {
      this.#attempt = { text, key: crypto.randomUUID() }
    }
    return this.#attempt.key
  }
}

/** A form for a document that is there. OnDone gets the document as it is at the end. */
export class Editor {
  #kind
  #documents
  #base
  #fields
  #show
  #onDone
  #complaint = h('p', { class: 'complaint', role: 'alert', hidden: true })
  #meanwhile = h('p', { class: 'meanwhile', role: 'status' })

  constructor(kind, document, { documents, people, show, onDone }) {
    this.#kind = kind
    this.#documents = documents
    this.#base = document
    this.#show = show
    this.#onDone = onDone
    this.#fields = new Fields(`edit-${document.id}`, kind.fields, people)
    this.#fields.set(document)
    this.element = form(`form-${document.id}`, `Edit ${document.title}`, () => this.#save(this.#fields.get()), [
      ...this.#fields.elements,
      this.#meanwhile,
      this.#complaint,
      h(
        'div',
        { class: 'buttons' },
        h('button', { class: 'strong' }, 'Save'),
        h('button', { type: 'button', onclick: () => onDone(this.#base) }, 'Cancel'),
      ),
    ])
  }

  focus() {
    this.#fields.focus()
  }

  /** Says what became of the document while the form is open. */
  tell(text) {
    this.#meanwhile.textContent = text
  }

  #save(values) {
    return complained(this.#fields, this.#complaint, async () => {
      const members = changed(this.#base, values)
      if (Object.keys(members).length === 0) {
        this.#onDone(this.#base)
        return
      }
      try {
        const saved = await this.#documents.change(this.#kind.name, this.#base, members)
        this.#onDone({ ...saved, can: this.#base.can })
      } catch (error) {
        if (error.status !== 412 || !error.problem.current) {
          throw error
        }
        await this.#decide(values, error.problem.current)
      }
    })
  }

  /** Lets the user decide, and saves that upon the version that was in the way. */
  async #decide(mine, theirs) {
    const { fields } = this.#kind
    const decision = await resolve({ fields, base: this.#base, mine, theirs, show: this.#show })
    const can = this.#base.can
    if (decision === 'theirs') {
      this.#onDone({ ...theirs, can })
    } else if (decision) {
      this.#base = { ...theirs, can }
      this.#fields.set({ ...theirs, ...decision })
      await this.#save(decision)
    }
  }
}

/** Returns the members that differ, null for those to remove, as a merge patch has them. */
function changed(base, values) {
  const differing = Object.entries(values).filter(([name, value]) => !same(base[name], value))
  return Object.fromEntries(differing.map(([name, value]) => [name, value ?? null]))
}

function form(id, label, onSubmit, children) {
  // The browser leaves checking to the API, whose answer is the one that counts.
  const element = h('form', { class: 'composer', id, novalidate: true, 'aria-label': label }, ...children)
  element.addEventListener('submit', async (event) => {
    event.preventDefault()
    if (element.getAttribute('aria-busy') === 'true') {
      return
    }
    element.setAttribute('aria-busy', 'true')
    await onSubmit()
    element.removeAttribute('aria-busy')
  })
  return element
}

/** Does what may be refused; shows at each field what is wrong with it, and the rest below. */
async function complained(fields, complaint, act) {
  complaint.hidden = true
  fields.complain([])
  try {
    await act()
  } catch (error) {
    const rest = fields.complain(error.problem?.errors ?? [])
    if (rest.length > 0 || !error.problem?.errors) {
      complaint.hidden = false
      complaint.textContent = [error.message, ...rest.map(({ detail }) => detail)].join(' ')
    }
  }
}
