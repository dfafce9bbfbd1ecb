// Calls the API as any single-page app does, and keeps what came of it.

/**
 * Calls a path and returns what a page can learn of the answer. Without a token
 * there is no Authorization header; a token in the query is a mistake that the
 * page makes on purpose. A body is sent as JSON. A status of 0 means that there
 * was no answer that the browser would show.
 */
export async function call(api, wanted) {
  const { method = 'GET', path, token = null, inQuery = false, label = '', headers = {}, body } = wanted
  const began = performance.now()
  const made = { at: new Date(), method, path, label, token, sentHeaders: headers, sentBody: body }
  const address = new URL(api + path)
  if (inQuery) {
    address.searchParams.set('access_token', token)
    made.path += '?access_token=…'
  }
  try {
    const response = await fetch(address, {
      method,
      headers: {
        ...(token === null ? {} : { Authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    })
    const text = await response.text()
    return {
      ...made,
      ms: performance.now() - began,
      status: response.status,
      phrase: response.statusText,
      headers: [...response.headers],
      ...parse(text),
    }
  } catch {
    return {
      ...made,
      ms: performance.now() - began,
      status: 0,
      phrase: 'No answer',
      headers: [],
      text: '',
      problem: noAnswer,
    }
  }
}

const noAnswer = {
  code: 'no_answer',
  detail: 'The browser got no answer that it may show to a page.',
  hint: 'Is `postern dev` still running? If it is, the console names what the browser objects to: most often an origin that the API does not allow.',
}

function parse(text) {
  try {
    const body = JSON.parse(text)
    return { text, body, problem: body.code ? body : null }
  } catch {
    return { text, problem: null }
  }
}

/** Returns the kind of a status, for colours: good, refused or failed. */
export function kind(status) {
  if (status >= 200 && status < 300) {
    return 'good'
  }
  return status >= 400 && status < 500 ? 'refused' : 'failed'
}
