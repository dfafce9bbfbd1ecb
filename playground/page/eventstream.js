// Reads text/event-stream by fetch, since EventSource can send no token.

/**
 * Asks for a stream and yields {name, data, id, retry} for each block of it, as
 * they come; one that only moves the position on has no data. Ends with the
 * stream, or throws when the line breaks, is silent for longer than the
 * patience in milliseconds, or when the signal says so. An answer that is no
 * stream is an error with status, problem and retryAfter in milliseconds.
 */
export async function* readEvents(address, { headers, signal, patience, onOpen }) {
  const line = new AbortController()
  const watch = () => setTimeout(() => line.abort(new Error('The line was silent for too long.')), patience)
  let timer = watch()
  try {
    const response = await fetch(address, {
      headers: { Accept: 'text/event-stream', ...headers },
      signal: AbortSignal.any([signal, line.signal]),
      cache: 'no-store',
    })
    if (!response.ok) {
      throw await refusal(response)
    }
    onOpen()
    const text = response.body.pipeThrough(new TextDecoderStream()).getReader()
    for (const parser = new EventParser(); ; timer = watch()) {
      const { value, done } = await text.read()
      if (done) {
        return
      }
      clearTimeout(timer) // until all of it is handled, the silence is ours
      yield* parser.read(value)
    }
  } finally {
    clearTimeout(timer)
    line.abort() // hangs up
  }
}

async function refusal(response) {
  const { status, headers } = response
  const problem = await response.json().catch(() => ({}))
  const error = new Error(problem.detail ?? `The API answered ${status}.`)
  return Object.assign(error, { status, problem, retryAfter: Number(headers.get('Retry-After')) * 1000 || 0 })
}

/** Takes the text of a stream apart, wherever the network has cut it (HTML standard, section 9.2.6). */
export class EventParser {
  #rest = ''
  #cr = false // the last chunk ended in one; a line feed belongs to it
  #block = {}

  /** Returns the blocks that are whole now. */
  read(chunk) {
    const text = this.#cr && chunk.startsWith('\n') ? chunk.slice(1) : chunk
    this.#cr = chunk === '' ? this.#cr : chunk.endsWith('\r')
    const lines = (this.#rest + text).split(/\r\n|\n|\r/)
    this.#rest = lines.pop()
    return lines.flatMap((line) => this.#line(line))
  }

  #line(line) {
    if (line === '') {
      const block = this.#block
      this.#block = {}
      return Object.keys(block).length > 0 ? [block] : []
    }
    const [, field, value = ''] = line.match(/^([^:]*)(?:: ?(.*))?$/s)
    if (field === 'event') {
      this.#block.name = value
    } else if (field === 'data') {
      this.#block.data = this.#block.data === undefined ? value : `${this.#block.data}\n${value}`
    } else if (field === 'id' && !value.includes('\0')) {
      this.#block.id = value
    } else if (field === 'retry' && /^\d+$/.test(value)) {
      this.#block.retry = Number(value)
    }
    return [] // of a comment, too, which begins with a colon
  }
}
