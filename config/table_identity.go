package config

// identityTable answers: whose tokens are accepted?
func identityTable() []setting {
	return []setting{
		{
			key: "auth0Domain", env: env("AUTH0_DOMAIN"), flag: "auth0-domain",
			example: "your-tenant.eu.auth0.com",
			doc: "Domain of the Auth0 tenant, without a scheme; the issuer becomes `https://DOMAIN/`. " +
				"On loopback a whole URL such as `http://localhost:6061` is taken.",
			set: func(s *Settings, v value) []fault {
				url, faults := parseOne(v, issuerOfDomain)
				s.Issuers = []Issuer{{URL: url}}
				return faults
			},
		},
		{
			key: "issuer", env: env("POSTERN_ISSUER"), flag: "issuer",
			example: "https://login.example.com/",
			doc: "Issuer URLs, instead of a tenant's domain. They are compared byte for byte, so the slash at the end matters. " +
				"Plain http is taken on loopback only.",
			set: func(s *Settings, v value) []fault {
				urls, faults := parseMany(v, parseIssuer)
				s.Issuers = nil
				for _, url := range urls {
					s.Issuers = append(s.Issuers, Issuer{URL: url})
				}
				return orNone(faults, v)
			},
		},
		{
			key:     "issuers",
			example: "[{url: https://login.example.com/}]",
			doc:     "Issuers with audiences, algorithms or keys of their own; see below. Instead of the two above.",
			set:     setIssuers,
		},
		{
			key: "audience", env: env("AUTH0_AUDIENCE"), flag: "audience",
			example: "https://hello-world.example.com",
			doc:     "Accepted audiences: the identifier of your API. `serve` needs one.",
			set: func(s *Settings, v value) (bad []fault) {
				s.Audiences, bad = parseMany(v, parseText)
				return orNone(bad, v)
			},
		},
		{
			key: "algorithms", env: env("POSTERN_ALGORITHMS"),
			fallback: "RS256", example: "RS256",
			allowed: words(algorithmChoices()),
			doc:     "Accepted signature algorithms. Those with a shared secret (HS256) are not among them, nor is `none`.",
			set: func(s *Settings, v value) (bad []fault) {
				s.Algorithms, bad = parseMany(v, parseAlgorithm)
				return orNone(bad, v)
			},
		},
		{
			key: "dpop", env: env("POSTERN_DPOP"),
			fallback: "allowed", example: "allowed",
			allowed: words(dpopChoices()),
			doc: "Tokens that are bound to a key of their sender (DPoP, RFC 9449): refused, taken with a proof, or the only ones taken. " +
				"Proofs are made for an address, so without `publicUrl` `allowed` is the same as `off`.",
			set: one(func(s *Settings) *string { return &s.DPoP }, oneOf(dpopChoices())),
		},
		{
			key: "logoutClients", env: env("POSTERN_LOGOUT_CLIENTS"),
			example: "aBcDeFgHiJkLmNoPqRsTuVwXyZ012345",
			doc: "Clients of the tenant whose users are signed out everywhere when the tenant says so, at `POST /auth/backchannel-logout`. " +
				"None: such a request is refused.",
			set: many(func(s *Settings) *[]string { return &s.LogoutClients }, parseText),
		},
		{
			key: "dpopNonce", env: env("POSTERN_DPOP_NONCE"),
			fallback: "needed", example: "always",
			allowed: words(nonceChoices()),
			doc: "When a proof needs a nonce of this server: where the time in it is not acceptable, as with a wrong clock, or always, " +
				"which costs each client one more request every few minutes.",
			set: one(func(s *Settings) *string { return &s.DPoPNonce }, oneOf(nonceChoices())),
		},
	}
}
