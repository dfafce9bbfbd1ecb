package api_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

func TestClaimsThatAreNoClaimsAreRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"text that is not JSON is refused", payload(`sub=ada`), badClaims},
		{"null is refused", payload(`null`), badClaims},
		{"a list is refused", payload(`[{"iss":"ISSUER"}]`), badClaims},
		{"a text is refused", payload(`"ada"`), badClaims},
		{"no claims at all are refused", payload(`{}`), otherIssuer},
		{"claims cut off are refused", payload(`{"iss":"ISSUER","sub":"a","aud":"AUDIENCE","exp":LATER`), badClaims},
		{"something behind the claims is refused", payload(`{"iss":"ISSUER","sub":"a","aud":"AUDIENCE","exp":LATER}{}`), badClaims},
		{"a byte order mark is refused", payload("\ufeff" + `{"iss":"ISSUER","sub":"a","aud":"AUDIENCE","exp":LATER}`), badClaims},
		{"bytes that are not UTF-8 are refused", payload(`{"iss":"ISSUER","sub":"` + "\xff" + `","aud":"AUDIENCE","exp":LATER}`), badClaims},
		{"sub twice is refused", payload(`{"iss":"ISSUER","sub":"a","sub":"b","aud":"AUDIENCE","exp":LATER}`), badClaims},
		{"exp twice is refused", payload(`{"iss":"ISSUER","sub":"a","aud":"AUDIENCE","exp":1,"exp":LATER}`), badClaims},
		{"aud twice in two spellings is refused", payload(`{"iss":"ISSUER","sub":"a","aud":"x","\u0061ud":"AUDIENCE","exp":LATER}`), badClaims},
		{"permissions twice are refused", payload(`{"iss":"ISSUER","sub":"a","aud":"AUDIENCE","exp":LATER,"permissions":[],"permissions":["a"]}`), badClaims},
		{"nesting of 17 is refused", rawClaim("x", strings.Repeat("[", 16)+strings.Repeat("]", 16)), badClaims},
		{"10,000 brackets are refused", rawClaim("x", strings.Repeat("[", 10_000)), badClaims},
		{"1,900 nested objects are refused", rawClaim("x", strings.Repeat(`{"a":`, 1900)), badClaims},
		{"scope as a number is refused", claim("scope", 1), badClaims},
		{"scope as an object is refused", claim("scope", map[string]any{"read:notes": true}), badClaims},
		{"scope null is refused", claim("scope", nil), badClaims},
		{"scope as a list of lists is refused", claim("scope", [][]string{{"read:notes"}}), badClaims},
		{"scp as a number is refused", claim("scp", 1), badClaims},
		{"permissions as an object are refused", claim("permissions", map[string]any{"read:admin-messages": true}), badClaims},
		{"permissions that hold a number are refused", claim("permissions", []any{"read:notes", 1}), badClaims},
		{"permissions null are refused", claim("permissions", nil), badClaims},
		{"azp as a number is refused", claim("azp", 1), badClaims},
		{"client_id as a list is refused", claim("client_id", []string{"spa"}), badClaims},
		{"jti as a number is refused", claim("jti", 1), badClaims},
		{"sub missing is refused", claim("sub", authtest.Absent), badClaims},
		{"sub empty is refused", claim("sub", ""), badClaims},
		{"sub null is refused", claim("sub", nil), badClaims},
		{"sub as a number is refused", claim("sub", 7), badClaims},
		{"sub as a list is refused", claim("sub", []string{"auth0|ada"}), badClaims},
		{"sub with a line break is refused", claim("sub", "auth0|ada\n"), badClaims},
		{"sub with a NUL is refused", claim("sub", "auth0|\x00ada"), badClaims},
		{"SUB in capital letters is none", claims(map[string]any{"sub": authtest.Absent, "SUB": "auth0|ada"}), badClaims},
		{"a thumbprint of a proof key is refused", claim("cnf", map[string]any{"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}), bound},
		{"a thumbprint of a certificate is refused", claim("cnf", map[string]any{"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}), bound},
		{"an empty confirmation is refused", claim("cnf", map[string]any{}), bound},
		{"a confirmation that is null is refused", claim("cnf", nil), bound},
	})
}

func TestATimeThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"C1: no exp is refused", claim("exp", authtest.Absent), badClaims},
		{"C1: exp null is refused", claim("exp", nil), badClaims},
		{"Exp in another case is none", claims(map[string]any{"exp": authtest.Absent, "Exp": in(time.Hour)}), badClaims},
		{"C4: exp as a text is refused", claim("exp", "4102444800"), badClaims},
		{"C4: exp as a date is refused", claim("exp", "2099-01-01T00:00:00Z"), badClaims},
		{"C4: exp true is refused", claim("exp", true), badClaims},
		{"C4: exp as a list is refused", claim("exp", []int64{4102444800}), badClaims},
		{"C4: exp zero is refused", claim("exp", 0), badClaims},
		{"C4: exp minus zero is refused", rawClaim("exp", "-0"), badClaims},
		{"C4: a negative exp is refused", claim("exp", -4102444800), badClaims},
		{"C4: exp with a fraction is refused", rawClaim("exp", "4102444800.5"), badClaims},
		{"C4: exp with a fraction of nothing is refused", rawClaim("exp", "4102444800.0"), badClaims},
		{"C4: exp with an exponent is refused", rawClaim("exp", "4e9"), badClaims},
		{"C4: exp 1e300 is refused", rawClaim("exp", "1e300"), badClaims},
		{"C4: exp in milliseconds is refused", claim("exp", int64(4102444800000)), badClaims},
		{"C4: exp beyond 63 bits is refused", rawClaim("exp", "9223372036854775808"), badClaims},
		{"C4: exp that wraps around 64 bits is refused", rawClaim("exp", "18446744077811996416"), badClaims},
		{"C4: exp with a zero in front is refused", rawClaim("exp", "04102444800"), badClaims},
		{"C4: exp in hexadecimal is refused", rawClaim("exp", "0xF4865700"), badClaims},
		{"C4: exp Infinity is refused", rawClaim("exp", "Infinity"), badClaims},
		{"C4: nbf 1e300 is refused", rawClaim("nbf", "1e300"), badClaims},
		{"C4: nbf minus 1e300 is refused", rawClaim("nbf", "-1e300"), badClaims},
		{"C4: nbf null is refused", claim("nbf", nil), badClaims},
		{"C4: nbf as a text is refused", claim("nbf", "1"), badClaims},
		{"C4: nbf with a fraction is refused", rawClaim("nbf", "1.5"), badClaims},
		{"C4: nbf zero is refused", claim("nbf", 0), badClaims},
		{"C4: iat as an object is refused", claim("iat", map[string]any{}), badClaims},
		{"C4: iat as a text is refused", claim("iat", "yesterday"), badClaims},
		{"C4: iat null is refused", claim("iat", nil), badClaims},
		{"C4: a negative iat is refused", claim("iat", -1), badClaims},
		{"C4: iat beyond 63 bits is refused", rawClaim("iat", "9223372036854775808"), badClaims},
	})
}

func TestATokenOutOfItsTimeIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"expired for an hour is refused", claim("exp", in(-time.Hour)), expired},
		{"expired since 1970 is refused", claim("exp", 1), expired},
		{"expired for just more than the skew is refused", claim("exp", in(-31*time.Second)), expired},
		{"expired for exactly the skew is refused", claim("exp", in(-30*time.Second)), expired},
		{"valid in an hour is refused", claim("nbf", in(time.Hour)), notYet},
		{"valid in just more than the skew is refused", claim("nbf", in(36*time.Second)), notYet},
		{"issued in an hour is refused", claim("iat", in(time.Hour)), notYet},
		{"issued in just more than the skew is refused", claim("iat", in(36*time.Second)), notYet},
		{"expired before it was valid is refused", claims(map[string]any{"nbf": in(time.Hour), "exp": in(-time.Hour)}), expired},
	})
}

func TestATokenThatLivesTooLongIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit, func(s *config.Settings) { s.MaxTokenLifetime = time.Hour })
	refuseAll(t, s, []badRequest{
		{"a second too long is refused", claims(map[string]any{"iat": in(0), "exp": in(time.Hour + time.Second)}), longLived},
		{"a hundred years are refused", claim("exp", in(100*365*24*time.Hour)), longLived},
		{"a lifetime that nobody can tell is refused", claim("iat", authtest.Absent), badClaims},
	})
}

func TestATokenOfSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	other := authtest.NewIssuer(t)
	theirs := func(changes map[string]any) builder {
		return bearing(func(*authtest.Issuer) string { return other.Token(changes) })
	}
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"a good token of another issuer is refused", theirs(nil), otherIssuer},
		{"an issuer at the end of an attacker's name is refused", claim("iss", "https://tenant.example.attacker.example/"), otherIssuer},
		{"an empty issuer is refused", claim("iss", ""), otherIssuer},
		{"no issuer is refused", claim("iss", authtest.Absent), otherIssuer},
		{"an issuer that is null is refused", claim("iss", nil), badClaims},
		{"an issuer that is a number is refused", claim("iss", 1), badClaims},
		{"a list that has the issuer is refused", issuerAs(func(iss string) any { return []string{iss} }), badClaims},
		{"an issuer with more behind is refused", issuerAs(func(iss string) any { return iss + "x" }), otherIssuer},
		{"an issuer with a blank behind is refused", issuerAs(func(iss string) any { return iss + " " }), otherIssuer},
		{"an issuer below the right one is refused", issuerAs(func(iss string) any { return strings.Replace(iss, "://", "://sub.", 1) }), otherIssuer},
		{"an issuer in another case is refused", issuerAs(func(iss string) any { return strings.ToUpper(iss) }), otherIssuer},
		{"an issuer by another scheme is refused", issuerAs(func(iss string) any { return strings.Replace(iss, "http:", "https:", 1) }), otherIssuer},
		{"an issuer by another name of the same host is refused", issuerAs(func(iss string) any { return strings.Replace(iss, "127.0.0.1", "localhost", 1) }), otherIssuer},
		{"an issuer without its slash is refused", issuerAs(func(iss string) any { return strings.TrimSuffix(iss, "/") }), issuerSlash},
		{"ISS in capital letters is none", payload(`{"ISS":"ISSUER","sub":"a","aud":"AUDIENCE","exp":LATER}`), otherIssuer},
		{"another audience is refused", claim("aud", "https://other.example/"), otherAPI},
		{"no audience is refused", claim("aud", authtest.Absent), otherAPI},
		{"an empty audience is refused", claim("aud", ""), otherAPI},
		{"an empty list of audiences is refused", claim("aud", []string{}), otherAPI},
		{"an audience that is null is refused", claim("aud", nil), badClaims},
		{"an audience that is a number is refused", claim("aud", 1), badClaims},
		{"a list with a number beside the right audience is refused", claim("aud", []any{"https://api.example.com/", 1}), badClaims},
		{"a list in a list is refused", claim("aud", []any{[]string{"https://api.example.com/"}}), badClaims},
		{"an audience that only begins well is refused", claim("aud", "https://api.example.com/v2"), otherAPI},
		{"an audience that begins the right one is refused", claim("aud", "https://api.example.com"), otherAPI},
		{"an audience in another case is refused", claim("aud", "https://API.example.com/"), otherAPI},
		{"an audience among others in one text is refused", claim("aud", "https://api.example.com/ https://other.example/"), otherAPI},
		{"AUD in capital letters is none", claims(map[string]any{"aud": authtest.Absent, "AUD": "https://api.example.com/"}), otherAPI},
		{"an ID token is told by its audience", claim("aud", "spa"), idToken},
		{"an ID token is told by its nonce", claims(map[string]any{"aud": "other", "nonce": "n"}), idToken},
		{"an ID token is told by its at_hash", claims(map[string]any{"aud": "other", "at_hash": "h"}), idToken},
	})
}

// issuerAs changes the issuer that a token names.
func issuerAs(change func(string) any) builder {
	return bearing(func(i *authtest.Issuer) string {
		return i.Token(map[string]any{"iss": change(i.URL())})
	})
}
