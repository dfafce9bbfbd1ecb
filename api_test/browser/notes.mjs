// Lives through the notes application of the playground, as three people do at
// the same time: ada, grace, and somebody who is not signed in. Its argument is
// the playground's address. What it prints, story.mjs and chromium.mjs say.

import { axeIn, mustBeOpenToAll } from './accessible.mjs'
import { launch, watch } from './chromium.mjs'
import { add, edit, item, lineIs, save, signIn, tame, titles, tool, write } from './notes-page.mjs'
import { must, tell } from './story.mjs'

const [home] = process.argv.slice(2)
const browser = await launch()

/** Somebody with a browser of their own, in front of the application. */
async function somebody() {
  const context = await browser.newContext({ reducedMotion: 'reduce' })
  await axeIn(context)
  await context.addInitScript(tame)
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  watch(page, home)
  await page.goto(`${home}/#/notes`)
  await page.locator('#announcements .item').first().waitFor()
  return page
}

const [ada, grace, visitor] = [await somebody(), await somebody(), await somebody()]

/** Asks for the list again and waits for the answer. */
async function refresh(page, kind) {
  const answered = page.waitForResponse((response) => response.url().includes(`/api/v1/${kind}?`) && response.ok())
  await page.locator(`#reload-${kind}`).click()
  await (await answered).finished()
}

/** The log's rows whose call and answer are these. */
const logged = (page, call, status) => page.locator('#log tbody tr', { hasText: call }).filter({ hasText: status })

const count = (page, selector) => page.locator(selector).count()

/** Presses Tab until the focus is on what the selector says. */
async function tabTo(page, selector) {
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab')
    if (await page.evaluate((selector) => document.activeElement.matches(selector), selector)) return
  }
  throw new Error(`Tab does not lead to ${selector}`)
}

