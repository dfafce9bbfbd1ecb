// Somebody else saved first. Both versions side by side; whoever wrote the
// second decides, member by member or all at once.
import { h } from '../dom.js'

/**
 * Asks what to save. Base is what the editing began with, mine and theirs are
 * what became of it. Returns the values to save by name, the word theirs to
 * drop mine, or null to go on editing.
 */
export function resolve({ fields, base, mine, theirs, show }) {
  const differing = fields.filter(({ name }) => !same(mine[name], theirs[name]))
  const rows = differing.map((field) => new Row(field, { base, mine, theirs, show }))
  return new Promise((decide) => {
    const finish = (decision) => {
      dialog.close()
      dialog.remove()
      decide(decision)
    }
    const merged = () => Object.fromEntries([...fields.map(({ name }) => [name, theirs[name]]), ...rows.map((row) => row.chosen())])
    const dialog = h(
      'dialog',
      { class: 'conflict', id: 'conflict', 'aria-labelledby': 'conflict-title', oncancel: () => finish(null) },
      h('h2', { id: 'conflict-title' }, 'Changed meanwhile'),
      h('p', { class: 'explanation' }, `Version ${theirs.version} was saved while you were editing version ${base.version}, so nothing of yours is stored yet. What shall it be?`),
      ...rows.map((row) => row.element),
      rows.length === 0 ? h('p', {}, 'It says just what you wrote.') : null,
      h(
        'div',
        { class: 'buttons' },
        h('button', { type: 'button', class: 'strong', id: 'conflict-merge', onclick: () => finish(merged()) }, 'Save what is chosen'),
        h('button', { type: 'button', id: 'conflict-mine', onclick: () => finish(mine) }, 'Keep all of mine'),
        h('button', { type: 'button', id: 'conflict-theirs', onclick: () => finish('theirs') }, 'Take theirs'),
        h('button', { type: 'button', class: 'quiet', id: 'conflict-back', onclick: () => finish(null) }, 'Go on editing'),
      ),
    )
    document.body.append(dialog)
    dialog.showModal()
  })
}

/** One member, and which of its two values it is to have. */
class Row {
  #name
  #values

  constructor({ name, label }, { base, mine, theirs, show }) {
    this.#name = name
    this.#values = { mine: mine[name], theirs: theirs[name] }
    // What only they changed is theirs; what I touched is mine until I say otherwise.
    const side = same(mine[name], base[name]) ? 'theirs' : 'mine'
    this.element = h(
      'fieldset',
      { class: 'versions' },
      h('legend', {}, label),
      h('div', { class: 'sides' }, this.#side('mine', 'Yours', side, show), this.#side('theirs', 'Theirs', side, show)),
    )
  }

  chosen() {
    return [this.#name, this.#values[this.element.querySelector('input:checked').value]]
  }

  #side(value, title, chosen, show) {
    const id = `conflict-${this.#name}-${value}`
    return h(
      'label',
      { class: 'side', for: id },
      h('input', { type: 'radio', id, name: `conflict-${this.#name}`, value, checked: value === chosen }),
      h('span', { class: 'side-title' }, title),
      h('span', { class: 'side-value' }, show(this.#name, this.#values[value])),
    )
  }
}

/** Tells whether two values of a member are the same; an empty list is none. */
export function same(a, b) {
  const normal = (value) => JSON.stringify(Array.isArray(value) && value.length === 0 ? null : (value ?? null))
  return normal(a) === normal(b)
}
