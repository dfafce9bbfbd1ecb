// A story is an object of steps, each a name and what to do. For each step one
// line of JSON is printed, {name, ok, detail}, and "the end" after the last.

import { print } from './chromium.mjs'

export function must(condition, complaint) {
  if (!condition) throw new Error(complaint)
}

/** Lives through the story on this page and stops at the first step that fails. */
export async function tell(story, page) {
  try {
    for (const [name, act] of Object.entries(story)) {
      await act()
      print(name, true)
    }
    print('the end', true)
  } catch (error) {
    print('the story goes on', false, { error: String(error), url: page.url() })
    process.exitCode = 1
  }
}
