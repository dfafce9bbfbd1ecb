// Lives through what a line to the server goes through, with a server that
// answers by a script. The folder of the page's modules is in PAGE.

import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import { test } from 'node:test'

const { follow } = await import(`${process.env.PAGE}/follow.js`)

/**
 * Follows a server that answers each request with the next function of the
 * script, until the last one. Returns the changes, the requests and what else happened.
 */
async function live(script, { until = 1, lists = [['p']], ...options } = {}) {
  const requests = []
  const lines = []
  const server = createServer((request, response) => {
    const { authorization, 'last-event-id': last } = request.headers
    requests.push({ at: Date.now(), since: new URL(request.url, 'http://x').searchParams.get('since'), last, authorization })
    script[Math.min(requests.length, script.length) - 1](response)
  })
  await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
  const stop = new AbortController()
  const changes = []
  let listed = 0
  try {
    for await (const change of follow({
      address: `http://127.0.0.1:${server.address().port}/changes?collections=notes`,
      list: async () => lists[Math.min(listed++, lists.length - 1)],
      onLine: (there) => lines.push(there),
      signal: stop.signal,
      ...options,
    })) {
      changes.push(`${change.op} ${change.id} ${change.version}`)
      if (changes.length === until) {
        stop.abort()
      }
    }
  } finally {
    stop.abort()
    server.closeAllConnections()
    server.close()
  }
  return { changes, requests, lines, listed }
}

const upsert = (id, version, rest = {}) => ({ op: 'upsert', collection: 'notes', id, version, document: {}, ...rest })
const block = (id, name, data) => `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`
const change = (at, id, version, rest) => block(at, 'change', upsert(id, version, rest))

/** Answers with a stream that goes on, or ends. */
const stream = (text, { end = false } = {}) => (response) => {
  response.writeHead(200, { 'Content-Type': 'text/event-stream' })
  response.write(`retry: 10\nid: begin\n\n${text}`)
  if (end) response.end()
}
const refuse = (status, code, headers = {}) => (response) => response.writeHead(status, headers).end(JSON.stringify({ code, detail: code }))
const cut = (text) => (response) => {
  stream(text)(response)
  setTimeout(() => response.destroy(), 20)
}

test('it begins where the lists are', async () => {
  const got = await live([stream(change('1', 'n', 1))], { lists: [['p', 'q']] })
  assert.deepEqual(got.changes, ['upsert n 1'])
  assert.equal(got.requests[0].since, 'p,q')
  assert.deepEqual([got.listed, got.lines], [1, [true]])
})

test('a line that ends, or breaks, is taken up where it was', async () => {
  for (const first of [stream(change('1', 'a', 1), { end: true }), cut(change('1', 'a', 1))]) {
    const got = await live([first, refuse(503, 'draining'), stream(change('2', 'b', 1))], { until: 2 })
    assert.deepEqual(got.changes, ['upsert a 1', 'upsert b 1'])
    assert.deepEqual(got.requests.map(({ last }) => last), [undefined, '1', '1'])
    assert.deepEqual([got.listed, got.lines], [1, [true, false, false, true]])
  }
})

test('what was not handled comes again', async () => {
  const got = await live([cut('id: 5\n\nid: 6\nevent: change\nda'), stream(change('6', 'a', 1))])
  assert.equal(got.requests[1].last, '5')
})

test('Retry-After is waited for', async () => {
  const { requests } = await live([refuse(429, 'rate_limited', { 'Retry-After': '2' }), stream(change('1', 'a', 1))])
  assert.ok(requests[1].at - requests[0].at >= 1950, 'it came too early')
})

test('a silent line is dead', async () => {
  const got = await live([stream(''), stream(change('1', 'a', 1))], { patience: 200 })
  assert.equal(got.requests[1].last, 'begin')
})

test('a token that ends is exchanged, and nobody notices', async () => {
  const asked = []
  const token = async (fresh) => (asked.push(fresh), `t${asked.length}`)
  const got = await live([stream(block('7', 'reauth', {})), stream(change('8', 'a', 1))], { token })
  assert.deepEqual(asked, [false, true])
  assert.deepEqual(got.requests.map(({ last, authorization }) => [last, authorization]), [[undefined, 'Bearer t1'], ['7', 'Bearer t2']])
  assert.deepEqual(got.lines, [true, true])
})

test('a token that is refused is exchanged once', async () => {
  const asked = []
  const token = async (fresh) => (asked.push(fresh), 't')
  await live([refuse(401, 'token_expired'), stream(change('1', 'a', 1))], { token })
  assert.deepEqual(asked, [false, true])
  await assert.rejects(live([refuse(401, 'audience_wrong')], { token }), { status: 401 })
  assert.deepEqual(asked, [false, true, false, true])
})

test('where no second try can help, it ends', async () => {
  for (const status of [400, 403, 404]) {
    await assert.rejects(live([refuse(status, 'no')]), { status, message: 'no' })
  }
})

test('a reset reads the lists again and goes on', async () => {
  const got = await live([stream(block('9', 'reset', {}) + change('10', 'a', 1))])
  assert.deepEqual([got.listed, got.changes.length, got.requests.length], [2, 1, 1])
})

test('the position of another database begins anew', async () => {
  const got = await live([cut('id: old\n\n'), refuse(400, 'position_invalid'), stream(change('1', 'a', 1))], { lists: [['p'], ['new']] })
  assert.deepEqual(got.requests.map(({ since, last }) => last ?? since), ['p', 'old', 'new'])
})

test('versions that the app has do not come again', async () => {
  const has = { a: 4 }
  const events = change('1', 'a', 3) + change('2', 'a', 4) + change('3', 'a', 5) + block('4', 'change', { op: 'remove', id: 'a', version: 3 })
  const got = await live([stream(events)], { until: 2, shown: ({ id }) => has[id] })
  assert.deepEqual(got.changes, ['upsert a 5', 'remove a 3'])
})

test('an echo is left out once the answer is there', async () => {
  const own = (key) => key !== 'other' && new Promise((known) => setTimeout(known, 20, key === 'mine'))
  const keyed = (at, key) => change(at, key, 1, { idempotencyKey: key })
  const got = await live([stream(keyed('1', 'mine') + keyed('2', 'failed') + keyed('3', 'other'))], { until: 2, own })
  assert.deepEqual(got.changes, ['upsert failed 1', 'upsert other 1'])
})

test('nothing comes after the end', async () => {
  const got = await live([stream(change('1', 'a', 1) + change('2', 'b', 1))])
  assert.deepEqual(got.changes, ['upsert a 1'])
})
