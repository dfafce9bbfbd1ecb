// A small single-page app, as the SDK's own documentation has it. Its path
// says how it uses the SDK, and is where the tenant sends users back to.

import { Auth0Client } from '/auth0-spa-js.js'

const modes = {
  '/memory': { useRefreshTokens: true, cacheLocation: 'memory' },
  '/localstorage': { useRefreshTokens: true, cacheLocation: 'localstorage' },
  '/frame': { useRefreshTokens: false, cacheLocation: 'memory' },
  '/fallback': { useRefreshTokens: true, cacheLocation: 'localstorage', useRefreshTokensFallback: true },
  '/dpop': { useRefreshTokens: true, cacheLocation: 'memory', useDpop: true },
  '/no-audience': { useRefreshTokens: true, cacheLocation: 'memory', audience: undefined },
}

const { api, tenant, clientId, ...known } = await (await fetch('/config.json')).json()
const { audience, ...mode } = { ...known, ...modes[location.pathname] }
const home = location.origin + location.pathname

const client = new Auth0Client({
  domain: tenant,
  clientId,
  ...mode,
  authorizeTimeoutInSeconds: 10, // the default is a minute, and the test's too
  authorizationParams: { redirect_uri: home, audience },
})

/** Calls the API as whoever is signed in, or with the token that is given; null is none. */
async function call(path, token) {
  if (token === undefined) token = await client.getTokenSilently()
  const headers = token === null ? {} : { Authorization: `Bearer ${token}` }
  const response = await fetch(api + path, { headers })
  return { status: response.status, body: await response.json() }
}

/** Calls the API as whoever is signed in, with a token that is bound to the key of this page. */
async function prove(path, init = {}) {
  const fetcher = client.createFetcher({ dpopNonceId: 'api', baseUrl: api })
  const response = await fetcher.fetchWithAuth(path, init, { audience })
  return { status: response.status, body: await response.json() }
}

const show = (id, text) => (document.getElementById(id).textContent = text)

const showUser = async () => show('user', (await client.getUser())?.email ?? 'nobody')

const showError = (error) => show('error', `${error.error}: ${error.error_description ?? error.message}`)

async function begin() {
  const { searchParams } = new URL(location)
  if (searchParams.has('state')) {
    await client.handleRedirectCallback().catch(showError)
    history.replaceState({}, '', home)
  } else {
    await client.checkSession()
  }
  await showUser()
}

const press = (id, act) =>
  document.getElementById(id).addEventListener('click', () => {
    show('error', '')
    show('user', '') // until it is known again
    act().catch(showError)
  })

press('log-in', () => client.loginWithRedirect())
press('log-in-popup', () => client.loginWithPopup().finally(showUser))
press('log-out', () => client.logout({ logoutParams: { returnTo: home } }))

window.app = { client, call, prove } // as in the console of the browser
await begin()
