package check

import (
	"fmt"
	"strings"

	"github.com/postern-dev/postern/auth"
)

// Proofs says which tokens of the issuer have to come with a proof of their
// sender's key (RFC 9449), made for the public address; nothing where they are
// not wanted. They may be wanted and off, for want of that address.
func (s Surveyed) Proofs(wanted bool, publicURL string) []Finding {
	binds := len(s.ProofAlgorithms) > 0
	switch {
	case s.Proof == auth.ProofsOff && wanted && binds:
		return []Finding{{Warn, "dpop", s.URL + " binds tokens to keys where an app asks for it, and such tokens are refused here: proofs are made for an address, and none is set",
			"Set POSTERN_PUBLIC_URL=https://api.example.com, as apps call it. Some SDKs, such as react-native-auth0 5, have tokens bound unless told otherwise. If none is to be, set POSTERN_DPOP=off."}}
	case s.Proof == auth.ProofsOff:
		return nil
	case s.Proof == auth.ProofsRequired && s.discovered() && !binds:
		return []Finding{{Warn, "dpop", s.URL + " does not say that it binds tokens to keys, and tokens that are not bound are refused",
			"Switch token binding (DPoP) on in the tenant, or set POSTERN_DPOP=allowed."}}
	}
	says := "bound tokens of " + s.URL + " are taken with a proof made for " + publicURL + "; bearer tokens are taken, too"
	if s.Proof == auth.ProofsRequired {
		says = "tokens of " + s.URL + " are taken only with a proof made for " + publicURL
	}
	if binds {
		says += "; it binds tokens to keys for " + strings.Join(s.ProofAlgorithms, ", ")
	}
	return []Finding{{OK, "dpop", says, ""}}
}

// Logouts says whether the issuer will tell of logouts, where some client's are
// taken (OpenID Connect Back-Channel Logout 1.0, section 2.1).
func (s Surveyed) Logouts(clients []string) []Finding {
	switch {
	case len(clients) == 0 || !s.discovered():
		return nil
	case s.Logout:
		return []Finding{{OK, "logout", fmt.Sprintf("%s tells of logouts, and they are taken for %s", s.URL, strings.Join(clients, ", ")), ""}}
	}
	return []Finding{{Warn, "logout", fmt.Sprintf("%s does not say that it tells of logouts (backchannel_logout_supported), which are taken for %s", s.URL, strings.Join(clients, ", ")),
		"Look whether the tenant's plan has OpenID Connect Back-Channel Logout. Without it `postern revoke` ends access."}}
}

// discovered tells whether there is a discovery document to go by.
func (s Surveyed) discovered() bool { return s.Discovery != nil && s.Discovery.Err == nil }
