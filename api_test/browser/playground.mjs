// Lives through the playground as a newcomer does, in Chromium. Its arguments
// are the playground's address and the name of a story: using it (sign in,
// call, make every mistake, sign out), breaking the tenant behind it, or
// stepping up to a stronger login. What it prints, story.mjs and chromium.mjs say.

import { axeIn, mustBeOpenToAll } from './accessible.mjs'
import { launch, watch } from './chromium.mjs'
import { must, tell } from './story.mjs'

const [home, told] = process.argv.slice(2)

const browser = await launch()
const context = await browser.newContext({ reducedMotion: 'reduce' })
await axeIn(context)
const page = await context.newPage()
page.setDefaultTimeout(15_000)
watch(page, home)

const ready = () => page.waitForSelector('#session:not([aria-busy]) button')

/** Waits until an element's text contains this. */
const says = (selector, text) => page.locator(selector).filter({ hasText: text }).first().waitFor()

/** Presses a button that makes a call and returns what the page shows of the answer. */
async function answerTo(button) {
  const before = await page.locator('#log tbody tr').count()
  await page.evaluate(() => document.querySelector('#answer').replaceChildren())
  await page.locator(button).click()
  await page.locator('#answer .status strong').waitFor()
  must(before >= 20 || (await page.locator('#log tbody tr').count()) > before, 'the log does not have the call')
  const text = async (selector) =>
    (await page.locator(selector).count()) ? page.locator(selector).first().innerText() : ''
  return {
    status: Number(await text('#answer .status strong')),
    code: await text('#answer .reason .code'),
    detail: await text('#answer .detail'),
    hint: await text('#answer .hint p'),
    headers: (await text('#answer .headers')).toLowerCase(),
  }
}

async function mustAnswer(button, status, code = '') {
  const got = await answerTo(button)
  must(got.status === status && got.code === code, `${button}: got ${JSON.stringify(got)}, want ${status} ${code}`)
  must(
    status < 400 || (got.detail && got.hint && got.headers.includes('x-request-id')),
    `${button}: no explanation: ${JSON.stringify(got)}`,
  )
  must(status !== 401 || got.headers.includes('www-authenticate'), `${button}: no challenge`)
}

/** Picks a user on the tenant's page. */
async function signInAs(user, button) {
  await page.locator(button).click()
  await page.locator(`button[name=user][value=${user}]`).click()
  await says('#who', user)
  must(page.url() === `${home}/`, `the address is ${page.url()}`)
}

const keyID = () => page.locator('#token .claims > div', { hasText: 'kid' }).first().locator('dd').innerText()

async function freshToken() {
  const rows = page.locator('#log tbody tr', { hasText: '/oauth/token' })
  const before = await rows.count()
  await page.locator('#refresh').click()
  await page.waitForFunction(
    (before) =>
      [...document.querySelectorAll('#log tbody tr')].filter((row) => row.innerText.includes('/oauth/token')).length >
      before,
    before,
  )
}

const mustBeAccessible = () => mustBeOpenToAll(page)

/** Has the tenant give access tokens a life that no button offers. */
const live = (access) =>
  page.evaluate(async (access) => {
    const { issuer } = await (await fetch('/config.json')).json()
    await fetch(`${issuer}dev/lifetime?access=${access}`, { method: 'POST' })
  }, access)

/** Calls the API with a token that the page does not use any more. */
const me = (token) =>
  page.evaluate(async (token) => {
    const { api } = await (await fetch('/config.json')).json()
    return (await fetch(`${api}/api/v1/me`, { headers: { Authorization: `Bearer ${token}` } })).json()
  }, token)

/** Has the tenant forget a refresh token behind the page's back. */
const revoke = (token) =>
  page.evaluate(async (token) => {
    const { issuer, clientId } = await (await fetch('/config.json')).json()
    await fetch(`${issuer}oauth/revoke`, { method: 'POST', body: new URLSearchParams({ client_id: clientId, token }) })
  }, token)

