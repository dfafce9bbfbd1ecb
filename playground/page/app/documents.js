// Reads and writes documents as an app does that is used by several people, on
// networks that fail: no write is done twice, and none undoes another's.

/** How long to wait before trying again, in milliseconds, where the API does not say. */
const pauses = [300, 1200, 3000]

/** Of how many writes it is known what became of them. */
const remembered = 200

/** What the API has against a request, or that it does not answer. */
export class Refused extends Error {
  constructor(made) {
    super(made.problem?.detail ?? made.phrase)
    this.status = made.status
    this.problem = made.problem
  }
}

export class Documents {
  #send
  #tags = new Map() // the ETag of each version that came alone
  #writes = new Map() // by key, whether there was an answer

  /** What sends a request and returns what came of it is the page's. */
  constructor(send) {
    this.#send = send
  }

  /** Returns what the caller may do in each collection. */
  async rights(signedIn) {
    const { body } = await this.#ask({ path: signedIn ? '/api/v1/me' : '/api/v1/collections' })
    return Object.fromEntries((body.collections ?? body.items).map(({ name, may }) => [name, may]))
  }

  /** Returns one page, newest documents first. */
  async list(collection, { filter = {}, limit, cursor = null }) {
    const query = new URLSearchParams({ sort: '-createdAt', include: 'can', limit })
    for (const [name, value] of Object.entries(filter)) {
      query.set(`filter[${name}]`, value)
    }
    if (cursor) {
      query.set('cursor', cursor)
    }
    return (await this.#ask({ path: `/api/v1/${collection}?${query}` })).body
  }

  /** Returns the document as it is now. */
  async read(collection, id) {
    return this.#keep(await this.#ask({ path: `/api/v1/${collection}/${id}?include=can` }))
  }

  /** Tells whether a key is of a write of this tab that was answered, and waits for the answer. */
  async wrote(key) {
    const answered = await this.#writes.get(key)
    await new Promise((soon) => setTimeout(soon)) // then it is shown, too
    return answered === true
  }

  /** Creates a document. Trying again with the same key makes no second one. */
  async create(collection, body, key) {
    return this.#keep(await this.#write({ method: 'POST', path: `/api/v1/${collection}`, body }, {}, key))
  }

  /** Changes members, null for those to remove, unless the document is another by now. */
  async change(collection, document, members) {
    const wanted = { method: 'PATCH', path: `/api/v1/${collection}/${document.id}`, body: members }
    return this.#keep(await this.#write(wanted, { 'If-Match': await this.#tag(collection, document) }))
  }

  /** Deletes the document, unless it is another by now. */
  async remove(collection, document) {
    const wanted = { method: 'DELETE', path: `/api/v1/${collection}/${document.id}` }
    await this.#write(wanted, { 'If-Match': await this.#tag(collection, document) })
  }

  /** Brings a deleted document back to its address, unless something is there. */
  async restore(collection, { id }, body) {
    return this.#keep(await this.#write({ method: 'PUT', path: `/api/v1/${collection}/${id}`, body }, { 'If-None-Match': '*' }))
  }

  #write(wanted, precondition, key = crypto.randomUUID()) {
    const asking = this.#ask({ ...wanted, headers: { ...precondition, 'Idempotency-Key': key } })
    this.#writes.set(key, asking.then(() => true, () => false))
    if (this.#writes.size > remembered) {
      this.#writes.delete(this.#writes.keys().next().value)
    }
    return asking
  }

  /** Asks, and asks again where that can help and does no harm. */
  async #ask(wanted) {
    for (const pause of [...pauses, null]) {
      const made = await this.#send(wanted)
      if (made.status >= 200 && made.status < 300) {
        return made
      }
      if (made.status === 412 && made.problem.current) {
        this.#keep({ ...made, body: made.problem.current })
      }
      if (pause === null || ![0, 429, 503].includes(made.status)) {
        throw new Refused(made)
      }
      const after = Number(header(made, 'retry-after')) * 1000
      await new Promise((resolve) => setTimeout(resolve, after || pause))
    }
  }

  /** Lists have no ETags: where none is known for this version, it is fetched. */
  async #tag(collection, { id, version }) {
    if (this.#tags.get(id)?.version !== version) {
      await this.read(collection, id)
    }
    // A newer document's tag would let a stale page overwrite it.
    const { version: known, tag } = this.#tags.get(id)
    return known === version ? tag : '"outdated"'
  }

  #keep({ body, ...made }) {
    this.#tags.set(body.id, { version: body.version, tag: header(made, 'etag') })
    return body
  }
}

function header({ headers }, wanted) {
  return headers.find(([name]) => name === wanted)?.[1]
}
