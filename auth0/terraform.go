package auth0

import "strconv"

// Terraform writes the setup for Auth0's provider (auth0/auth0, from 1.0).
func (s Setup) Terraform() string {
	h := &hcl{}
	h.line("# What this deployment needs of its Auth0 tenant. The provider reads AUTH0_DOMAIN,")
	h.line("# AUTH0_CLIENT_ID and AUTH0_CLIENT_SECRET of an application that may use the")
	h.line("# tenant's Management API.")
	h.line("")
	h.block("terraform", func() {
		h.block("required_providers", func() {
			h.line("auth0 = {")
			h.indent++
			h.attributes(attribute{"source", quoted("auth0/auth0")}, attribute{"version", quoted("~> 1.0")})
			h.indent--
			h.line("}")
		})
	})
	s.api(h)
	s.page(h)
	if s.TestClient {
		s.testClient(h)
	}
	return h.String()
}

// api is the API with its scopes. RBAC makes permissions out of scopes, and the
// dialect puts them into the token.
func (s Setup) api(h *hcl) {
	h.line("")
	h.block(`resource "auth0_resource_server" "api"`, func() {
		h.attributes(
			attribute{"name", quoted(s.apiName())},
			attribute{"identifier", quoted(s.Audience)},
			attribute{"signing_alg", quoted("RS256")},
			attribute{"enforce_policies", "true"},
			attribute{"token_dialect", quoted(tokenDialect)},
			attribute{"allow_offline_access", "true"},
			attribute{"skip_consent_for_verifiable_first_party_clients", "true"})
	})
	if len(s.Scopes) == 0 {
		return
	}
	h.line("")
	h.block(`resource "auth0_resource_server_scopes" "api"`, func() {
		h.attributes(attribute{"resource_server_identifier", "auth0_resource_server.api.identifier"})
		for _, scope := range s.scopes() {
			h.line("")
			h.block("scopes", func() {
				h.attributes(attribute{"name", quoted(scope.Name)}, attribute{"description", quoted(scope.Description)})
			})
		}
	})
}

// page is the application of the pages. It has no secret, since a page can keep
// none.
func (s Setup) page(h *hcl) {
	h.line("")
	h.block(`resource "auth0_client" "page"`, func() {
		s.client(h, s.Name, appPage, pageGrants())
		h.strings("callbacks", s.callbacks())
		h.strings("allowed_logout_urls", s.Pages)
		h.strings("web_origins", s.webOrigins())
		h.line("")
		h.block("jwt_configuration", func() { h.attributes(attribute{"alg", quoted("RS256")}) })
		h.line("")
		h.block("refresh_token", func() {
			h.attributes(
				attribute{"rotation_type", quoted(rotating)},
				attribute{"expiration_type", quoted(expiring)},
				attribute{"leeway", "0"},
				attribute{"token_lifetime", strconv.Itoa(refreshLifetime)},
				attribute{"idle_token_lifetime", strconv.Itoa(refreshIdleLifetime)},
				attribute{"infinite_token_lifetime", "false"},
				attribute{"infinite_idle_token_lifetime", "false"})
		})
	})
	credentials(h, "page", noSecret)
	output(h, "client_id", "auth0_client.page.client_id", false)
	output(h, "audience", "auth0_resource_server.api.identifier", false)
}

// testClient is the application that gets tokens for itself.
func (s Setup) testClient(h *hcl) {
	h.line("")
	h.block(`resource "auth0_client" "tests"`, func() {
		s.client(h, s.testName(), appTests, testGrants())
		h.line("")
		h.block("jwt_configuration", func() { h.attributes(attribute{"alg", quoted("RS256")}) })
	})
	credentials(h, "tests", secretPost)
	h.line("")
	h.block(`resource "auth0_client_grant" "tests"`, func() {
		h.attributes(attribute{"client_id", "auth0_client.tests.client_id"}, attribute{"audience", "auth0_resource_server.api.identifier"})
		if len(s.Scopes) == 0 {
			h.line("scopes = []")
			return
		}
		h.strings("scopes", s.scopeNames())
		h.line("")
		h.line("depends_on = [auth0_resource_server_scopes.api]")
	})
	output(h, "tests_client_id", "auth0_client.tests.client_id", false)
	output(h, "tests_client_secret", "auth0_client_credentials.tests.client_secret", true)
}

func (s Setup) client(h *hcl, name, kind string, grants []string) {
	h.attributes(
		attribute{"name", quoted(name)},
		attribute{"app_type", quoted(kind)},
		attribute{"is_first_party", "true"},
		attribute{"oidc_conformant", "true"})
	h.strings("grant_types", grants)
}

func credentials(h *hcl, client, method string) {
	h.line("")
	h.block(`resource "auth0_client_credentials" "`+client+`"`, func() {
		h.attributes(attribute{"client_id", "auth0_client." + client + ".client_id"}, attribute{"authentication_method", quoted(method)})
	})
}

func output(h *hcl, name, value string, sensitive bool) {
	h.line("")
	h.block(`output "`+name+`"`, func() {
		list := []attribute{{"value", value}}
		if sensitive {
			list = append(list, attribute{"sensitive", "true"})
		}
		h.attributes(list...)
	})
}
