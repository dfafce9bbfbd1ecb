// Lives through examples/fetch. Its argument is the address of the page.

import { launch, watch } from './chromium.mjs'
import { must, tell } from './story.mjs'

const [home] = process.argv.slice(2)
const browser = await launch()
const page = await browser.newPage()
page.setDefaultTimeout(15_000)
watch(page, home)

const story = {
  'grace signs in': async () => {
    await page.goto(home)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('button', { name: 'Sign in as grace' }).click()
    await page.getByLabel('New note').waitFor()
    must(!page.url().includes('code='), `the address is ${page.url()}`)
  },
  'she notes something': async () => {
    await page.getByLabel('New note').fill('Milk')
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('listitem').filter({ hasText: 'Milk' }).waitFor()
  },
  'she is told what is refused': async () => {
    await page.getByLabel('New note').evaluate((input) => input.removeAttribute('maxlength'))
    await page.getByLabel('New note').fill('x'.repeat(81))
    await page.getByRole('button', { name: 'Add' }).click()
    await page.getByRole('alert').filter({ hasText: /body|member|schema/i }).waitFor()
  },
}

try {
  await tell(story, page)
} finally {
  await browser.close()
}
