// Lives through examples/react: notes that are shown at once, two people who
// change the same one, a tenant that is down and a server that is. Its arguments
// are the addresses of the app, of the API, of the tenant, of who can kill and
// start the API, and a folder for pictures, if they are wanted.

import { axeIn, mustBeOpenToAll } from './accessible.mjs'
import { launch, watch } from './chromium.mjs'
import { must, tell } from './story.mjs'

const [home, api, tenant, control, pictures] = process.argv.slice(2)
const browser = await launch()
const context = await browser.newContext({ viewport: { width: 900, height: 620 }, reducedMotion: 'reduce' })
await axeIn(context)
const page = await context.newPage()
page.setDefaultTimeout(20_000)
watch(page, home)

const order = (address) => fetch(address, { method: 'POST' }).then(({ ok }) => must(ok, address))
const button = (name) => page.getByRole('button', { name, exact: true })
const note = (title) => page.getByRole('listitem').filter({ hasText: title })
const settled = (title) => page.locator('li[aria-busy=false]').filter({ hasText: title }).waitFor()
const banner = (text) => page.locator('.banner').filter({ hasText: text })
const picture = (name) => pictures && page.screenshot({ path: `${pictures}/react-${name}.png` })

async function add(title) {
  await page.getByLabel('New note').fill(title)
  await button('Add').click()
  await note(title).waitFor()
}

async function rewrite(title, instead) {
  await button(`Edit ${title}`).click()
  await page.getByLabel('Title').fill(instead)
}

/** Does something as the same user on another device. */
async function elsewhere(method, path, body) {
  const stored = await page.evaluate(() => Object.entries(localStorage).find(([key]) => key.includes('hello-world'))[1])
  const headers = { Authorization: `Bearer ${JSON.parse(stored).body.access_token}`, 'Content-Type': 'application/json' }
  const answer = await fetch(`${api}/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
  must(answer.ok, `${method} ${path}: ${answer.status}`)
  return answer.status === 204 ? null : answer.json()
}

async function find(title) {
  const { items } = await elsewhere('GET', '/notes')
  return items.find((note) => note.title === title)
}

async function titles() {
  return (await elsewhere('GET', '/notes?sort=createdAt')).items.map(({ title }) => title).join()
}

const story = {
  'ada signs in': async () => {
    await page.goto(home)
    await button('Log in').click()
    await page.getByRole('button', { name: 'Sign in as ada' }).click()
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    await page.getByText('Nothing is noted yet.').waitFor()
  },
  'what she writes is there, and on the server': async () => {
    await add('Milk')
    await settled('Milk')
    await add('Bread')
    await settled('Bread')
    must((await titles()) === 'Milk,Bread', await titles())
    await note('Milk').getByRole('checkbox').check()
    await settled('Milk')
    must((await find('Milk')).done, 'it is not done')
  },
  'nobody is kept out': async () => {
    await mustBeOpenToAll(page)
    await picture('notes')
  },
  'what she writes on her phone appears': async () => {
    await elsewhere('POST', '/notes', { title: 'From the phone' })
    await settled('From the phone')
  },
  'both change one note: she is asked, and keeps hers': async () => {
    await rewrite('Milk', 'Oat milk')
    await elsewhere('PATCH', `/notes/${(await find('Milk')).id}`, { title: 'Soy milk' })
    await button('Save').click()
    await page.getByRole('dialog').getByText('Soy milk').waitFor()
    await mustBeOpenToAll(page)
    await picture('conflict')
    must((await titles()).includes('Soy milk'), 'it was written over')
    await button('Keep mine').click()
    await settled('Oat milk')
    must((await titles()).includes('Oat milk'), await titles())
  },
  'again, and she takes theirs': async () => {
    await rewrite('Bread', 'Rolls')
    await elsewhere('PATCH', `/notes/${(await find('Bread')).id}`, { title: 'Rye bread' })
    await button('Save').click()
    await button('Take theirs').click()
    await settled('Rye bread')
    must(!(await titles()).includes('Rolls'), await titles())
  },
  'the server refuses what the schema forbids, and she is told why': async () => {
    await page.getByLabel('New note').evaluate((input) => input.removeAttribute('maxlength'))
    await page.getByLabel('New note').fill('x'.repeat(81))
    await button('Add').click()
    await page.getByRole('alert').filter({ hasText: /body|member|schema/i }).waitFor()
    await button('Close').click()
    must((await page.getByRole('listitem').count()) === 3, 'the refused note is still shown')
  },
  'the tenant is down when her token ends: she is not signed out, and nothing is lost': async () => {
    await order(`${tenant}dev/lifetime?access=30s`) // the SDK takes what has less than a minute for expired
    await page.reload()
    await settled('Oat milk')
    await page.evaluate(() => {
      for (const key of Object.keys(localStorage)) {
        const entry = JSON.parse(localStorage.getItem(key))
        if (entry.body?.access_token) localStorage.setItem(key, JSON.stringify({ ...entry, expiresAt: 0 }))
      }
    })
    await order(`${tenant}dev/outage?for=10m`)
    await add('Written in the outage')
    await banner('The sign-in service cannot be reached.').waitFor()
    await note('Written in the outage').getByText('sending…').waitFor()
    await mustBeOpenToAll(page)
    await picture('outage')
    must((await button('Log in').count()) === 0, 'she is signed out')
    await order(`${tenant}dev/outage?for=0s`)
    await settled('Written in the outage')
    await banner('').waitFor({ state: 'detached' })
    await order(`${tenant}dev/lifetime?access=24h`)
  },
  'the server is killed: what she writes waits, and is there once': async () => {
    await order(`${control}/kill`)
    await add('Written meanwhile')
    await banner('The server cannot be reached.').waitFor()
    await order(`${control}/start`)
    await settled('Written meanwhile')
    await page.getByRole('status').filter({ hasText: 'Live' }).waitFor()
    must((await titles()).split('Written meanwhile').length === 2, await titles())
  },
  'she deletes a note, here and on her phone': async () => {
    await button('Delete Oat milk').click()
    await note('Oat milk').waitFor({ state: 'detached' })
    await elsewhere('DELETE', `/notes/${(await find('Rye bread')).id}`)
    await note('Rye bread').waitFor({ state: 'detached' })
    must(!/milk|bread/.test(await titles()), await titles())
  },
  'more than a page: older notes are a press away': async () => {
    for (let n = 0; n < 20; n++) await elsewhere('POST', '/notes', { title: `One of many ${n}` })
    await settled('One of many 19')
    await page.reload()
    await settled('One of many 19')
    must((await page.getByRole('listitem').count()) === 20, 'there are more than a page')
    await button('Show older notes').click()
    await settled('From the phone')
    must((await button('Show older notes').count()) === 0, 'there is no end')
  },
  'she signs out': async () => {
    await button('Log out').click()
    await button('Log in').waitFor()
  },
}

try {
  await tell(story, page)
} finally {
  await browser.close()
}
