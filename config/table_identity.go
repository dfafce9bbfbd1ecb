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
	}
}
