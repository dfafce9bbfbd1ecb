// The notes of the user: shown before the server has agreed, kept up to date,
// and never written over what somebody else wrote meanwhile. It knows no React.

import { follow } from '#follow'
import { Api, Refused, SignedOut, type GetToken, type Note } from './api'

export interface Shown extends Note {
  /** The server has not agreed yet. */
  pending?: boolean
}

/** Two versions of a note: what the user wants, and what is there by now. */
export interface Conflict {
  mine: Partial<Note>
  theirs: Note
}

export interface View {
  notes: Shown[]
  conflict: Conflict | null
  /** Why something waits, and until when (milliseconds since 1970). */
  trouble: { error: Refused; until: number } | null
  refused: Refused | null
  live: boolean
  signedOut: boolean
  more: boolean
}

interface Page {
  items: Note[]
  page: { next: string | null; changes: string }
}

export class Notes {
  #api: Api
  #token: GetToken
  #notes = new Map<string, Shown>()
  #tags = new Map<string, { version: number; tag: string }>()
  #writes = new Map<string, Promise<boolean>>()
  #next: string | null = null
  #show: (view: View) => void
  #view: View = { notes: [], conflict: null, trouble: null, refused: null, live: false, signedOut: false, more: false }

  constructor(api: Api, token: GetToken, show: (view: View) => void) {
    this.#api = api
    this.#token = token
    this.#show = show
  }

  /** Shows the notes, and what becomes of them, until the signal says stop. */
  async watch(base: string, signal: AbortSignal) {
    const changes = follow<Note>({
      address: `${base}/api/v1/notes/changes`,
      list: () => this.#list(),
      signal,
      token: (fresh) => this.#token(fresh),
      shown: ({ id }) => this.#notes.get(id)?.version,
      own: (key) => this.#writes.get(key) ?? false,
      onLine: (live, error) => {
        if (!signal.aborted) this.#update({ live })
        if (error) this.#complain(ofLine(error))
      },
    })
    try {
      for await (const { op, id, document } of changes) {
        if (op === 'upsert') this.#notes.set(id, document!)
        else this.#forget(id)
        this.#update({})
      }
    } catch (error) {
      this.#complain(ofLine(error))
    }
  }

