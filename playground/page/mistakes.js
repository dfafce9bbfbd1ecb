// The mistakes that everybody makes once, each made for real. What is sent is
// decided here; what it is called and how it is mended is the API's answer.
import { breakable, byId, fill, h } from './dom.js'
import { unsigned, withClaims, withOtherSignature } from './token.js'

const protectedPath = '/api/messages/protected'

/**
 * Each mistake returns what to send: a path and a token, null for none. With
 * `signedIn` it needs a real token to spoil.
 */
const mistakes = [
  {
    id: 'none',
    name: 'No token',
    about: 'The header was forgotten',
    make: () => ({ path: protectedPath, token: null }),
  },
  {
    id: 'quoted',
    name: 'Token in quotes',
    about: 'It went through JSON.stringify',
    signedIn: true,
    make: ({ token }) => ({ path: protectedPath, token: JSON.stringify(token) }),
  },
  {
    id: 'expired',
    name: 'Expired token',
    about: 'It was kept for too long',
    signedIn: true,
    make: async ({ auth, tenant }) => ({ path: protectedPath, token: await expired(auth, tenant) }),
  },
  {
    id: 'opaque',
    name: 'No audience',
    about: 'The login named no API',
    signedIn: true,
    make: async ({ auth }) => ({ path: protectedPath, token: (await auth.aside({ audience: '' })).access_token }),
  },
  {
    id: 'audience',
    name: 'Wrong audience',
    about: 'The token is for another API',
    signedIn: true,
    make: ({ token }) => ({ path: protectedPath, token: withClaims(token, { aud: 'https://other-api.example.com' }) }),
  },
  {
    id: 'id-token',
    name: 'ID token',
    about: 'The wrong one of the two',
    signedIn: true,
    make: ({ auth }) => ({ path: protectedPath, token: auth.tokens.id_token }),
  },
  {
    id: 'signature',
    name: 'Tampered signature',
    about: 'One character is another',
    signedIn: true,
    make: ({ token }) => ({ path: protectedPath, token: withOtherSignature(token) }),
  },
  {
    id: 'unsigned',
    name: 'Unsigned token',
    about: 'Its header says alg: none',
    signedIn: true,
    make: ({ token }) => ({ path: protectedPath, token: unsigned(token) }),
  },
  {
    id: 'permission',
    name: 'Permission missing',
    about: 'The user may not do this',
    signedIn: true,
    make: ({ token }) => ({ path: '/api/messages/admin', token }),
  },
  {
    id: 'query',
    name: 'Token in the address, too',
    about: 'It would end up in logs',
    signedIn: true,
    make: ({ token }) => ({ path: protectedPath, token, inQuery: true }),
  },
]

/** The API forgives clocks that differ by 30 s; this token is older than that. */
const slow = 90
const life = 30

/**
 * Returns a token that is expired and genuine. Nobody has to wait for it: the
 * tenant issues it while its clock is slow.
 */
async function expired(auth, tenant) {
  const before = await tenant.state()
  try {
    await tenant.skew(-slow)
    await tenant.lifetime(life)
    return (await auth.aside()).access_token
  } finally {
    await tenant.skew(before.skewSeconds)
    await tenant.lifetime(before.accessSeconds)
  }
}

/** The buttons, one for each mistake; those seen show what they were refused with. */
export class MistakeList {
  #buttons = new Map()
  #seen = new Set()

  constructor(onMake) {
    for (const mistake of mistakes) {
      const note = h('small', {}, mistake.about)
      const button = h(
        'button',
        { type: 'button', id: `mistake-${mistake.id}`, disabled: mistake.signedIn, onclick: () => onMake(mistake) },
        h('strong', {}, mistake.name),
        note,
      )
      this.#buttons.set(mistake, { button, note })
    }
    fill(
      byId('mistake-list'),
      [...this.#buttons.values()].map(({ button }) => h('li', {}, button)),
    )
    this.#count()
  }

  /** Opens those that need a token, or closes them. */
  allow(signedIn) {
    for (const [mistake, { button }] of this.#buttons) {
      button.disabled = Boolean(mistake.signedIn) && !signedIn
    }
  }

  /** Notes that a mistake was refused, and how. */
  refused(mistake, code) {
    const { button, note } = this.#buttons.get(mistake)
    button.className = 'seen'
    fill(note, breakable(code))
    this.#seen.add(mistake)
    this.#count()
  }

  #count() {
    byId('seen').textContent = `${this.#seen.size} of ${mistakes.length} seen`
  }
}
