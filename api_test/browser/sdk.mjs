// Lives through a small app that uses @auth0/auth0-spa-js, in Chromium. Its
// arguments are the addresses of the app and of the tenant, and the name of a
// story. What it prints, story.mjs and chromium.mjs say.

import { launch, watch } from './chromium.mjs'
import { App } from './sdk-app.mjs'
import { stories } from './sdk-stories.mjs'
import { tell } from './story.mjs'

const [home, tenant, told] = process.argv.slice(2)

const browser = await launch()
try {
  const context = await browser.newContext()
  context.on('page', (page) => watch(page, home))
  const app = await App.begin(context, home, tenant)
  await tell(stories(app)[told], app.page)
} finally {
  await browser.close()
}
