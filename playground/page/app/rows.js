// The documents that a list shows, newest first.
import { fill, h } from '../dom.js'

export class Rows {
  #items = []
  #make

  /** What makes an item of a document is the list's; the label is the id of its title. */
  constructor(label, make) {
    this.#make = make
    this.element = h('ul', { class: 'items', 'aria-labelledby': label })
  }

  get empty() {
    return this.#items.length === 0
  }

  /** Returns the version that is shown of a document; 0 for none. */
  version(id) {
    return this.#find(id)?.version ?? 0
  }

  /** Shows these instead. Items that stay keep what somebody is writing into them. */
  replace(documents) {
    this.#items = documents.map((document) => this.#item(document))
    fill(this.element, this.#elements())
  }

  /** Adds the next page and returns the first of it. */
  append(documents) {
    const before = this.#items.length
    this.#items.push(...documents.filter(({ id }) => !this.#find(id)).map((document) => this.#item(document)))
    this.element.append(...this.#elements().slice(before))
    return this.#items[before]?.element
  }

  /**
   * Puts a document where it belongs by its age and returns its item. Beyond the
   * last one there are others that are not loaded, unless the list is complete.
   */
  put(document, complete = true) {
    if (this.#find(document.id)) {
      return this.#item(document)
    }
    const at = this.#items.findIndex(({ createdAt }) => createdAt <= document.createdAt)
    if (at < 0 && !complete) {
      return null
    }
    const item = this.#item(document)
    this.element.insertBefore(item.element, this.#items[at]?.element ?? null)
    this.#items.splice(at < 0 ? this.#items.length : at, 0, item)
    return item
  }

  /** Takes in what became of a document elsewhere. Fits tells whether the list is about it. */
  take({ op, id, document }, fits, complete) {
    const item = this.#find(id)
    if (op === 'upsert' && (fits(document) || item?.editing)) {
      flash(this.put(document, complete)?.element)
    } else if (item?.editing) {
      item.lose(() => this.#drop(item))
    } else if (item) {
      this.#drop(item)
    }
  }

  #drop(item) {
    const focused = item.element.contains(document.activeElement)
    this.#items = this.#items.filter((one) => one !== item)
    if (focused) {
      this.element.closest('section').focus({ preventScroll: true })
    }
    item.element.remove()
  }

  #item(document) {
    const known = this.#find(document.id)
    known?.update(document)
    return known ?? this.#make(document)
  }

  #find(id) {
    return this.#items.find((item) => item.id === id)
  }

  #elements() {
    return this.#items.map(({ element }) => element)
  }
}

/** Draws the eye to an element for a moment. */
function flash(element) {
  element?.classList.add('fresh')
  element?.addEventListener('animationend', () => element.classList.remove('fresh'), { once: true })
}
