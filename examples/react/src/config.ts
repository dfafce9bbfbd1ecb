// The three settings of a tenant, and where the API is. Without any, the page is
// at home with `postern dev`. For a tenant, put them into .env.local:
//
//   VITE_AUTH0_DOMAIN=your-tenant.eu.auth0.com
//   VITE_AUTH0_CLIENT_ID=...
//   VITE_AUTH0_AUDIENCE=https://api.example.com
//   VITE_API_URL=https://api.example.com

const env = import.meta.env

export const config = {
  domain: String(env.VITE_AUTH0_DOMAIN ?? 'http://localhost:6061'),
  clientId: String(env.VITE_AUTH0_CLIENT_ID ?? 'spa'),
  audience: String(env.VITE_AUTH0_AUDIENCE ?? 'https://hello-world.example.com'),
  api: String(env.VITE_API_URL ?? 'http://localhost:6060'),
}
