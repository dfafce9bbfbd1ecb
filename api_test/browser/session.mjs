// Lives through examples/session: signing in, working in two tabs while tokens
// end, and signing out in one. Its arguments are the addresses of the page, of
// the API and of the tenant, and a folder for pictures, if they are wanted.

import { launch, watch } from './chromium.mjs'
import { must, tell } from './story.mjs'

const [home, api, tenant, pictures] = process.argv.slice(2)
const browser = await launch()
const context = await browser.newContext({ viewport: { width: 900, height: 620 } })
const page = await context.newPage()
const other = await context.newPage()
for (const tab of [page, other]) {
  tab.setDefaultTimeout(20_000)
  watch(tab, home)
}

const order = (path) => fetch(tenant + path, { method: 'POST' }).then(async (answer) => must(answer.ok, `${path}: ${await answer.text()}`))
const button = (tab, name) => tab.getByRole('button', { name, exact: !name.startsWith('Sign in as') })
const note = (tab, title) => tab.getByRole('listitem').filter({ hasText: title }).waitFor()
const status = (tab, text) => tab.getByRole('status').filter({ hasText: text }).waitFor()
const rest = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function add(tab, title) {
  await tab.getByLabel('New note').fill(title)
  await button(tab, 'Add').click()
}

const story = {
  'nobody is signed in': async () => {
    await page.goto(home)
    await status(page, 'Nobody is signed in.')
  },
  'a user who turns back is told so': async () => {
    await button(page, 'Sign in').click()
    await button(page, 'Cancel').click()
    await page.getByRole('alert').filter({ hasText: 'You did not sign in.' }).waitFor()
    must(!page.url().includes('login_error'), page.url())
  },
  'ada signs in, with tokens of a few seconds': async () => {
    await order('/dev/lifetime?access=2s')
    await button(page, 'Sign in').click()
    await button(page, 'Sign in as ada').click()
    await status(page, 'Signed in as ada')
  },
  'no script sees a token': async () => {
    const seen = await page.evaluate(() => document.cookie + JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + location.href)
    must(!/eyJ|postern-session|code=/.test(seen), seen)
    const cookie = (await context.cookies(api)).find(({ name }) => name === 'postern-session')
    must(cookie?.httpOnly && cookie.sameSite === 'Strict' && cookie.value.length === 64, JSON.stringify(cookie))
  },
  'she works': async () => {
    await add(page, 'before')
    await note(page, 'before')
  },
  'her other tab shows the same': async () => {
    await other.goto(home)
    await status(other, 'Signed in as ada')
    await note(other, 'before')
  },
  'the token ends several times, unseen': async () => {
    for (const title of ['one', 'two', 'three']) {
      await rest(2300)
      await add(page, title)
      await note(page, title)
      await note(other, title) // by EventSource, which comes back by itself
    }
    must((await page.locator('#refused').textContent()) === '', 'something was refused')
  },
  'an outage of the tenant signs nobody out': async () => {
    await order('/dev/outage?for=5m')
    await rest(2300)
    await add(page, 'in the outage')
    await page.getByRole('alert').filter({ hasText: 'still signed in' }).waitFor()
    await status(page, 'Signed in as ada')
    await order('/dev/outage?for=0s')
    await note(page, 'in the outage') // without anybody doing anything
    if (pictures) await page.screenshot({ path: `${pictures}/session.png` })
  },
  'signing out in one tab ends the other': async () => {
    await button(page, 'Sign out').click()
    await status(page, 'Nobody is signed in.')
    await status(other, 'Nobody is signed in.')
    must((await other.getByRole('listitem').count()) === 0, 'the other tab still shows notes')
    must(!(await context.cookies(api)).some(({ name }) => name === 'postern-session'), 'the cookie is still there')
  },
  'the tenant asks who it is again': async () => {
    await button(other, 'Sign in').click()
    await button(other, 'Sign in as grace').waitFor()
  },
}

try {
  await tell(story, page)
} finally {
  await browser.close()
}
