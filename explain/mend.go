package explain

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/postern-dev/postern/auth"
)

// mend is what to do about a refusal, in the words of the SDK and with the
// values of this deployment. Where those add nothing, the code's own hint
// serves.
func (s subject) mend(code auth.Code) string {
	switch code {
	case auth.TokenOpaque, auth.TokenEncrypted:
		return "The login asked for no API. Pass " + s.audienceParameter() + " to the SDK, then log in again: it keeps the old token until then."
	case auth.AudienceWrong:
		return s.mendAudience()
	case auth.IDTokenSent:
		return "Send what getAccessTokenSilently() returns, never id_token or getIdTokenClaims(); the SDK asks for an API only with " + s.audienceParameter() + "."
	case auth.IssuerSlash:
		return "Issuers are compared to the letter: set POSTERN_ISSUER=" + s.Identity.Issuer + " if that is how the issuer writes itself."
	case auth.IssuerUnknown:
		return s.mendIssuer()
	}
	return auth.ReasonOf(code).Hint
}

// audienceParameter is what the SDK is to be given, ready to paste: an audience
// of the token's issuer, or of the first where the token does not tell.
func (s subject) audienceParameter() string {
	audience := "..."
	for _, issuer := range s.Issuers {
		meant := s.Identity != nil && (issuer.URL == s.Identity.Issuer || slices.Contains(issuer.Formerly, s.Identity.Issuer))
		if len(issuer.Audiences) > 0 && (meant || audience == "...") {
			audience = issuer.Audiences[0]
		}
	}
	return fmt.Sprintf("authorizationParams: { audience: %q }", audience)
}

func (s subject) mendAudience() string {
	what := "It is for another API."
	switch audience := s.Identity.Audience; {
	case len(audience) == 0:
		what = "The token names no API at all."
	case all(audience, func(a string) bool { return strings.HasSuffix(a, "/api/v2/") || strings.HasSuffix(a, "/userinfo") }):
		what = "It is for the tenant itself (its Management API or userinfo), not for this API."
	}
	return what + " Pass " + s.audienceParameter() + " when logging in. The value is the identifier of the API in the tenant and AUTH0_AUDIENCE of the server, to the letter."
}

func all(list []string, holds func(string) bool) bool {
	for _, item := range list {
		if !holds(item) {
			return false
		}
	}
	return true
}

// mendIssuer tells a slip of the pen from another tenant.
func (s subject) mendIssuer() string {
	claimed := s.Identity.Issuer
	for _, issuer := range s.Issuers {
		switch difference(claimed, issuer.URL) {
		case "scheme":
			return fmt.Sprintf("Only http and https differ from %s. Set POSTERN_ISSUER to what the issuer calls itself in /.well-known/openid-configuration; http is trusted on this machine only.", issuer.URL)
		case "path":
			return fmt.Sprintf("It is the host of %s with another path. Set POSTERN_ISSUER to the token's iss if that is meant.", issuer.URL)
		case "case":
			return fmt.Sprintf("Only capital letters differ from %s. Issuers are compared to the letter.", issuer.URL)
		}
	}
	if claimed == "" {
		return "The token does not say who issued it. Look at what issues it: every access token needs iss."
	}
	return "It comes from another tenant or custom domain. Let the app log in where the API looks (domain of the SDK), or set AUTH0_DOMAIN or POSTERN_ISSUER to the token's iss."
}

// difference names the one thing in which two issuers differ; empty where it is
// more.
func difference(claimed, trusted string) string {
	if strings.EqualFold(claimed, trusted) {
		return "case"
	}
	a, errA := url.Parse(claimed)
	b, errB := url.Parse(trusted)
	if errA != nil || errB != nil || a.Host == "" || !strings.EqualFold(a.Host, b.Host) {
		return ""
	}
	if a.Scheme != b.Scheme {
		return "scheme"
	}
	return "path"
}
