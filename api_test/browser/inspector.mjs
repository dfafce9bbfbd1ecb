// Watches requests in the inspector while a page makes them. Its arguments are
// the playground's address and the API's; a third one is a folder for pictures.

import { axeIn, mustBeOpenToAll } from './accessible.mjs'
import { launch, watch } from './chromium.mjs'
import { must, tell } from './story.mjs'

const [home, api, pictures] = process.argv.slice(2)

const browser = await launch()
const context = await browser.newContext({ reducedMotion: 'reduce' })
await axeIn(context)
const page = await context.newPage()
page.setDefaultTimeout(15_000)
watch(page, home)
const other = await context.newPage() // of the playground's origin; what it complains about is its own matter

const shown = (...texts) =>
  texts.reduce((found, hasText) => found.filter({ hasText }), page.locator('#requests > li')).first()

/** Calls the API from a page, and tells whether the browser let it. */
const call = (path, init = {}) =>
  other.evaluate(async ([url, how]) => (await fetch(url, how).catch(() => ({ status: 0 }))).status, [api + path, init])

const story = {
  async 'it is there'() {
    await page.goto(`${home}/inspector.html`)
    await page.locator('#state', { hasText: 'Live' }).waitFor()
    await other.goto(home)
  },
  async 'a request shows as it arrives'() {
    must((await call('/api/messages/protected')) === 401, 'it was let in')
    const request = shown('GET /api/messages/protected', 'token_missing')
    await request.locator('summary').click()
    await request.locator('.explained', { hasText: 'Authorization: Bearer' }).waitFor()
  },
  async 'a refused preflight shows with its reason'() {
    must((await call('/api/messages/protected', { headers: { 'X-Trace': '1' } })) === 0, 'the browser let it')
    const preflight = shown('OPTIONS /api/messages/protected', home)
    await preflight.locator('summary').click()
    await preflight.locator('.explained', { hasText: 'Access-Control-Allow-Headers lacks x-trace' }).waitFor()
    if (pictures) await page.screenshot({ path: `${pictures}/inspector.png` })
  },
  async 'only what was refused'() {
    must((await call('/api/messages/public')) === 200, 'the public message is not there')
    await shown('GET /api/messages/public').waitFor()
    await page.locator('#refused').check()
    await shown('GET /api/messages/public').waitFor({ state: 'detached' })
    must(await shown('token_missing').count(), 'what was refused is gone, too')
  },
  async 'it is open to all, and fits a phone'() {
    await mustBeOpenToAll(page)
    await page.setViewportSize({ width: 390, height: 844 })
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    must(wide <= 0, `it is ${wide} pixels too wide`)
    if (pictures) await page.screenshot({ path: `${pictures}/inspector-narrow.png` })
  },
}

await tell(story, page)
await browser.close()
