// What somebody does in front of the notes application of the playground.

export async function signIn(page, user) {
  await page.locator('#sign-in').click()
  await page.locator(`button[name=user][value=${user}]`).click()
  await page.locator('#who', { hasText: user }).waitFor()
  await page.locator('#add-notes').waitFor()
}

export const item = (page, kind, title) => page.locator(`#${kind} .item`, { hasText: title })
export const titles = (page, kind) => page.locator(`#${kind} .item h3`).allInnerTexts()
export const tool = (page, kind, title, name) => item(page, kind, title).locator('.tool', { hasText: name })

/** Fills the form for a new document and sends it. */
export async function add(page, kind, values, editors = []) {
  for (const [name, value] of Object.entries(values)) {
    await page.fill(`#new-${kind}-${name}`, value)
  }
  for (const name of editors) {
    await page.check(`#new-${kind}-editors-${name}`)
  }
  await page.locator(`#add-${kind} .strong`).click()
  await item(page, kind, values.title).waitFor()
}

/** Opens the form of a document, which begins with what the API has now. */
export async function edit(page, kind, title) {
  await tool(page, kind, title, 'Edit').click()
  await page.locator(`#${kind} .item form`).waitFor()
}

/** Writes into the form that is open. */
export const write = (page, kind, name, value) => page.fill(`#${kind} .item form [name=${name}]`, value)
export const save = (page, kind) => page.locator(`#${kind} .item form .strong`).click()

/**
 * Runs in the page before all else and puts its line, on which it hears of
 * changes, into the hands of the test: hold() cuts it and has the page wait
 * until release(); asked is with what it asked for a new one.
 */
export function tame() {
  const { fetch } = window
  let hangUp = new AbortController()
  let mayGo = Promise.resolve()
  window.line = { asked: [] }
  window.line.hold = () => {
    mayGo = new Promise((release) => (window.line.release = release))
    hangUp.abort()
    hangUp = new AbortController()
  }
  window.fetch = async (address, how) => {
    if (new URL(address, location).pathname !== '/api/v1/changes') return fetch(address, how)
    window.line.asked.push(how.headers)
    await mayGo
    return fetch(address, { ...how, signal: AbortSignal.any([how.signal, hangUp.signal]) })
  }
}

/** Waits until the page says this of its line. */
export const lineIs = (page, text) => page.locator('#line', { hasText: text }).waitFor()
