// Express with express-oauth2-jwt-bearer, as that package's own guide has it.
import express from 'express'
import { auth } from 'express-oauth2-jwt-bearer'
import { audience, issuer, port, protectedText, publicText, serve } from './serve.mjs'

serve(() => {
  const app = express()
  const checked = auth({ issuerBaseURL: issuer, audience, tokenSigningAlg: 'RS256' })
  app.get('/api/messages/public', (request, response) => response.json(publicText))
  app.get('/api/messages/protected', checked, (request, response) => response.json(protectedText))
  app.listen(port, '127.0.0.1')
})
