// The fields of a form: what somebody typed, and what the API says about each.
import { fill, h } from '../dom.js'

/** One form. Its fields are {name, label, kind}; kind is line, text, date or people. */
export class Fields {
  #fields
  #inputs = new Map()
  #complaints = new Map()
  #people

  /** The people can be picked; ids begin with the prefix. */
  constructor(prefix, fields, people) {
    this.#fields = fields
    this.#people = people
    this.elements = fields.map((field) => this.#element(`${prefix}-${field.name}`, field))
  }

  /** Puts a document's values into the fields. */
  set(document) {
    for (const { name, kind } of this.#fields) {
      const input = this.#inputs.get(name)
      if (kind === 'people') {
        input.show(document)
      } else {
        input.value = document[name] ?? ''
      }
    }
    this.complain([])
  }

  /** Returns the values by name; what was left empty is undefined. */
  get() {
    return Object.fromEntries(
      this.#fields.map(({ name, kind }) => {
        const input = this.#inputs.get(name)
        return [name, kind === 'people' ? input.picked() : input.value.trim() || undefined]
      }),
    )
  }

  /** Shows each of the API's errors at its field and returns those of none. */
  complain(errors) {
    const rest = errors.filter(({ pointer = '' }) => !this.#inputs.has(nameIn(pointer)))
    let first = null
    for (const { name, kind } of this.#fields) {
      const own = errors.filter(({ pointer = '' }) => nameIn(pointer) === name)
      const input = kind === 'people' ? this.#inputs.get(name).element : this.#inputs.get(name)
      const complaint = this.#complaints.get(name)
      complaint.textContent = own.map(({ detail }) => detail).join('; ')
      complaint.hidden = own.length === 0
      if (own.length > 0) {
        input.setAttribute('aria-invalid', 'true')
        first ??= input
      } else {
        input.removeAttribute('aria-invalid')
      }
    }
    first?.focus()
    return rest
  }

  /** Puts the cursor into the first field. */
  focus() {
    this.#inputs.get(this.#fields[0].name).focus()
  }

  #element(id, { name, label, kind, placeholder }) {
    const complaint = h('p', { class: 'complaint', id: `${id}-complaint`, hidden: true })
    this.#complaints.set(name, complaint)
    if (kind === 'people') {
      const picker = new Picker(id, label, this.#people)
      this.#inputs.set(name, picker)
      return h('div', { class: 'field wide' }, picker.element, complaint)
    }
    const described = { id, name, autocomplete: 'off', 'aria-describedby': complaint.id, placeholder }
    const input =
      kind === 'text'
        ? h('textarea', { ...described, rows: '2' })
        : h('input', { ...described, type: kind === 'date' ? 'date' : 'text' })
    this.#inputs.set(name, input)
    const wide = kind === 'text' || name === 'title'
    return h('div', { class: wide ? 'field wide' : 'field' }, h('label', { for: id }, label), input, complaint)
  }
}

/** Returns the member that a JSON pointer leads into. */
function nameIn(pointer) {
  return pointer.split('/')[1] ?? ''
}

/** Boxes to tick, one for each person but the document's owner. */
class Picker {
  #id
  #people
  #kept = [] // people named in the document who are not to be picked here
  #boxes

  constructor(id, label, people) {
    this.#id = id
    this.#people = people
    this.#boxes = h('div', { class: 'picks' })
    this.element = h('fieldset', { class: 'picker', tabindex: '-1' }, h('legend', {}, label), this.#boxes)
  }

  show({ owner, editors = [] }) {
    const others = this.#people.others(owner)
    this.#kept = editors.filter((subject) => !others.some((one) => one.subject === subject))
    fill(
      this.#boxes,
      others.map(({ name, subject }) => {
        const id = `${this.#id}-${name}`
        const box = h('input', { type: 'checkbox', id, value: subject, checked: editors.includes(subject) })
        return h('label', { class: 'pick', for: id }, box, name)
      }),
    )
  }

  picked() {
    const ticked = [...this.#boxes.querySelectorAll('input:checked')].map((box) => box.value)
    return [...this.#kept, ...ticked]
  }
}
