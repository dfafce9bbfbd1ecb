// Express with express-jwt and jwks-rsa, keys cached and rate limited as their
// guides have it.
import express from 'express'
import { expressjwt } from 'express-jwt'
import jwks from 'jwks-rsa'
import { audience, issuer, keySet, port, protectedText, publicText, serve } from './serve.mjs'

serve(() => {
  const app = express()
  const checked = expressjwt({
    secret: jwks.expressJwtSecret({ jwksUri: keySet, cache: true, rateLimit: true, jwksRequestsPerMinute: 5 }),
    audience,
    issuer,
    algorithms: ['RS256'],
  })
  app.get('/api/messages/public', (request, response) => response.json(publicText))
  app.get('/api/messages/protected', checked, (request, response) => response.json(protectedText))
  app.listen(port, '127.0.0.1')
})
