package auth

import "strings"

// Scheme is how a token travels in the Authorization header (RFC 9110, section
// 11.4).
type Scheme int

// The schemes of access tokens.
const (
	// Bearer is for whoever has the token (RFC 6750).
	Bearer Scheme = iota
	// DPoP is for whoever has the key that the token is bound to (RFC 9449).
	DPoP
)

// String is the scheme's name, as challenges write it.
func (s Scheme) String() string {
	if s == DPoP {
		return "DPoP"
	}
	return "Bearer"
}

// Credential is a token, and the scheme in which it came.
type Credential struct {
	Scheme Scheme
	Token  string
}

// ReadCredential takes the access token from the values of a request's
// Authorization header fields (RFC 6750, section 2.1; RFC 9449, section 7.1):
// exactly one field, the scheme Bearer or DPoP in any case, one space, one
// token. It refuses with [TokenMissing] where there is no such credential at
// all, [CredentialsAmbiguous] where there is more than one, and
// [TokenMalformed].
func ReadCredential(fields []string) (Credential, *Refusal) {
	var c Credential
	switch len(fields) {
	case 0:
		return c, refuse(TokenMissing)
	case 1:
	default:
		return c, refuse(CredentialsAmbiguous).becausef("%d Authorization header fields", len(fields))
	}
	scheme, token, spaced := strings.Cut(fields[0], " ")
	switch {
	case strings.EqualFold(scheme, "Bearer"):
	case strings.EqualFold(scheme, "DPoP"):
		c.Scheme = DPoP
	default:
		return c, refuse(TokenMissing).becausef("the Authorization header has another scheme than Bearer and DPoP")
	}
	if !spaced || token == "" {
		refusal := refuse(TokenMalformed)
		refusal.Specific = "The page sent an empty text in place of a token: it did not wait for the login or for getAccessTokenSilently()."
		return c, refusal.becausef("nothing follows the scheme")
	}
	switch {
	case insteadOfToken(token) != "":
		return c, notAToken(token)
	case isToken68(token):
		c.Token = token
		return c, nil
	}
	if strings.Contains(token, ",") {
		return c, refuse(CredentialsAmbiguous).becausef("several credentials in one Authorization header")
	}
	return c, refuse(TokenMalformed).becausef("what follows the scheme is not one token")
}

// BearerToken is [ReadCredential] for those who take bearer tokens alone. It
// refuses the scheme DPoP with [TokenSenderConstrained].
func BearerToken(fields []string) (string, *Refusal) {
	c, refusal := ReadCredential(fields)
	if refusal == nil && c.Scheme == DPoP {
		refusal = refuse(TokenSenderConstrained).becausef("the scheme is DPoP")
	}
	if refusal != nil {
		return "", refusal
	}
	return c.Token, nil
}
