// Says what the API makes of a token that somebody pastes, check by check.
import { byId, fill, h, prose } from './dom.js'

/** How the states of checks and the extents of rights look. */
const looks = { ok: 'good', refused: 'refused', all: 'good', none: 'refused' }

export class Explainer {
  /** The listener runs what may fail; mine returns the token of who is signed in, or null. */
  constructor(attempt, mine) {
    byId('explain').hidden = false
    byId('explain-form').addEventListener('submit', (event) => {
      event.preventDefault()
      attempt(() => this.#explain(byId('pasted').value))
    })
    byId('explain-mine').addEventListener('click', () =>
      attempt(async () => {
        byId('pasted').value = (await mine()) ?? ''
        await this.#explain(byId('pasted').value)
      }),
    )
  }

  async #explain(token) {
    const response = await fetch('/explain', { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: token })
    if (!response.ok) {
      throw new Error(await response.text())
    }
    show(await response.json())
  }
}

function show(report) {
  const title = report.code ? `${report.verdict}: ${report.code}` : report.verdict
  fill(
    byId('explained'),
    h('p', { class: 'detail' }, h('strong', {}, title), '. ', report.says),
    list(report.checks.map((check) => row(check.state, check.check, check.says, check.mend))),
    report.access.length ? h('h3', {}, report.verdict === 'accepted' ? 'What it opens' : 'What it would open') : null,
    list(report.access.map((door) => row(door.may, door.what, needs(door), door.mend))),
  )
}

function needs({ needs, missing }) {
  return `needs ${needs}${missing ? `; lacks ${missing.join(', ')}` : ''}`
}

function list(rows) {
  return h('ul', { class: 'explained' }, rows)
}

function row(state, name, says, mend) {
  return h(
    'li',
    {},
    h('span', { class: `pill ${looks[state] ?? 'open'}` }, state),
    h('div', {}, h('code', {}, name), h('small', {}, says), mend ? h('p', { class: 'mend' }, prose(mend)) : null),
  )
}
