// A page without a build and without a package: PKCE by hand, and fetch. The
// token stays in memory, so a reload asks the tenant again, which knows the user
// for as long as its session lasts. For silent renewal take an SDK.

// The three settings of a tenant, and where the API is; these are of `postern dev`.
const settings = {
  issuer: 'http://localhost:6061/',
  clientId: 'spa',
  audience: 'https://hello-world.example.com',
  api: 'http://localhost:6060',
  ...(await fetch('settings.json').then((found) => (found.ok ? found.json() : {}), () => ({}))),
}
const home = location.origin + '/'
let token = null

const byId = (id) => document.getElementById(id)
const base64url = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/[+/=]/g, (c) => ({ '+': '-', '/': '_' })[c] ?? '')
const random = () => base64url(crypto.getRandomValues(new Uint8Array(32)))

/** Sends the user to the tenant (RFC 7636). */
async function logIn() {
  const started = { state: random(), verifier: random() }
  sessionStorage.setItem('login', JSON.stringify(started))
  const challenge = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(started.verifier))
  location.assign(
    `${settings.issuer}authorize?` +
      new URLSearchParams({
        response_type: 'code', client_id: settings.clientId, redirect_uri: home, audience: settings.audience,
        scope: 'openid profile email', state: started.state,
        code_challenge: base64url(challenge), code_challenge_method: 'S256',
      }),
  )
}

/** Takes the code that the tenant sent back. */
async function finishLogin(query) {
  const started = JSON.parse(sessionStorage.getItem('login') ?? '{}')
  sessionStorage.removeItem('login')
  history.replaceState({}, '', home)
  if (query.get('state') !== started.state) throw new Error('This login was not begun here.')
  if (query.has('error')) throw new Error(query.get('error_description'))
  const answer = await fetch(`${settings.issuer}oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code', client_id: settings.clientId, redirect_uri: home,
      code: query.get('code'), code_verifier: started.verifier,
    }),
  })
  const { access_token, error_description } = await answer.json()
  if (!answer.ok) throw new Error(error_description)
  token = access_token
}

/** Calls the API. Of a refusal, the error says what is wrong and how to mend it. */
async function call(path, init = {}) {
  const response = await fetch(`${settings.api}/api/v1${path}`, {
    ...init,
    headers: { ...init.headers, Authorization: `Bearer ${token}` },
  })
  const body = await response.json()
  if (!response.ok) throw new Error(`${body.detail} ${body.hint ?? ''}`)
  return body
}

async function showNotes() {
  const { items } = await call('/notes?sort=-createdAt')
  byId('notes').replaceChildren(
    ...items.map(({ title }) => Object.assign(document.createElement('li'), { textContent: title })),
  )
}

const saying = (act) => async (event) => {
  event?.preventDefault()
  byId('refused').textContent = ''
  await act(event?.target).catch((error) => (byId('refused').textContent = error.message))
}

byId('log-in').addEventListener('click', saying(logIn))
byId('add').addEventListener('submit', saying(async (form) => {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': crypto.randomUUID() }
  await call('/notes', { method: 'POST', headers, body: JSON.stringify({ title: new FormData(form).get('title') }) })
  form.reset()
  await showNotes()
}))
await saying(async () => {
  const query = new URLSearchParams(location.search)
  if (query.has('state')) await finishLogin(query)
  byId('log-in').hidden = token !== null
  byId('add').hidden = token === null
  if (token) await showNotes()
})()
