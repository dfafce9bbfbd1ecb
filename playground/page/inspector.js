// Shows each request to the API as it arrives, with the decisions on its way.
import { byId, fill, h, prose } from './dom.js'

const most = 200
const looks = { ok: 'good', refused: 'refused' }
const open = new Set() // the numbers of those that somebody looks into
let seen = []

const wasRefused = (request) => request.decisions.some(({ outcome }) => outcome === 'refused')

function wanted(request) {
  return (!byId('refused').checked || wasRefused(request)) && (byId('preflights').checked || request.method !== 'OPTIONS')
}

function decision({ step, outcome, says, mend }) {
  return h(
    'li',
    {},
    h('span', { class: `pill ${looks[outcome] ?? 'open'}` }, outcome),
    h('div', {}, h('code', {}, step), h('small', {}, says), mend ? h('p', { class: 'mend' }, prose(mend)) : null),
  )
}

function item(request) {
  const { number, at, method, path, origin, who, status, code, ms, decisions } = request
  const about = [new Date(at).toLocaleTimeString(), origin ? `from ${origin}` : 'from no page', who, code, `${ms} ms`]
  const details = h(
    'details',
    {},
    h(
      'summary',
      {},
      h('span', { class: `pill ${wasRefused(request) ? 'refused' : 'good'}` }, String(status)),
      h('code', {}, `${method} ${path}`),
      h('small', {}, about.filter(Boolean).join(' · ')),
    ),
    h('ul', { class: 'explained' }, decisions.map(decision)),
  )
  details.open = open.has(number)
  details.addEventListener('toggle', () => (details.open ? open.add(number) : open.delete(number)))
  return h('li', {}, details)
}

function show() {
  const shown = seen.filter(wanted)
  byId('none').hidden = shown.length > 0
  fill(byId('requests'), shown.map(item))
}

const events = new EventSource('/inspector/events')
events.onopen = () => {
  byId('state').textContent = 'Live'
  seen = [] // all that is kept comes again
}
events.onerror = () => (byId('state').textContent = 'Reconnecting…')
let planned = false
events.onmessage = ({ data }) => {
  seen = [JSON.parse(data), ...seen].slice(0, most)
  if (!planned) {
    planned = true
    requestAnimationFrame(() => {
      planned = false
      show()
    })
  }
}
for (const id of ['refused', 'preflights']) {
  byId(id).addEventListener('change', show)
}
byId('clear').addEventListener('click', () => {
  seen = []
  show()
})
