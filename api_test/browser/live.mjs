// Lives through the notes application as several people do who see what the
// others do: ada twice, grace, and somebody who is not signed in. Its
// arguments are the addresses of the playground, of the tenant, and of who can
// kill and start the API. What it prints, story.mjs and chromium.mjs say.

import { axeIn, mustBeOpenToAll } from './accessible.mjs'
import { launch, watch } from './chromium.mjs'
import { add, edit, item, lineIs, save, signIn, tame, titles, tool, write } from './notes-page.mjs'
import { must, tell } from './story.mjs'

const [home, tenant, control] = process.argv.slice(2)
const browser = await launch()

/** Somebody with a browser of their own: a tab behind another is slow to press buttons in. */
async function somebody() {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  await axeIn(context)
  await context.addInitScript(tame)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  watch(page, home)
  await page.goto(`${home}/#/notes`)
  await lineIs(page, 'Live')
  return page
}

// The other is ada's, too.
const everybody = [await somebody(), await somebody(), await somebody(), await somebody()]
const [ada, other, grace, visitor] = everybody

const appears = (page, kind, text) => item(page, kind, text).waitFor()
const leaves = (page, kind, text) => item(page, kind, text).waitFor({ state: 'detached' })
const form = (page, kind) => page.locator(`#${kind} .item form`)

async function mustShow(page, kind, want) {
  const got = await titles(page, kind)
  must(got.join() === want.join(), `it shows ${got}, not ${want}`)
}

/** Waits until all that was done before has come to the page: changes come in order. */
async function settled(page) {
  const title = `Heard ${Math.random()}`
  await add(ada, 'announcements', { title })
  await appears(page, 'announcements', title)
}

/** Counts the lists that a page asks for from now on. */
function countLists(page) {
  const count = { lists: 0 }
  page.on('request', (request) => (count.lists += /\/api\/v1\/(notes|tasks|announcements)\?/.test(request.url()) ? 1 : 0))
  return count
}

/** Orders something from the tenant, or from who runs the API. */
const order = (address) => fetch(address, { method: 'POST' }).then(({ ok }) => must(ok, address))

