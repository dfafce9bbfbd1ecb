// Shows one answer: what it is, why, how to mend it, and the evidence.
import { kind } from './api.js'
import { byId, fill, h, json, prose } from './dom.js'

/** The header fields that matter to a client, in the order of their weight. */
const first = ['www-authenticate', 'retry-after', 'etag', 'location', 'link', 'idempotency-replayed', 'x-request-id', 'ratelimit', 'ratelimit-policy']

/** How names are written where fetch gives them in lower case. */
const spelling = {
  etag: 'ETag',
  'www-authenticate': 'WWW-Authenticate',
  ratelimit: 'RateLimit',
  'ratelimit-policy': 'RateLimit-Policy',
}

/** Shows the answer and, unless it is quiet, tells those who listen instead of look. */
export function showAnswer(made, api, { quiet = false } = {}) {
  fill(byId('answer'), verdict(made), made.problem ? reason(made, api) : null, ...evidence(made))
  const what = made.problem ? `${made.problem.code}. ${made.problem.detail}` : made.phrase
  if (!quiet) {
    byId('live').textContent = `${made.path}: ${made.status || ''} ${what}`
  }
  const dock = byId('dock')
  dock.hidden = false
  dock.className = `dock ${kind(made.status)}`
  fill(
    dock,
    h('strong', {}, made.status || '—'),
    h('span', {}, made.problem?.code ?? `${made.method} ${made.path}`),
    h('em', {}, 'See the answer'),
  )
}

function verdict(made) {
  return h(
    'div',
    { class: `verdict ${kind(made.status)}` },
    h('h2', { id: 'answer-title' }, 'Answer'),
    h(
      'p',
      { class: 'status' },
      h('strong', {}, made.status || '—'),
      ' ',
      h('span', { class: 'phrase' }, made.phrase),
      ' ',
      h('span', { class: 'took' }, `${made.ms < 10 ? made.ms.toFixed(1) : Math.round(made.ms)} ms`),
    ),
    h('p', { class: 'request' }, h('code', {}, `${made.method} ${made.path}`), ' ', h('span', {}, made.label)),
  )
}

function reason({ problem }, api) {
  return h(
    'div',
    { class: 'reason' },
    h('p', { class: 'code' }, h('code', {}, problem.code)),
    h('p', { class: 'detail' }, problem.detail),
    h(
      'div',
      { class: 'hint' },
      h('h3', {}, 'How to mend it'),
      h('p', {}, prose(problem.hint ?? '')),
      problem.type
        ? h(
            'p',
            {},
            h(
              'a',
              { href: api + problem.type, target: '_blank', rel: 'noopener' },
              'What this code means',
              h('span', { class: 'unseen' }, ' (opens a new tab)'),
            ),
          )
        : null,
    ),
  )
}

function evidence(made) {
  return [
    h('h3', {}, 'Sent'),
    h('pre', { class: 'sent', tabindex: '0', 'aria-label': 'Sent' }, sent(made)),
    h('h3', {}, 'Headers that JavaScript can read'),
    headers(made.headers),
    h('h3', {}, 'Body'),
    h(
      'pre',
      { class: 'body', tabindex: '0', 'aria-label': 'Body' },
      made.body === undefined ? h('code', {}, made.text || '(empty)') : json(made.body),
    ),
  ]
}

function sent({ token, path, sentHeaders, sentBody }) {
  const lines = [token === null ? 'no Authorization header' : `Authorization: Bearer ${short(token)}`]
  if (path.includes('access_token=')) {
    lines.push('and the same token in the address')
  }
  for (const [name, value] of Object.entries(sentHeaders)) {
    lines.push(`${name}: ${value}`)
  }
  return [
    h('code', {}, lines.join('\n')),
    sentBody === undefined ? null : h('div', { class: 'sent-body' }, json(sentBody)),
  ]
}

function short(token) {
  return token.length > 60 ? `${token.slice(0, 28)}…${token.slice(-14)}` : token
}

function headers(list) {
  if (list.length === 0) {
    return h('p', { class: 'empty' }, 'None.')
  }
  const rank = ([name]) => first.indexOf(name) + 1 || first.length + 1
  const sorted = list.toSorted((a, b) => rank(a) - rank(b))
  return h(
    'dl',
    { class: 'headers' },
    sorted.map(([name, value]) =>
      h('div', { class: first.includes(name) ? 'weighty' : null }, h('dt', {}, spelled(name)), h('dd', {}, value)),
    ),
  )
}

function spelled(name) {
  return spelling[name] ?? name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase())
}