  async #list() {
    const { items, page } = await this.#patiently(() => this.#page(''))
    this.#notes = new Map(items.map((note) => [note.id, note]))
    this.#next = page.next
    this.#update({})
    return [page.changes]
  }

  /** Shows one page more. */
  async older() {
    const { items, page } = await this.#patiently(() => this.#page(`&cursor=${this.#next}`))
    for (const note of items) if (!this.#notes.has(note.id)) this.#notes.set(note.id, note)
    this.#next = page.next
    this.#update({})
  }

  async #page(cursor: string) {
    return (await this.#api.ask<Page>(`/notes?sort=-createdAt&limit=20${cursor}`)).body
  }

  async create(title: string) {
    const key = crypto.randomUUID()
    this.#put({ id: key, version: 0, title, createdAt: new Date().toISOString(), pending: true })
    const made = await this.#write<Note>('/notes', 'POST', { title }, {}, key)
    this.#notes.delete(key)
    if (made) this.#keep(made.body, made.tag)
    this.#update({})
  }

  /** Changes members of a note, unless it is another by now. */
  async change(note: Note, mine: Partial<Note>) {
    this.#put({ ...note, ...mine, pending: true })
    try {
      const tag = await this.#patiently(() => this.#tagOf(note))
      const made = await this.#write<Note>(`/notes/${note.id}`, 'PATCH', mine, { 'If-Match': tag })
      if (made) this.#keep(made.body, made.tag)
      else this.#put(note)
    } catch (error) {
      this.#disagree(error, note, mine)
    }
  }

  async remove(note: Note) {
    this.#notes.delete(note.id)
    this.#update({})
    try {
      const tag = await this.#patiently(() => this.#tagOf(note))
      if (!(await this.#write(`/notes/${note.id}`, 'DELETE', undefined, { 'If-Match': tag }))) this.#put(note)
    } catch (error) {
      this.#disagree(error, note, {})
    }
  }

  /** Ends the conflict: with the user's words, or with the others'. */
  async settle(keepMine: boolean) {
    const { mine, theirs } = this.#view.conflict!
    this.#update({ conflict: null })
    if (keepMine) await this.change(theirs, mine)
  }

  dismiss() {
    this.#update({ refused: null })
  }

  #disagree(error: unknown, note: Note, mine: Partial<Note>) {
    if (!(error instanceof Refused) || error.status !== 412 || !error.current) {
      this.#put(note)
      return this.#complain(error)
    }
    this.#keep(error.current.note, error.current.tag)
    if (Object.keys(mine).length > 0) this.#update({ conflict: { mine, theirs: error.current.note } })
    else this.#update({ refused: new Refused(412, error.code, 'It was changed meanwhile, so it was not deleted.') })
  }

  /** Writes, however often it takes. Returns nothing where the server refuses it for good. */
  async #write<T>(path: string, method: string, body: unknown, headers: HeadersInit, key: string = crypto.randomUUID()) {
    const init = {
      method,
      headers: { ...headers, 'Content-Type': 'application/json', 'Idempotency-Key': key },
      body: body && JSON.stringify(body),
    } as RequestInit
    const answer = this.#patiently(() => this.#api.ask<T>(path, init))
    this.#writes.set(key, answer.then(() => true, () => false))
    try {
      return await answer
    } catch (error) {
      if (error instanceof Refused && error.status === 412) throw error
      this.#complain(error)
    }
  }

  /** Tries until it is answered. A 503 says nothing about the user, and loses nothing. */
  async #patiently<T>(act: () => Promise<T>): Promise<T> {
    for (let pause = 1; ; pause = Math.min(2 * pause, 30)) {
      try {
        const done = await act()
        if (this.#view.trouble) this.#update({ trouble: null })
        return done
      } catch (error) {
        if (!(error instanceof Refused) || !error.passes) throw error
        const wait = 1000 * Math.max(error.retryAfter, pause)
        this.#update({ trouble: { error, until: Date.now() + wait } })
        await new Promise((resolve) => setTimeout(resolve, wait))
      }
    }
  }

  /** The version that the user has seen. Lists have no ETags, so it may have to be fetched. */
  async #tagOf(note: Note) {
    if (this.#tags.get(note.id)?.version !== note.version) {
      const { body, tag } = await this.#api.ask<Note>(`/notes/${note.id}`)
      this.#tags.set(note.id, { version: body.version, tag })
      if (body.version !== note.version) throw new Refused(412, 'precondition_failed', '', '', 0, { note: body, tag })
    }
    return this.#tags.get(note.id)!.tag
  }

  #complain(error: unknown) {
    if (error instanceof SignedOut) this.#update({ signedOut: true })
    else if (error instanceof Refused && error.passes) this.#update({ trouble: { error, until: 0 } })
    else if (error instanceof Refused) this.#update({ refused: error })
    else throw error
  }

  #keep(note: Note, tag: string) {
    this.#tags.set(note.id, { version: note.version, tag })
    this.#put(note)
  }

  #put(note: Shown) {
    this.#notes.set(note.id, note)
    this.#update({})
  }

  #forget(id: string) {
    this.#notes.delete(id)
    this.#tags.delete(id)
  }

  #update(changed: Partial<View>) {
    if (changed.live) changed.trouble = null
    const notes = [...this.#notes.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
    this.#view = { ...this.#view, ...changed, notes, more: this.#next !== null }
    this.#show(this.#view)
  }
}

/** What ended a line: the API refused it, or it broke. */
function ofLine(error: any) {
  if (error instanceof SignedOut || error instanceof Refused) return error
  if (error.status === 401) return new SignedOut(error.message)
  if (error.status) return new Refused(error.status, error.problem.code, error.message, error.problem.hint, error.retryAfter / 1000)
  return new Refused(0, 'unreachable', 'The server cannot be reached.')
}
