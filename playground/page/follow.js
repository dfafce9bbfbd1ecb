// Follows what happens to an API's documents. Copy it and eventstream.js into
// your app: they need nothing else. docs/live.md shows them at work.
import { readEvents } from './eventstream.js'

/** The longest pause between two tries, in milliseconds, unless the server asks for more. */
const longestPause = 30_000

/**
 * Yields changes until the signal says stop, and comes back to where it was
 * whenever the line breaks. A change is {op, collection, id, version, document,
 * …}; op is upsert or remove. The next one waits for the body of your loop.
 *
 * - address: of the feed, such as /api/v1/changes?collections=notes,tasks
 * - list: reads and shows the lists and returns the `page.changes` of each. It
 *   is called at the beginning, and again where what came since is not known.
 * - signal: ends it.
 * - token: returns an access token, or null for nobody. With true it is asked
 *   for a fresh one, since the last one ends or was refused.
 * - shown: returns the version of the change's document that you show, if any;
 *   that one and older ones do not come again.
 * - own: tells of an Idempotency-Key whether you sent it and know the answer,
 *   which needs no echo then. A promise is waited for.
 * - onLine: is called with true when the line is there, and with false and the
 *   error, if there was one, when it is not.
 * - patience: milliseconds after which a silent line is dead. The server says
 *   something every 15 seconds.
 *
 * Throws what no second try can help: an error with the status 400, 403 or 404,
 * or 401 for a fresh token. What your list throws counts likewise.
 */
export function follow(options) {
  return new Follower({ ...defaults, signal: new AbortController().signal, ...options }).changes()
}

const defaults = { token: () => null, shown: () => 0, own: () => false, onLine: () => {}, patience: 40_000 }

class Follower {
  #options
  #since = null // the positions of the lists
  #position = null // that of the last event, which says more
  #fresh = false // the next token has to be
  #refused = false // the last one was
  #pause = 1000
  #failures = 0

  constructor(options) {
    this.#options = options
  }

  async *changes() {
    const { list, signal, onLine } = this.#options
    while (!signal.aborted) {
      let failure
      try {
        this.#since ??= await list()
        yield* this.#line()
      } catch (error) {
        failure = error
      }
      if (signal.aborted) {
        return
      }
      if (failure || !this.#fresh) {
        onLine(false, failure)
      }
      await sleep(Math.max(this.#judge(failure), this.#nextPause()), signal)
    }
  }

  /** Yields the changes of one connection. */
  async *#line() {
    const { address, token, onLine, signal, patience } = this.#options
    const url = new URL(address, globalThis.location?.href)
    const bearer = await token(this.#fresh)
    this.#fresh = false
    const headers = bearer ? { Authorization: `Bearer ${bearer}` } : {}
    if (this.#position) {
      headers['Last-Event-ID'] = this.#position
    } else {
      url.searchParams.set('since', this.#since.join())
    }
    for await (const event of readEvents(url, { headers, signal, patience, onOpen: () => onLine(true) })) {
      this.#failures = 0
      this.#refused = false
      yield* this.#take(event)
      if (this.#fresh) {
        return
      }
    }
  }

  /** Yields the change that an event is; its position counts once that is handled. */
  async *#take({ name, data, id, retry }) {
    const { list, own, shown, signal } = this.#options
    this.#pause = retry ?? this.#pause
    if (name === 'reset') {
      this.#since = this.#position = null // if the list fails, it is to be read again
      this.#since = await list()
    } else if (name === 'reauth') {
      this.#fresh = true
    } else if (name === 'change') {
      const change = JSON.parse(data)
      const echo = change.idempotencyKey && (await own(change.idempotencyKey))
      const known = change.op === 'upsert' && change.version <= (shown(change) ?? 0)
      if (!echo && !known && !signal.aborted) {
        yield change
      }
    }
    this.#position = id ?? this.#position
  }

  /** Prepares the next try and returns for how long the server does not want it; throws where none can help. */
  #judge(failure) {
    const { status, problem, retryAfter = 0 } = failure ?? {}
    if (problem?.code === 'position_invalid') {
      this.#since = this.#position = null // it is another database
    } else if ([400, 403, 404].includes(status) || (status === 401 && this.#refused)) {
      throw failure
    }
    this.#refused = status === 401
    this.#fresh ||= this.#refused
    return retryAfter
  }

  /** Doubles with each failure; a random part, so that not everybody comes back at once. */
  #nextPause() {
    return Math.min(longestPause, this.#pause * 2 ** this.#failures++) * (0.5 + Math.random() / 2)
  }
}

function sleep(milliseconds, signal) {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal.addEventListener('abort', done)
  })
}
