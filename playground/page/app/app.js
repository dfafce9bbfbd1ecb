// A small application upon the sample collections, for several people.
import { byId } from '../dom.js'
import { Documents } from './documents.js'
import { announcements, day, notes, tasks } from './kinds.js'
import { Live } from './live.js'
import { People } from './people.js'
import { Shelf } from './shelf.js'

export class NotesApp {
  #documents
  #live
  #people
  #shelves
  #subject

  /** The parts are `send`, which calls the API at this address, its tokens, and the users. */
  constructor({ api, send, token, users }) {
    this.#documents = new Documents(send)
    this.#live = new Live({ api, token, documents: this.#documents })
    this.#people = new People(users)
    const parts = {
      documents: this.#documents,
      people: this.#people,
      show: (name, value) => this.#shown(name, value),
      say: (text) => (byId('live').textContent = text),
    }
    this.#shelves = [notes, tasks, announcements].map((kind) => [kind.name, new Shelf(kind, parts)])
    const [first, ...others] = this.#shelves.map(([, shelf]) => shelf.element)
    byId('shelf-main').prepend(first)
    byId('shelf-side').prepend(...others)
  }

  /** Shows what is this subject's to see, as long as nobody else comes; null is nobody. */
  async open(subject) {
    if (subject === this.#subject) {
      return
    }
    this.#subject = subject
    this.#people.me = subject
    const rights = await this.#documents.rights(subject !== null)
    if (subject !== this.#subject) {
      return // somebody else came meanwhile
    }
    await this.#live.open(new Map(this.#shelves.filter(([name, shelf]) => shelf.open(rights[name]))))
  }

  /** Returns a value as people read it. */
  #shown(name, value) {
    if (value === undefined || value === null || value.length === 0) {
      return 'nothing'
    }
    if (name === 'editors') {
      return value.map((subject) => this.#people.name(subject)).join(', ')
    }
    return name === 'due' ? day(value) : value
  }
}
