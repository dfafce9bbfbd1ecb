// Fastify with fast-jwt, the verifier of @fastify/jwt, and its cache of verified
// tokens: room for as many as Postern remembers.
import Fastify from 'fastify'
import { createVerifier } from 'fast-jwt'
import buildGetJwks from 'get-jwks'
import { audience, issuer, port, protectedText, publicText, serve } from './serve.mjs'

serve(async () => {
  const app = Fastify({ logger: false })
  const keys = buildGetJwks({ issuersWhitelist: [issuer] })
  const verify = createVerifier({
    key: ({ header }) => keys.getPublicKey({ kid: header.kid, alg: header.alg, domain: issuer }),
    algorithms: ['RS256'],
    allowedIss: issuer,
    allowedAud: audience,
    cache: 20000,
  })
  const authenticate = async (request, reply) => {
    const [scheme, token] = (request.headers.authorization ?? '').split(' ')
    try {
      if (scheme !== 'Bearer') throw new Error('no bearer token')
      request.user = await verify(token)
    } catch (error) {
      return reply.code(401).send({ message: error.message })
    }
  }
  app.get('/api/messages/public', async () => publicText)
  app.get('/api/messages/protected', { preValidation: authenticate }, async () => protectedText)
  await app.listen({ port, host: '127.0.0.1' })
})