const story = {
  'who is not signed in reads announcements and writes nothing': async () => {
    must((await titles(visitor, 'announcements')).includes('Welcome to Postern'), 'no news')
    must((await count(visitor, '.shelves form, .item .tool')) === 0, 'there is something to write with')
    must((await visitor.locator('#notes').innerText()).includes('Sign in'), 'nobody says how to get notes')
    await mustBeOpenToAll(visitor)
  },
  'ada signs in and is back at the notes': () => signIn(ada, 'ada'),
  'a note without a title is refused at the field': async () => {
    await ada.locator('#add-notes .strong').click()
    await ada.locator('#new-notes-title-complaint', { hasText: 'required' }).waitFor()
    const invalid = await ada.evaluate(() => [document.activeElement.id, document.activeElement.ariaInvalid])
    must(invalid.join() === 'new-notes-title,true', `the focus is on ${invalid}`)
    await ada.fill('#new-notes-title', 'x'.repeat(81))
    await ada.fill('#new-notes-project', 'p'.repeat(41))
    await ada.locator('#add-notes .strong').click()
    await ada.locator('#new-notes-project-complaint', { hasText: '40' }).waitFor()
    must((await ada.locator('#new-notes-title-complaint').innerText()).includes('80'), 'one error hides the other')
    await mustBeOpenToAll(ada)
    await ada.fill('#new-notes-project', '')
  },
  'ada writes notes, newest first and page by page': async () => {
    for (const n of [1, 2, 3, 4, 5, 6, 7]) {
      await add(ada, 'notes', { title: `Note ${n}`, text: `The ${n}. text`, due: '2027-01-31', project: 'Postern' })
    }
    must((await ada.locator('#new-notes-title-complaint').isHidden()), 'the complaint is still there')
    await refresh(ada, 'notes')
    await ada.locator('#notes .items').locator(':scope:not(:has(> :nth-child(7)))').waitFor()
    must((await titles(ada, 'notes')).join() === [7, 6, 5, 4, 3, 2].map((n) => `Note ${n}`).join(), 'the order is another')
    await ada.locator('#notes button', { hasText: 'Older ones' }).click()
    await item(ada, 'notes', 'Note 1').waitFor()
    must(await ada.locator('#notes button', { hasText: 'Older ones' }).isHidden(), 'there are older ones still')
  },
  'a note whose answer is lost is sent again and stored once': async () => {
    let lost = 0
    await ada.route('**/api/v1/notes', async (route) => {
      if (route.request().method() === 'POST' && lost++ === 0) {
        await route.fetch() // it arrives, and nobody hears of it
        return route.abort()
      }
      return route.continue()
    })
    await add(ada, 'notes', { title: 'Only once' })
    await ada.unrouteAll({ behavior: 'wait' })
    must(lost === 2, `it was sent ${lost} times`)
    must((await ada.locator('#answer .headers').innerText()).includes('Idempotency-Replayed'), 'it is not the kept answer')
    await refresh(ada, 'notes')
    must((await titles(ada, 'notes')).filter((title) => title === 'Only once').length === 1, 'it is there twice')
  },
  'a note is done, and lists know it': async () => {
    await item(ada, 'notes', 'Note 6').locator('input[type=checkbox]').click()
    await ada.locator('#notes .item.done', { hasText: 'Note 6' }).waitFor()
    await ada.locator('#notes-done').click()
    await ada.locator('#notes .items').locator(':scope:not(:has(> :nth-child(2)))', { hasText: 'Note 6' }).waitFor()
    await ada.locator('#notes-open').click()
    await item(ada, 'notes', 'Only once').waitFor()
    must(!(await titles(ada, 'notes')).includes('Note 6'), 'it is open, too')
    await ada.locator('#notes-all').click()
    await item(ada, 'notes', 'Note 6').waitFor()
  },
  'a note is edited where it stands': async () => {
    await edit(ada, 'notes', 'Note 7')
    await write(ada, 'notes', 'title', 'Note seven')
    await write(ada, 'notes', 'text', '')
    await save(ada, 'notes')
    await item(ada, 'notes', 'Note seven').waitFor()
    must(!(await item(ada, 'notes', 'Note seven').innerText()).includes('The 7. text'), 'the text is still there')
    must((await ada.locator('#answer .sent').innerText()).includes('If-Match'), 'it went without If-Match')
  },
  'a deletion is undone': async () => {
    const before = await titles(ada, 'notes')
    await tool(ada, 'notes', 'Note 5', 'Delete').click()
    await ada.locator('#notes .item.gone', { hasText: 'Note 5' }).waitFor()
    must(!(await titles(ada, 'notes')).includes('Note 5'), 'it is still there')
    await tool(ada, 'notes', 'Note 5', 'Undo').click()
    await tool(ada, 'notes', 'Note 5', 'Edit').waitFor()
    must((await titles(ada, 'notes')).join() === before.join(), 'it stands elsewhere')
    await refresh(ada, 'notes')
    await item(ada, 'notes', 'Note 5').waitFor()
  },
  'grace has notes of her own': async () => {
    await signIn(grace, 'grace')
    await grace.locator('#notes', { hasText: 'Nothing here yet' }).waitFor()
    must((await titles(grace, 'notes')).length === 0, 'she sees those of ada')
    must((await count(grace, '#add-announcements, #announcements .item .tool')) === 0, 'she is offered what she may not do')
  },
  'a task names grace, who sees it and may not delete it': async () => {
    await add(ada, 'tasks', { title: 'Plan the release', text: 'Choose a day.' }, ['grace'])
    await add(ada, 'tasks', { title: 'A secret of ada' })
    await refresh(grace, 'tasks')
    await item(grace, 'tasks', 'Plan the release').waitFor()
    must((await titles(grace, 'tasks')).join() === 'Plan the release', 'she sees more')
    must(await tool(grace, 'tasks', 'Plan', 'Delete').isDisabled(), 'she may delete it')
  },
  'both edit, and the second decides': async () => {
    await edit(grace, 'tasks', 'Plan the release')
    await edit(ada, 'tasks', 'Plan the release')
    await write(ada, 'tasks', 'title', 'Plan release 1.0')
    await write(ada, 'tasks', 'text', 'On Tuesday.')
    await save(ada, 'tasks')
    await item(ada, 'tasks', 'Plan release 1.0').waitFor()
    await write(grace, 'tasks', 'text', 'Choose a day and tell everybody.')
    await save(grace, 'tasks')
    await grace.locator('#conflict', { hasText: 'Changed meanwhile' }).waitFor()
    const said = await grace.locator('#conflict').innerText()
    for (const part of ['Plan release 1.0', 'On Tuesday.', 'Choose a day and tell everybody.']) {
      must(said.includes(part), `it does not show ${part}`)
    }
    await logged(grace, 'PATCH /api/v1/tasks', '412').waitFor()
    must(await grace.locator('#conflict-title-theirs').isChecked(), 'a title that grace left alone is not taken from ada')
    must(await grace.locator('#conflict-text-mine').isChecked(), 'what grace wrote is dropped')
    await mustBeOpenToAll(grace)
  },
  'both versions are merged': async () => {
    await grace.locator('#conflict-merge').click()
    await item(grace, 'tasks', 'Plan release 1.0').locator('.item-text', { hasText: 'tell everybody' }).waitFor()
    await refresh(ada, 'tasks')
    await item(ada, 'tasks', 'Plan release 1.0').locator('.item-text', { hasText: 'tell everybody' }).waitFor()
  },
  'or one takes theirs, or keeps mine': async () => {
    for (const [choice, want] of [['theirs', 'by ada'], ['mine', 'by grace']]) {
      await refresh(ada, 'tasks')
      await edit(grace, 'tasks', 'Plan release')
      await edit(ada, 'tasks', 'Plan release')
      await write(ada, 'tasks', 'text', `${choice}: by ada`)
      await save(ada, 'tasks')
      await item(ada, 'tasks', `${choice}: by ada`).locator('h3').waitFor()
      await write(grace, 'tasks', 'text', `${choice}: by grace`)
      await save(grace, 'tasks')
      await grace.locator(`#conflict-${choice}`).click()
      await item(grace, 'tasks', `${choice}: ${want}`).locator('h3').waitFor()
      must((await count(grace, '#conflict')) === 0, 'the question is still there')
    }
  },
  'a stale page deletes nothing unseen': async () => {
    await ada.evaluate(() => line.hold())
    await lineIs(ada, 'Reconnecting')
    await edit(grace, 'tasks', 'Plan release')
    await write(grace, 'tasks', 'text', 'Nobody else has seen this.')
    await save(grace, 'tasks')
    await item(grace, 'tasks', 'Nobody else').locator('h3').waitFor()
    await tool(ada, 'tasks', 'Plan release', 'Delete').click()
    await ada.locator('#tasks .complaint', { hasText: 'changed meanwhile' }).waitFor()
    await item(ada, 'tasks', 'Nobody else').locator('h3').waitFor()
  },
  'ada announces and everybody reads': async () => {
    await add(ada, 'announcements', { title: 'The release is near', text: 'It comes on Tuesday.' })
    for (const page of [grace, visitor]) {
      await refresh(page, 'announcements')
      await item(page, 'announcements', 'The release is near').waitFor()
    }
  },
  'the notes are accessible, on a phone too': async () => {
    await mustBeOpenToAll(ada)
    await ada.setViewportSize({ width: 390, height: 844 })
    const excess = await ada.evaluate(() => document.documentElement.scrollWidth - innerWidth)
    must(excess <= 0, `it is ${excess} pixels too wide`)
    await mustBeOpenToAll(ada)
    await ada.setViewportSize({ width: 1280, height: 900 })
  },
  'the keyboard is enough': async () => {
    await grace.reload()
    await grace.locator('#add-notes').waitFor()
    await grace.locator('#notes', { hasText: 'Nothing here yet' }).waitFor()
    await grace.keyboard.press('Tab')
    await grace.keyboard.press('Enter') // the link that skips to the notes
    await tabTo(grace, '#new-notes-title')
    await grace.keyboard.type('By keyboard')
    await grace.keyboard.press('Enter')
    await item(grace, 'notes', 'By keyboard').waitFor()
    await tabTo(grace, '#notes .item input[type=checkbox]')
    await grace.keyboard.press('Space')
    await grace.locator('#notes .item.done').waitFor()
    await tabTo(grace, '#notes .item .tool[id^=delete]')
    await grace.keyboard.press('Enter')
    await grace.locator('#notes .item.gone').waitFor()
    await grace.waitForFunction(() => document.activeElement.id.startsWith('undo-'))
    await grace.keyboard.press('Enter')
    await grace.waitForFunction(() => document.activeElement.id.startsWith('delete-'))
  },
  'who signs out leaves nothing behind': async () => {
    await grace.locator('#sign-out').click()
    await grace.locator('#sign-in').waitFor()
    await grace.locator('#announcements .item').first().waitFor()
    must((await count(grace, '#notes .item, #tasks .item, .shelves form')) === 0, 'there are documents of grace')
  },
  'the other view is one press away': async () => {
    await ada.locator('#to-calls').click()
    await ada.locator('#call-api-v1-me').click()
    await logged(ada, 'GET /api/v1/me', '200').first().waitFor()
    must(await ada.locator('#notes').isHidden(), 'the notes are still there')
  },
}

try {
  await tell(story, ada)
} finally {
  await browser.close()
}
