// Reads the page /docs as a developer does: signs in at the tenant, and sends a
// request that needs a token. Its argument is the API's address; a second one is
// a folder for pictures.

import { launch, watch } from './chromium.mjs'
import { must, tell } from './story.mjs'

const [api, pictures] = process.argv.slice(2)

const browser = await launch()
const context = await browser.newContext({ reducedMotion: 'reduce' })
const page = await context.newPage()
page.setDefaultTimeout(20_000)
watch(page, api)
const abroad = []
context.on('request', (request) => {
  if (!/^(http:\/\/localhost:|data:|blob:)/.test(request.url())) abroad.push(request.url())
})

const picture = (name) => pictures && page.screenshot({ path: `${pictures}/reference-${name}.png` })

/** Sends what is open and returns the status and the body that the page shows. */
async function send(id) {
  const operation = page.locator(`#operations-${id}`)
  if (!(await operation.locator('.opblock-body').count())) await operation.locator('.opblock-summary-control').click()
  const clear = operation.locator('button.btn-clear')
  if (await clear.count()) await clear.click()
  await operation.locator('button.execute').click()
  const answer = operation.locator('.live-responses-table')
  await answer.waitFor()
  return { status: await answer.locator('tbody td.response-col_status').first().innerText(), text: await answer.innerText() }
}

const story = {
  async 'the reference shows this deployment'() {
    await page.goto(`${api}/docs`)
    await page.locator('#operations-messages-protectedMessage').waitFor()
    must(await page.locator('.opblock-summary-path', { hasText: '/api/v1/notes' }).count(), 'its collections are missing')
    must((await page.getByText('jsonSchemaDialect').count()) === 0, 'it warns of its own document')
    await picture('closed')
  },
  async 'without a token it shows the refusal'() {
    const got = await send('messages-protectedMessage')
    must(got.status.startsWith('401') && got.text.includes('token_missing'), JSON.stringify(got))
  },
  async 'it signs in at the tenant'() {
    await page.locator('.scheme-container button.authorize').click()
    const form = page.locator('.auth-container', { hasText: 'signIn' })
    await form.locator('.scopes a', { hasText: 'select all' }).click()
    const popup = context.waitForEvent('page')
    await form.locator('button.authorize').click()
    const login = await popup
    await login.locator('button[name=user][value=ada]').click()
    await form.locator('button', { hasText: 'Logout' }).waitFor()
    await picture('signed-in')
    await form.locator('button.btn-done').click()
  },
  async 'requests have the token'() {
    const got = await send('messages-protectedMessage')
    must(got.status.startsWith('200') && got.text.includes('This is a protected message.'), JSON.stringify(got))
    const me = await send('identity-me')
    must(me.status.startsWith('200') && me.text.includes('auth0|ada'), JSON.stringify(me))
    await picture('answered')
  },
  async 'a narrow window shows it as well'() {
    await page.setViewportSize({ width: 390, height: 844 })
    await page.locator('#operations-messages-protectedMessage').scrollIntoViewIfNeeded()
    await picture('narrow')
  },
  async 'nothing came from anywhere else'() {
    must(abroad.length === 0, abroad.join(' '))
  },
}

await tell(story, page)
await browser.close()
