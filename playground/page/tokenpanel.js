// Takes a token apart, for people who have never looked into one.
import { byId, fill, h, timeOfDay } from './dom.js'
import { decode, meanings, scopesOf } from './token.js'

/** Shows the tokens of who is signed in; null hides the panel. */
export function showTokens(tokens) {
  const panel = byId('token')
  panel.hidden = !tokens
  fill(
    panel,
    tokens
      ? [
          h(
            'div',
            { class: 'heading' },
            h('h2', { id: 'token-title' }, 'Access token'),
            copyButton(tokens.access_token),
          ),
          ...takenApart(tokens.access_token, 'access token'),
          h(
            'details',
            {},
            h('summary', {}, 'ID token: for this page, not for the API'),
            ...takenApart(tokens.id_token, 'ID token'),
          ),
        ]
      : [],
  )
}

function takenApart(token, name) {
  const { parts, header, claims } = decode(token)
  return [
    h(
      'pre',
      { class: 'raw', tabindex: '0', 'aria-label': `The ${name} as it travels` },
      h('span', { class: 'part-header' }, parts[0]),
      '.',
      h('span', { class: 'part-claims' }, parts[1]),
      '.',
      h('span', { class: 'part-signature' }, parts[2]),
    ),
    h('h3', { class: 'part-header' }, 'Header'),
    list(header),
    h('h3', { class: 'part-claims' }, 'Claims'),
    list(claims),
  ]
}

function list(members) {
  return h(
    'dl',
    { class: 'claims' },
    Object.entries(members).map(([name, value]) =>
      h(
        'div',
        {},
        h('dt', {}, h('code', {}, name), meanings[name] ? h('small', {}, meanings[name]) : null),
        h('dd', {}, shown(name, value)),
      ),
    ),
  )
}

function shown(name, value) {
  if (name === 'scope' || name === 'permissions') {
    const values = name === 'scope' ? scopesOf({ scope: value }) : value
    return values.length
      ? h(
          'ul',
          { class: 'chips-only' },
          values.map((one) => h('li', {}, one)),
        )
      : h('span', { class: 'none' }, 'none')
  }
  if (['iat', 'exp', 'auth_time'].includes(name)) {
    return [h('code', {}, String(value)), h('small', {}, timeOfDay(new Date(value * 1000)))]
  }
  return [value].flat().map((one) => h('code', {}, typeof one === 'string' ? one : JSON.stringify(one)))
}

function copyButton(text) {
  const button = h(
    'button',
    {
      type: 'button',
      class: 'small',
      onclick: async () => {
        await navigator.clipboard.writeText(text)
        button.textContent = 'Copied'
        setTimeout(() => (button.textContent = 'Copy'), 2000)
      },
    },
    'Copy',
  )
  return button
}
