// Reads a list of calls from the standard input, has a page in Chromium make
// each, one after the other, and prints one line of JSON for each:
// {name, ok, detail}. Whether that is what should be, ../browser_test.go
// knows. What the browser complains about is printed likewise, as "console".

import { json } from 'node:stream/consumers'
import { launch, print, watch } from './chromium.mjs'

const browser = await launch()
const context = await browser.newContext()
const pages = new Map()

async function pageAt(address) {
  if (!pages.has(address)) {
    const page = await context.newPage()
    watch(page, address)
    await page.goto(address)
    pages.set(address, page)
  }
  return pages.get(address)
}

try {
  for (const { name, page, request } of await json(process.stdin)) {
    const seen = await (await pageAt(page)).evaluate((request) => call(request), request)
    print(name, seen.error === undefined, seen)
  }
} finally {
  await browser.close()
}
