// call makes a request as an app would, with plain fetch, and returns what the
// page's script is allowed to see of the answer. With size it makes up a body
// of so many bytes; with until it asks again, a few times, up to an answer with
// this status.
async function call({ url, size, until, ...request }) {
  if (size) request.body = 'x'.repeat(size)
  try {
    let response
    for (let tries = 0; tries < 20; tries++) {
      response = await fetch(url, request)
      if (!until || response.status === until) break
    }
    return await visible(response)
  } catch (error) {
    return { error: String(error) }
  }
}

async function visible(response) {
  const seen = { status: response.status, header: Object.fromEntries(response.headers) }
  try {
    seen.body = await response.text()
  } catch (error) {
    seen.error = String(error)
  }
  return seen
}
