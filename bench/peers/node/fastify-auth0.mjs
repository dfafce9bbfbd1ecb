// Fastify with fastify-auth0-verify.
import Fastify from 'fastify'
import verify from 'fastify-auth0-verify'
import { audience, issuer, port, protectedText, publicText, serve } from './serve.mjs'

serve(async () => {
  const app = Fastify({ logger: false })
  await app.register(verify, { domain: issuer, audience })
  app.get('/api/messages/public', async () => publicText)
  app.get('/api/messages/protected', { preValidation: app.authenticate }, async () => protectedText)
  await app.listen({ port, host: '127.0.0.1' })
})
