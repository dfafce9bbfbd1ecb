// What an app does with its typed client: it compiles with --strict, and runs
// against a real server. Its arguments are the API's address and a token.
import createClient from 'openapi-fetch'
import type { paths } from './schema.js'

declare const process: { argv: string[] } // all of Node that is needed here

const [baseUrl, token] = process.argv.slice(2)
const api = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${token}` } })

function must(condition: unknown, complaint: string): asserts condition {
  if (!condition) throw new Error(complaint)
}

const made = await api.POST('/api/v1/notes', { body: { title: 'milk', done: false } })
must(made.data, `create: ${made.error?.code} ${made.error?.hint}`)
const title: string = made.data.title
const version: number = made.data.version
must(title === 'milk' && version === 1, 'what was created is something else')
const etag = made.response.headers.get('ETag')
must(etag, 'there is no ETag')

const at = { params: { path: { id: made.data.id }, header: { 'If-Match': etag } } }
const patched = await api.PATCH('/api/v1/notes/{id}', { ...at, body: { done: true } })
must(patched.data?.done === true, `patch: ${patched.error?.code}`)

// Somebody saved in between: the same ETag does not fit any more.
const late = await api.PATCH('/api/v1/notes/{id}', { ...at, body: { title: 'late' } })
must(late.response.status === 412 && late.error, 'the late one was let in')
const hint: string | undefined = late.error.hint
must(hint, 'a refusal without a hint')

const list = await api.GET('/api/v1/notes', { params: { query: { limit: 10 } } })
must(list.data, `list: ${list.error?.code}`)
must(list.data.items.some((note) => note.id === made.data.id), 'the note is not in the list')
const next: string | null = list.data.page.next
must(next === null, 'there is another page')

const refused = await api.POST('/api/v1/notes', { body: { title: '' } })
must(refused.response.status === 422 && refused.error, 'an empty title was taken')
console.log('all is well')
