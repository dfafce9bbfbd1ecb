// Chromium as the tests want it, and the lines that ../*_test.go read.

import { chromium } from 'playwright-core'

/** Prints what was seen as one line of JSON. */
export const print = (name, ok, detail = {}) => console.log(JSON.stringify({ name, ok, detail }))

export const launch = () =>
  chromium.launch({
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

/** Prints what the browser complains about on this page, as "console". */
export function watch(page, address) {
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') {
      print('console', false, { text: message.text(), url: message.location().url })
    }
  })
  page.on('pageerror', (error) => print('console', false, { text: String(error), url: address }))
}
