// What the peers in Node share: where they listen, whose tokens they take, and
// one process for each core by Node's own cluster module.
import cluster from 'node:cluster'

const need = (name) => {
  const value = process.env[name]
  if (!value) throw new Error(`${name} is not set`)
  return value
}

export const port = Number(need('PORT'))
export const issuer = need('ISSUER')
export const audience = need('AUDIENCE')
export const keySet = `${issuer}.well-known/jwks.json`

export const publicText = { text: 'This is a public message.' }
export const protectedText = { text: 'This is a protected message.' }

// serve runs listen in so many processes as WORKERS says.
export function serve(listen) {
  const workers = Number(need('WORKERS'))
  if (workers === 1 || cluster.isWorker) return listen()
  for (let n = 0; n < workers; n++) cluster.fork()
  cluster.on('exit', (worker, code) => process.exit(code || 1))
}
