// Who is signed in, and how long the token still lives.
import { byId, clock, fill, h } from './dom.js'
import { decode, scopesOf } from './token.js'

/** Shows the invitation to sign in. */
export function showSignedOut(config, actions) {
  band('Sign in', 'out', [
    h(
      'div',
      { class: 'invitation' },
      h('h2', {}, 'Sign in, then break things.'),
      h(
        'p',
        {},
        'The tenant on this machine signs real tokens and the API checks them as it does in production. Nobody needs a password.',
      ),
      h('button', { type: 'button', class: 'primary', id: 'sign-in', onclick: () => actions.signIn({}) }, 'Sign in'),
    ),
    h(
      'ul',
      { class: 'people', 'aria-label': 'Users' },
      config.users.map((user) =>
        h(
          'li',
          {},
          h(
            'button',
            { type: 'button', class: 'person', onclick: () => actions.signIn({ user: user.name, prompt: 'login' }) },
            h('span', { class: 'initial', 'aria-hidden': 'true' }, user.name[0]),
            h('span', {}, h('strong', {}, user.name), h('small', {}, user.permissions.join(', ') || 'no permissions')),
          ),
        ),
      ),
    ),
  ])
}

/** Shows who it is and starts the clock of the token; returns how to stop it. */
export function showSignedIn(tokens, actions) {
  const { claims } = decode(tokens.access_token)
  const who = decode(tokens.id_token)?.claims ?? claims
  const name = who.nickname ?? who.name ?? claims.sub.split('|').pop()
  const left = h('strong', { id: 'left', role: 'timer', 'aria-label': 'Time left' })
  const life = h('progress', { max: claims.exp - claims.iat, 'aria-label': 'Life of the token' })
  const state = h('span', { class: 'life-state' })
  band('Signed in', 'in', [
    h(
      'div',
      { class: 'who' },
      h('span', { class: 'initial', 'aria-hidden': 'true' }, name[0]),
      h(
        'div',
        {},
        h('h2', {}, 'Signed in as ', h('strong', { id: 'who' }, name)),
        h('p', {}, h('code', {}, claims.sub)),
      ),
    ),
    h(
      'div',
      { class: 'rights' },
      chips('Permissions', claims.permissions ?? [], 'none'),
      chips('Scopes', scopesOf(claims), 'none'),
    ),
    h('div', { class: 'life' }, h('p', {}, state, ' ', left), life),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'button', id: 'refresh', onclick: actions.refresh }, 'Fresh token'),
      h('button', { type: 'button', id: 'switch', onclick: () => actions.signIn({ prompt: 'login' }) }, 'Switch user'),
      h('button', { type: 'button', id: 'sign-out', onclick: actions.signOut }, 'Sign out'),
    ),
  ])
  const tick = () => {
    const seconds = claims.exp - Date.now() / 1000
    state.textContent = seconds > 0 ? 'Token expires in' : 'Token expired; the next call fetches another'
    left.textContent = seconds > 0 ? clock(seconds) : ''
    life.value = Math.max(0, Math.min(life.max, seconds))
  }
  tick()
  const timer = setInterval(tick, 1000)
  return () => clearInterval(timer)
}

function band(label, state, children) {
  const section = byId('session')
  section.removeAttribute('aria-busy')
  section.className = `session ${state}`
  section.setAttribute('aria-label', label)
  fill(section, children)
}

/** Returns a labelled list of chips. */
export function chips(label, values, none) {
  return h(
    'div',
    { class: 'chips' },
    h('span', { class: 'label' }, label),
    values.length
      ? h(
          'ul',
          { 'aria-label': label },
          values.map((value) => h('li', {}, value)),
        )
      : h('span', { class: 'none' }, none),
  )
}
