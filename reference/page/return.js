// The tenant sends the user back here, in the window that the reference opened.
// What it said goes to that page, which waits for it.

const answer = new URLSearchParams(location.search)
const waiting = window.opener?.swaggerUIRedirectOauth2

const refuse = (why) => waiting.errCb({ authId: waiting.auth.name, source: 'auth', level: 'error', message: why })

if (waiting) {
  const { auth, state, redirectUrl } = waiting
  if (answer.get('state') !== state) {
    refuse('This answer is not that of the sign-in which was begun here.')
  } else if (answer.get('code')) {
    auth.code = answer.get('code')
    waiting.callback({ auth, redirectUrl })
  } else {
    refuse(`${answer.get('error') ?? 'no code'}: ${answer.get('error_description') ?? 'the tenant said nothing more'}`)
  }
  window.close()
}
