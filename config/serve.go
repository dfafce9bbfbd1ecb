package config

import "slices"

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
	if s.lacksAddress() {
		mistakes = append(mistakes, Mistake{
			Source:  "POSTERN_PUBLIC_URL",
			Problem: "is not set, and an issuer's tokens need a proof (dpop: required): proofs are made for the address that clients call",
			Example: "POSTERN_PUBLIC_URL=https://api.example.com",
		})
	}
	return append(mistakes, s.checkSession()...).OrNil()
}

// lacksAddress tells whether no token could ever be accepted, for want of the
// address that proofs are made for.
func (s Settings) lacksAddress() bool {
	required := func(i Issuer) bool { return i.DPoP == "required" }
	return s.PublicURL == "" && slices.ContainsFunc(s.Issuers, required)
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
