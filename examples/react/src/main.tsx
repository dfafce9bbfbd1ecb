import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Auth0Provider } from '@auth0/auth0-react'
import { App } from './App'
import { config } from './config'
import './style.css'

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <Auth0Provider
      domain={config.domain}
      clientId={config.clientId}
      useRefreshTokens
      cacheLocation="localstorage"
      authorizationParams={{ redirect_uri: window.location.origin, audience: config.audience }}
    >
      <App />
    </Auth0Provider>
  </StrictMode>,
)
