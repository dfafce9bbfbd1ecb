// A page that never sees a token: the server signs the user in, and the browser
// sends a cookie that no script can read.

// Where the API is; the rest is the server's business.
const { api } = {
  api: 'http://localhost:6060',
  ...(await fetch('settings.json').then((found) => (found.ok ? found.json() : {}), () => ({}))),
}
const byId = (id) => document.getElementById(id)
let changes = null // what follows the notes

const reasons = {
  login_expired: 'The login took too long, or began elsewhere. Please sign in again.',
  login_cancelled: 'You did not sign in.',
  tenant_unavailable: 'Nobody can sign in at the moment. Please try again in a little while.',
}

/** Calls the API. Of a refusal, the error says what is wrong and how to mend it. */
async function call(path, init = {}) {
  const response = await fetch(api + path, {
    ...init,
    credentials: 'include', // the cookie
    headers: { ...init.headers, 'X-CSRF': '1' }, // no page of another site can send this
  })
  const body = await response.json()
  if (response.status === 503) {
    // Nobody is signed out by an outage: say so, and try again when the server says.
    byId('refused').textContent = `${body.detail} You are still signed in; this is tried again.`
    await new Promise((resolve) => setTimeout(resolve, 1000 * response.headers.get('Retry-After')))
    return call(path, init)
  }
  byId('refused').textContent = ''
  if (response.status === 401) await showWho()
  if (!response.ok) throw Object.assign(new Error(`${body.detail} ${body.hint ?? ''}`), { code: body.code })
  return body
}

async function showNotes() {
  const { items } = await call('/api/v1/notes?sort=-createdAt')
  byId('notes').replaceChildren(
    ...items.map(({ title }) => Object.assign(document.createElement('li'), { textContent: title })),
  )
}

/**
 * Follows the notes. The browser comes back by itself when the line breaks, with the cookie and where it was. It gives up when
 * it is refused: because the session has ended, here or in another tab, or because nobody can tell at the moment (503).
 */
function follow() {
  changes?.close()
  changes = new EventSource(`${api}/api/v1/notes/changes`, { withCredentials: true })
  changes.addEventListener('change', saying(showNotes))
  changes.addEventListener('reset', saying(showNotes))
  changes.addEventListener('error', async () => {
    if (changes?.readyState !== EventSource.CLOSED || !(await showWho())) return
    setTimeout(saying(async () => {
      follow()
      await showNotes()
    }), 2000)
  })
}

/** Shows who is signed in, and nothing of anybody else. */
async function showWho() {
  const session = await fetch(`${api}/auth/session`, { credentials: 'include' }).then((answer) => answer.json())
  const signedIn = session.authenticated
  byId('who').textContent = signedIn ? `Signed in as ${session.name ?? session.subject}` : 'Nobody is signed in.'
  byId('sign-in').hidden = signedIn
  byId('sign-out').hidden = byId('add').hidden = !signedIn
  if (!signedIn) {
    changes?.close()
    changes = null
    byId('notes').replaceChildren()
  }
  return signedIn
}

const saying = (act) => async (event) => {
  event?.preventDefault?.()
  byId('refused').textContent = ''
  await act(event?.target).catch((error) => (byId('refused').textContent = error.message))
}

byId('sign-in').addEventListener('click', () => {
  location.assign(`${api}/auth/login?return_to=${encodeURIComponent(location.origin + '/')}`)
})
byId('sign-out').addEventListener('click', saying(async () => {
  const { logoutUrl } = await call(`/auth/logout?return_to=${encodeURIComponent(location.origin + '/')}`, { method: 'POST' })
  location.assign(logoutUrl ?? '/') // signs out of the tenant, too
}))
byId('add').addEventListener('submit', saying(async (form) => {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }
  await call('/api/v1/notes', { method: 'POST', headers, body: JSON.stringify({ title: new FormData(form).get('title') }) })
  form.reset()
}))
await saying(async () => {
  const why = new URLSearchParams(location.search).get('login_error')
  history.replaceState({}, '', location.pathname)
  if (await showWho()) {
    follow()
    await showNotes()
  }
  if (why) throw new Error(reasons[why] ?? `The login failed (${why}).`)
})()
