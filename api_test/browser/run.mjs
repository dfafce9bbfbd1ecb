// Reads a list of calls from the standard input, has a page in Chromium make
// each, one after the other, and prints one line of JSON for each:
// {name, ok, detail}. Whether that is what should be, ../browser_test.go
// knows. What the browser complains about is printed likewise, as "console".

import { json } from 'node:stream/consumers'
import { chromium } from 'playwright-core'

const print = (name, ok, detail) => console.log(JSON.stringify({ name, ok, detail }))

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM,
  args: [
    '--no-sandbox', // CI runs as root
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Cuts off the internet. page.route() could do that too, but then the
    // driver answers preflights and the server never sees one.
    '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1',
  ],
})

const context = await browser.newContext()
const pages = new Map()

async function pageAt(address) {
  if (!pages.has(address)) {
    const page = await context.newPage()
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') {
        print('console', false, { text: message.text(), url: message.location().url })
      }
    })
    page.on('pageerror', (error) => print('console', false, { text: String(error), url: address }))
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
