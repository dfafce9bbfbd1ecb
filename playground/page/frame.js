// Asks the tenant in a hidden frame whether somebody is still signed in there.
// The answer comes as a message (response_mode=web_message).

/** How long a tenant may take, in milliseconds, and how long after its page has loaded. */
const patience = 6000
const patienceAfterLoad = 1500

/**
 * Opens the address in a hidden frame and returns the tenant's response; null
 * if none comes. Messages of other windows and other origins are not ours.
 */
export function askInFrame(address) {
  const frame = document.createElement('iframe')
  frame.hidden = true
  frame.title = 'Silent sign-in'
  return new Promise((resolve) => {
    const listener = (event) => {
      const ours = event.source === frame.contentWindow && event.origin === new URL(address).origin
      if (ours && event.data?.type === 'authorization_response') {
        finish(event.data.response)
      }
    }
    const finish = (response) => {
      clearTimeout(timer)
      removeEventListener('message', listener)
      frame.remove()
      resolve(response)
    }
    let timer = setTimeout(finish, patience, null)
    addEventListener('message', listener)
    // A page that has loaded and stays silent is an error page.
    frame.addEventListener('load', () => {
      clearTimeout(timer)
      timer = setTimeout(finish, patienceAfterLoad, null)
    })
    frame.src = address
    document.body.append(frame)
  })
}
