// Shows the OpenAPI document of this deployment. Where the deployment names a
// client for it, the page offers to sign in at the tenant.

const here = new URL('.', import.meta.url) // …/docs/

const json = async (address) => {
  const answer = await fetch(address)
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`)
  return answer.json()
}

// Scopes that the operations ask for, and those of every sign-in.
const scopesOf = (spec) => {
  const scopes = new Set(['openid', 'profile', 'email'])
  for (const path of Object.values(spec.paths)) {
    for (const operation of Object.values(path)) {
      for (const wish of operation.security ?? []) {
        for (const scope of wish.bearer ?? []) scopes.add(scope)
      }
    }
  }
  return [...scopes]
}

// Whatever takes a bearer token takes one that the sign-in got.
const withSignIn = (spec, tenant, scopes) => {
  const signIn = {
    type: 'oauth2',
    description: 'Sign in at the tenant; the token is sent with each request that needs one.',
    flows: {
      authorizationCode: {
        authorizationUrl: tenant.authorization_endpoint,
        tokenUrl: tenant.token_endpoint,
        scopes: Object.fromEntries(scopes.map((scope) => [scope, ''])),
      },
    },
  }
  // First, since it is what people want.
  spec.components.securitySchemes = { signIn, ...spec.components.securitySchemes }
  for (const path of Object.values(spec.paths)) {
    for (const operation of Object.values(path)) {
      const wishes = operation.security ?? []
      operation.security = wishes.concat(wishes.filter((wish) => wish.bearer).map((wish) => ({ signIn: wish.bearer })))
    }
  }
}

const start = async () => {
  const [spec, config] = await Promise.all([json(new URL('../openapi.json', here)), json(new URL('config.json', here))])
  // Swagger UI reads schemas in one dialect, whose name is not this one, and warns.
  delete spec.jsonSchemaDialect
  // Behind a proxy the document may name another address than this page's.
  spec.servers = [{ url: new URL('..', here).href.replace(/\/$/, '') }]
  const scopes = scopesOf(spec)
  let signIn = false
  if (config.clientId !== '') {
    try {
      withSignIn(spec, await json(new URL('.well-known/openid-configuration', config.issuer)), scopes)
      signIn = true
    } catch (error) {
      console.warn('The tenant cannot be asked where to sign in; paste a token instead.', error)
    }
  }
  const ui = window.SwaggerUIBundle({
    spec,
    dom_id: '#reference',
    deepLinking: true,
    validatorUrl: null,
    tryItOutEnabled: true,
    oauth2RedirectUrl: new URL('return.html', here).href,
  })
  if (signIn) {
    ui.initOAuth({
      clientId: config.clientId,
      scopes: scopes.join(' '),
      usePkceWithAuthorizationCodeGrant: true,
      additionalQueryStringParams: { audience: config.audience },
    })
  }
}

start().catch((error) => {
  document.querySelector('#reference').innerHTML = '<p>The reference cannot be shown: <span></span></p>'
  document.querySelector('#reference span').textContent = error.message
})
