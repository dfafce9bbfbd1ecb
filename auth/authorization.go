package auth

import "strings"

// BearerToken takes the access token from the values of a request's
// Authorization header fields (RFC 6750, section 2.1): exactly one field, the
// scheme Bearer in any case, one space, one token. It refuses with
// [TokenMissing] where there is no bearer credential at all,
// [CredentialsAmbiguous] where there is more than one, and [TokenMalformed].
func BearerToken(fields []string) (string, *Refusal) {
	switch len(fields) {
	case 0:
		return "", refuse(TokenMissing)
	case 1:
	default:
		return "", refuse(CredentialsAmbiguous).becausef("%d Authorization header fields", len(fields))
	}
	scheme, token, spaced := strings.Cut(fields[0], " ")
	if strings.EqualFold(scheme, "DPoP") {
		return "", refuse(TokenSenderConstrained).becausef("the scheme is DPoP")
	}
	if !strings.EqualFold(scheme, "Bearer") {
		return "", refuse(TokenMissing).becausef("the Authorization header has another scheme than Bearer")
	}
	if !spaced || token == "" {
		return "", refuse(TokenMalformed).becausef("nothing follows the scheme Bearer")
	}
	if isToken68(token) {
		return token, nil
	}
	if strings.Contains(token, ",") {
		return "", refuse(CredentialsAmbiguous).becausef("several credentials in one Authorization header")
	}
	return "", refuse(TokenMalformed).becausef("what follows the scheme Bearer is not one token")
}
