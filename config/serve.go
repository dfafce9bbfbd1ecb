package config

// CheckForServe says what serve lacks and development does not need: an issuer,
// and an audience for each. Its error is [Mistakes].
func (s Settings) CheckForServe() error {
	var mistakes Mistakes
	if len(s.Issuers) == 0 {
		mistakes = append(mistakes, Mistake{
			Source:  "AUTH0_DOMAIN",
			Problem: "is not set, nor is POSTERN_ISSUER or the key issuers: serve must know whose tokens to trust",
			Example: "AUTH0_DOMAIN=your-tenant.eu.auth0.com",
		})
	}
	if needed, whose := s.lacksAudience(); needed {
		mistakes = append(mistakes, Mistake{
			Source:  "AUTH0_AUDIENCE",
			Problem: "is not set" + whose + ": without it, tokens made for other APIs would be accepted",
			Example: "AUTH0_AUDIENCE=https://hello-world.example.com",
		})
	}
	return mistakes.OrNil()
}

// lacksAudience names the first issuer without one, where issuers have names.
func (s Settings) lacksAudience() (bool, string) {
	for _, issuer := range s.Issuers {
		if len(issuer.Audiences) == 0 {
			return true, ", nor has the issuer " + quote(issuer.URL) + " an audience of its own"
		}
	}
	return len(s.Issuers) == 0 && len(s.Audiences) == 0, ""
}