const story = {
  'ada signs in twice, and grace': async () => {
    await signIn(ada, 'ada')
    await signIn(other, 'ada')
    await signIn(grace, 'grace')
    for (const page of everybody) await lineIs(page, 'Live')
  },
  'a new note appears in her other window, once in each, and not to grace': async () => {
    await add(ada, 'notes', { title: 'Milk' })
    await appears(other, 'notes', 'Milk')
    await add(other, 'notes', { title: 'Bread', project: 'Shopping' })
    await appears(ada, 'notes', 'Bread')
    for (const page of [ada, other, grace]) await settled(page)
    for (const page of [ada, other]) await mustShow(page, 'notes', ['Bread', 'Milk'])
    await mustShow(grace, 'notes', [])
  },
  'so does what it says now': async () => {
    await edit(other, 'notes', 'Milk')
    await write(other, 'notes', 'title', 'Oat milk')
    await save(other, 'notes')
    await appears(ada, 'notes', 'Oat milk')
    await mustShow(ada, 'notes', ['Bread', 'Oat milk'])
  },
  'a list of open ones loses what is done elsewhere, and gets it back': async () => {
    await other.locator('#notes-open').click()
    await appears(other, 'notes', 'Bread')
    await item(ada, 'notes', 'Bread').locator('input').click()
    await leaves(other, 'notes', 'Bread')
    await ada.locator('#notes .item.done', { hasText: 'Bread' }).locator('input').click()
    await appears(other, 'notes', 'Bread')
    await mustShow(other, 'notes', ['Bread', 'Oat milk'])
    await other.locator('#notes-all').click()
  },
  'a deleted note leaves the other window; this one offers to undo, and its echo does not end that': async () => {
    await tool(ada, 'notes', 'Oat milk', 'Delete').click()
    await leaves(other, 'notes', 'Oat milk')
    await settled(ada)
    await tool(ada, 'notes', 'Oat milk', 'Undo').click()
    await appears(other, 'notes', 'Oat milk')
    await settled(ada)
    await tool(ada, 'notes', 'Oat milk', 'Edit').waitFor()
  },
  'a task appears to grace when it names her, and leaves when she is taken off': async () => {
    await add(ada, 'tasks', { title: 'A secret of ada' })
    await add(ada, 'tasks', { title: 'Plan the release' }, ['grace'])
    await appears(grace, 'tasks', 'Plan the release')
    await mustShow(grace, 'tasks', ['Plan the release'])
    must(await tool(grace, 'tasks', 'Plan', 'Delete').isDisabled(), 'she may delete it')
    await share('Plan the release', false)
    await leaves(grace, 'tasks', 'Plan the release')
    await mustShow(other, 'tasks', ['Plan the release', 'A secret of ada'])
    await share('Plan the release', true)
    await appears(grace, 'tasks', 'Plan the release')
  },
  'what grace changes, ada sees': async () => {
    await item(grace, 'tasks', 'Plan').locator('input').click()
    for (const page of [ada, other]) await page.locator('#tasks .item.done', { hasText: 'Plan' }).waitFor()
  },
  'who is writing goes on, and is told': async () => {
    await edit(grace, 'tasks', 'Plan')
    await write(grace, 'tasks', 'text', 'Half a sen')
    await item(ada, 'tasks', 'Plan').locator('input').click()
    await form(grace, 'tasks').locator('.meanwhile', { hasText: 'Changed meanwhile' }).waitFor()
    must((await form(grace, 'tasks').locator('textarea').inputValue()) === 'Half a sen', 'what she wrote is gone')
    await mustBeOpenToAll(grace)
    await form(grace, 'tasks').locator('button', { hasText: 'Cancel' }).click()
    must((await grace.locator('#tasks .item.done').count()) === 0, 'it is shown as it was')
  },
  'and is told when there is nothing to write into any more': async () => {
    await edit(grace, 'tasks', 'Plan')
    await share('Plan the release', false)
    await form(grace, 'tasks').locator('.meanwhile', { hasText: 'not shared with you' }).waitFor()
    await form(grace, 'tasks').locator('button', { hasText: 'Cancel' }).click()
    await mustShow(grace, 'tasks', [])
  },
  'news come to who is not signed in': async () => {
    await add(ada, 'announcements', { title: 'The release is near' })
    for (const page of everybody) await appears(page, 'announcements', 'The release is near')
    await mustShow(visitor, 'notes', [])
  },
  'a line that is cut is taken up without a list': async () => {
    const counted = countLists(other)
    await other.evaluate(() => line.hold())
    await lineIs(other, 'Reconnecting')
    await mustBeOpenToAll(other)
    await add(ada, 'notes', { title: 'While you were away' })
    await other.evaluate(() => line.release())
    await appears(other, 'notes', 'While you were away')
    await lineIs(other, 'Live')
    must(counted.lists === 0, `it asked for ${counted.lists} lists`)
  },
  'the server is killed and comes back, and nobody misses what happens before they do': async () => {
    const counted = [other, grace, visitor].map(countLists)
    for (const page of [other, grace, visitor]) await page.evaluate(() => line.hold())
    await order(`${control}/kill`)
    for (const page of everybody) await lineIs(page, 'Reconnecting')
    await order(`${control}/start`)
    await tool(ada, 'notes', 'Bread', 'Delete').click()
    await share('Plan the release', true)
    await add(ada, 'announcements', { title: 'We are back' })
    for (const page of [other, grace, visitor]) await page.evaluate(() => line.release())
    for (const page of everybody) {
      await appears(page, 'announcements', 'We are back')
      await lineIs(page, 'Live')
    }
    await mustShow(other, 'notes', ['While you were away', 'Oat milk'])
    await mustShow(grace, 'tasks', ['Plan the release'])
    must(counted.every(({ lists }) => lists === 0), `they asked for ${JSON.stringify(counted)}`)
  },
  'a token that ends is exchanged, and nobody notices': async () => {
    await order(`${tenant}dev/lifetime?access=12s`)
    await grace.reload()
    await lineIs(grace, 'Live')
    await grace.evaluate(() => {
      window.said = []
      new MutationObserver(() => said.push(document.querySelector('#line').innerText)).observe(document.querySelector('#line'), { childList: true })
    })
    await grace.waitForFunction(() => line.asked.length > 1)
    await order(`${tenant}dev/lifetime?access=24h`)
    const [first, second] = await grace.evaluate(() => line.asked)
    must(second['Last-Event-ID'] && second.Authorization !== first.Authorization, `it came back with ${JSON.stringify(second)}`)
    await settled(grace)
    const said = await grace.evaluate(() => said)
    must(said.every((text) => text === 'Live'), `it said ${said}`)
  },
  'it fits on a phone': async () => {
    await ada.setViewportSize({ width: 390, height: 844 })
    const excess = await ada.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    must(excess <= 0, `it is ${excess} pixels too wide`)
    await mustBeOpenToAll(ada)
  },
}

/** Has ada name grace in a task, or not any more. */
async function share(title, shared) {
  await edit(ada, 'tasks', title)
  await form(ada, 'tasks').locator('.pick', { hasText: 'grace' }).locator('input').setChecked(shared)
  await save(ada, 'tasks')
  await tool(ada, 'tasks', title, 'Edit').waitFor()
}

try {
  await tell(story, ada)
} finally {
  await browser.close()
}
