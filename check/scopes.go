package check

import (
	"fmt"
	"slices"
	"strings"
)

// Need is a scope or a permission that a rule asks for. The tenant has to know
// it either way: Auth0 calls the scopes of an API its permissions.
type Need struct {
	Name string
	// Permission tells that the claim permissions has to have it, not scope.
	Permission bool
	// For are the routes and operations that ask for it.
	For []string
}

func (n Need) kind() string {
	if n.Permission {
		return "permission"
	}
	return "scope"
}

// Scopes compares what the rules ask for with the scopes that the issuers say
// they have. Most say only those of OpenID Connect: then nothing can be told
// from outside, and the list is for the eyes.
func Scopes(needs []Need, issuers []Surveyed) []Finding {
	var findings []Finding
	told := false
	for _, s := range issuers {
		if s.Discovery != nil && s.Discovery.Err == nil && s.tells(needs) {
			told = true
			findings = append(findings, s.scopes(needs))
		}
	}
	if told {
		return findings
	}
	findings = append(findings, Finding{Info, "scopes", "from outside nobody can see whether the API in the tenant has these; postern auth0 generates them", ""})
	for _, n := range needs {
		findings = append(findings, Finding{Info, "scopes", fmt.Sprintf("%s: %s for %s", n.Name, n.kind(), strings.Join(n.For, ", ")), ""})
	}
	return findings
}

// tells whether the issuer lists scopes of APIs: one of ours is enough to know.
func (s Surveyed) tells(needs []Need) bool {
	return slices.ContainsFunc(needs, func(n Need) bool { return slices.Contains(s.Survey.Scopes, n.Name) })
}

func (s Surveyed) scopes(needs []Need) Finding {
	var missing []string
	for _, n := range needs {
		if !n.Permission && !slices.Contains(s.Survey.Scopes, n.Name) {
			missing = append(missing, n.Name)
		}
	}
	if len(missing) == 0 {
		return Finding{OK, "scopes", s.URL + " lists all scopes that rules ask for", ""}
	}
	return Finding{Warn, "scopes", fmt.Sprintf("%s does not list %s, which rules ask for", s.URL, strings.Join(missing, ", ")),
		"Add them in the issuer, or look for a misspelt scope in the rules: nobody may do what they guard."}
}
