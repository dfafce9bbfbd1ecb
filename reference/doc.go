// Package reference is the API's reference as a page: Swagger UI, which shows
// the OpenAPI document of this deployment, signs in at its tenant (authorization
// code with PKCE) and sends real requests. Nothing is fetched from anywhere but
// the API and the tenant.
package reference