const using = {
  'who comes by 127.0.0.1 is sent to localhost': async () => {
    await page.goto(home.replace('localhost', '127.0.0.1'))
    await ready()
    must(page.url() === `${home}/`, page.url())
  },
  'nobody is signed in': async () => {
    await mustAnswer('#call-api-messages-public', 200)
    await mustAnswer('#call-api-messages-protected', 401, 'token_missing')
    must(await page.locator('#mistake-signature').isDisabled(), 'there is no token to tamper with')
  },
  'the first page is accessible': mustBeAccessible,
  'ada signs in': () => signInAs('ada', '#sign-in'),
  'no token is stored': async () => {
    const stored = await page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
    )
    must(!stored.includes('eyJ') && !stored.includes('verifier'), stored)
  },
  'ada may call everything': async () => {
    for (const path of ['messages-public', 'messages-protected', 'messages-admin', 'v1-me']) {
      await mustAnswer(`#call-api-${path}`, 200)
    }
  },
  'a token is explained check by check': async () => {
    await page.locator('#explain-mine').click()
    await says('#explained', 'accepted')
    await says('#explained', 'GET /api/messages/admin')
    await page.locator('#pasted').fill('V8kyNFgD2wk5PfNwb3bXxdhE1nxqzQ0x')
    await page.locator('#explain-form button[type=submit]').click()
    await says('#explained', 'refused: token_opaque')
    await says('#explained .mend', 'authorizationParams: { audience: "https://hello-world.example.com" }')
  },
  'what explains is accessible': mustBeAccessible,
  'who has the permission is told to be somebody else': async () => {
    await mustAnswer('#mistake-permission', 200)
    await says('#notice', 'grace')
  },
  'ada gives way to grace': () => signInAs('grace', '#switch'),
  'grace may not call admin': async () => {
    await mustAnswer('#call-api-messages-protected', 200)
    await mustAnswer('#call-api-messages-admin', 403, 'permission_missing')
  },
  'each mistake has its code': async () => {
    for (const [mistake, status, code] of [
      ['none', 401, 'token_missing'],
      ['quoted', 401, 'token_malformed'],
      ['expired', 401, 'token_expired'],
      ['opaque', 401, 'token_opaque'],
      ['audience', 401, 'audience_wrong'],
      ['id-token', 401, 'id_token_sent'],
      ['signature', 401, 'signature_bad'],
      ['unsigned', 401, 'algorithm_refused'],
      ['permission', 403, 'permission_missing'],
      ['query', 400, 'credentials_ambiguous'],
    ]) {
      await mustAnswer(`#mistake-${mistake}`, status, code)
    }
    await says('#seen', '10 of 10')
    await says('#tenant-state', 'right') // the mistakes leave nothing behind
    await mustAnswer('#call-api-messages-protected', 200)
  },
  'a call of the log can be looked at again': async () => {
    await page.locator('#log button', { hasText: 'access_token' }).first().click()
    await says('#answer .code', 'credentials_ambiguous')
  },
  'the page with a refusal is accessible': mustBeAccessible,
  'it fits on a phone': async () => {
    await page.setViewportSize({ width: 390, height: 844 })
    const excess = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    must(excess <= 0, `it is ${excess} pixels too wide`)
    await page.locator('#dock').click()
    await page.waitForFunction(() => document.querySelector('#answer').getBoundingClientRect().top < 100)
    await mustBeAccessible()
    await page.setViewportSize({ width: 1280, height: 900 })
  },
  'the keyboard is enough': async () => {
    await page.goto(home)
    await says('#who', 'grace')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter') // the link that skips to the calls
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await says('#live', '200')
    const focused = await page.evaluate(() => document.activeElement.id)
    must(focused === 'call-api-messages-public', `the focus is on ${focused}`)
  },
  'a reload signs in silently': () => says('#log', 'signed in silently after a reload'),
  'grace signs out': async () => {
    await page.locator('#sign-out').click()
    await page.locator('#sign-in').waitFor()
    await page.reload()
    await page.locator('#sign-in').waitFor()
    await mustAnswer('#call-api-messages-protected', 401, 'token_missing')
  },
  'the session at the tenant is over, too': async () => {
    await page.locator('#sign-in').click()
    await page.locator('button[name=cancel]').click()
    await says('#notice', 'did not authorize')
    must(await page.locator('#sign-in').isVisible(), 'somebody is signed in')
  },
}

