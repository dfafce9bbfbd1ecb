package config

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// parseText takes any text: an audience is compared, never fetched.
func parseText(text string) (string, error) {
	if !utf8.ValidString(text) || strings.IndexFunc(text, unicode.IsControl) >= 0 {
		return "", wrong("has control characters in %s", quote(text))
	}
	return text, nil
}

// algorithmChoices are the asymmetric signatures: their keys can be published.
func algorithmChoices() []choice[string] {
	var all []choice[string]
	for _, name := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		all = append(all, choice[string]{name, name})
	}
	return all
}

// dpopChoices are whether tokens may be bound to a key of their sender.
func dpopChoices() []choice[string] {
	return []choice[string]{{"off", "off"}, {"allowed", "allowed"}, {"required", "required"}}
}

// nonceChoices are when a proof needs a nonce of the server.
func nonceChoices() []choice[string] {
	return []choice[string]{{"needed", "needed"}, {"always", "always"}}
}

// parseAlgorithm says of the refused classics why they are refused.
func parseAlgorithm(text string) (string, error) {
	switch {
	case strings.EqualFold(text, "none"):
		return "", wrong("has \"none\": anyone could write such a token").insteadWrite("RS256")
	case len(text) > 2 && strings.EqualFold(text[:2], "HS"):
		return "", wrong("has %s, which needs a secret shared with the issuer: whoever checks such a token could also make one",
			quote(text)).insteadWrite("RS256")
	}
	return oneOf(algorithmChoices())(text)
}
