// What keeps people out of a page, as axe finds it.

import axe from 'axe-core'
import { must } from './story.mjs'

/** Brings axe into every page of the context. */
export async function axeIn(context) {
  // An init script is not subject to the page's policy, which allows no others.
  await context.addInitScript(axe.source)
}

/** Has axe look for what keeps people out, in light and dark. */
export async function mustBeOpenToAll(page) {
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme })
    const { violations } = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'] }))
    const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
    must(
      grave.length === 0,
      `${colorScheme}: ${JSON.stringify(grave.map(({ id, nodes }) => [id, nodes.map((node) => node.html)]))}`,
    )
  }
  await page.emulateMedia({ colorScheme: null })
}