const breaking = {
  'grace signs in': async () => {
    await page.goto(home)
    await signInAs('grace', '#sign-in')
  },
  'an expired token is refreshed silently': async () => {
    await page.locator('#drill-life').click()
    await says('#tenant-state', '00:30')
    await live('6s') // nobody has to watch half a minute
    await freshToken()
    await says('#session', 'Token expires in 00:0')
    await page.waitForFunction(() => document.querySelector('#session').innerText.includes('Token expired'))
    await mustAnswer('#call-api-messages-protected', 200)
    await says('#log', 'refreshed with the refresh token')
    await page.locator('#drill-life').click()
    await says('#tenant-state', '24:00:00')
    await freshToken()
  },
  'a revoked refresh token is made up for by the session': async () => {
    const answered = page.waitForResponse((response) => response.url().endsWith('/oauth/token'))
    await freshToken()
    await revoke((await (await answered).json()).refresh_token)
    await freshToken()
    await says('#log', 'refreshed in a hidden frame')
    await mustAnswer('#call-api-messages-protected', 200)
  },
  'keys rotate and nobody notices': async () => {
    const before = await keyID()
    await page.locator('#drill-rotate').click()
    await says('#tenant-state', '2 keys')
    await mustAnswer('#call-api-messages-protected', 200)
    await freshToken()
    must((await keyID()) !== before, 'the fresh token has the old key')
    await mustAnswer('#call-api-messages-protected', 200)
  },
  'keys are withdrawn and a fresh token helps': async () => {
    const old = await page.locator('#token .raw').first().innerText()
    await page.locator('#drill-withdraw').click()
    await says('#tenant-state', '1 key')
    await freshToken()
    await mustAnswer('#call-api-messages-protected', 200)
    const { code } = await me(old) // the API has looked at the key set by now
    must(code === 'key_unknown', `the old token gets ${code}`)
  },
  'a wrong clock is named': async () => {
    await page.locator('#drill-skew').click()
    await says('#tenant-state', '+90 s')
    await freshToken()
    await mustAnswer('#call-api-messages-protected', 401, 'token_not_yet_valid')
    await page.locator('#drill-skew').click()
    await says('#tenant-state', 'right')
    await freshToken()
    await mustAnswer('#call-api-messages-protected', 200)
  },
  'the tenant is gone and calls succeed': async () => {
    await page.locator('#drill-outage').click()
    await says('#outage', 'The tenant is gone for 00:2')
    await page.locator('#refresh').click()
    await says('#notice', 'The tenant does not answer')
    await mustAnswer('#call-api-messages-protected', 200)
    await page.waitForFunction(() => /^([4-9]) of \1 calls/.test(document.querySelector('#tally').innerText))
    await mustBeAccessible()
    await page.locator('#drill-outage').click()
    await says('#outage', 'The tenant is back')
    await freshToken()
  },
  'grace is signed out everywhere': async () => {
    await mustAnswer('#call-api-messages-protected', 200)
    await page.locator('#drill-logout').click()
    await says('#lesson', 'grace is signed out everywhere')
    await mustAnswer('#call-api-messages-protected', 401, 'token_revoked')
    await says('#notice', 'You were signed out')
    await page.locator('#sign-in').waitFor()
    await mustBeAccessible()
  },
  'and signs in again at once': async () => {
    await signInAs('grace', '#sign-in')
    await mustAnswer('#call-api-messages-protected', 200)
  },
  'a token that was kept is no good after signing out': async () => {
    const kept = await page.locator('#token .raw').first().innerText()
    await page.locator('#sign-out').click()
    await page.locator('#sign-in').waitFor()
    const { code } = await me(kept)
    must(code === 'token_revoked', `the kept token gets ${code}`)
    await signInAs('grace', '#sign-in')
    await mustAnswer('#call-api-messages-protected', 200)
  },
}

/** Calls what asks for another login, and gives it one. */
async function stepUp(user) {
  await page.locator('#call-api-v1-secrets').click()
  await page.locator(`button[name=user][value=${user}]`).click()
  await says('#log', /signed in as the API asked, .*acr_values=phr/)
}

const steppingUp = {
  'ada signs in': async () => {
    await page.goto(home)
    await signInAs('ada', '#sign-in')
    await mustAnswer('#call-api-v1-me', 200)
  },
  'who would rather not is still who they were': async () => {
    await page.locator('#call-api-v1-secrets').click()
    await page.locator('button[name=cancel]').click()
    await says('#notice', 'did not authorize')
    await says('#who', 'ada')
    await mustAnswer('#call-api-v1-me', 200)
  },
  'the page asks the tenant for what the API asks for, and calls again': async () => {
    await stepUp('ada')
    await says('#answer .request', 'as ada, again')
    await says('#answer .status', '200')
    must(page.url() === `${home}/`, `the address is ${page.url()}`)
  },
  'from then on it is open': () => mustAnswer('#call-api-v1-secrets', 200),
  'a silent login keeps what was shown': async () => {
    await page.reload()
    await says('#log', 'signed in silently after a reload')
    await mustAnswer('#call-api-v1-secrets', 200)
  },
  'the page is accessible': mustBeAccessible,
  'what is not enough is not asked for twice': async () => {
    await skew('-10m') // the tenant says that each login was long ago
    await freshToken()
    await skew('0s')
    await page.locator('#call-api-v1-secrets').click()
    await says('#answer .request', 'as ada, again') // the session was young enough: nobody saw a page
    await says('#answer .status', '200')
    await skew('-10m')
    await freshToken()
    await page.locator('#call-api-v1-secrets').click()
    await says('#answer .request', 'as ada, again')
    await says('#answer .code', 'insufficient_user_authentication')
    await skew('0s')
  },
}

/** Puts the tenant's clock wrong by what no button offers. */
const skew = (by) =>
  page.evaluate(async (by) => {
    const { issuer } = await (await fetch('/config.json')).json()
    await fetch(`${issuer}dev/skew?by=${by}`, { method: 'POST' })
  }, by)

try {
  await tell({ using, breaking, 'stepping up': steppingUp }[told], page)
} finally {
  await browser.close()
}
