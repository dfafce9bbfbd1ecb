// The tenant's users, as other people know them.
import { h } from '../dom.js'

export class People {
  #users
  #me = null

  constructor(users) {
    this.#users = users
  }

  /** Tells who looks at the page; null for nobody. */
  set me(subject) {
    this.#me = subject
  }

  /** Returns all but the owner of a document; a new one is mine. */
  others(owner) {
    return this.#users.filter(({ subject }) => subject !== (owner ?? this.#me))
  }

  /** Returns the name of a subject. */
  name(subject) {
    return subject === this.#me ? 'you' : (this.#users.find((user) => user.subject === subject)?.name ?? subject)
  }

  /** Returns chips for subjects. */
  chips(subjects) {
    return subjects.map((subject) => h('span', { class: 'tag person-tag' }, this.name(subject)))
  }
}
