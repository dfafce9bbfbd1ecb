package api_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

func TestATokenThatTravelsWronglyIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"no header is no token", fields(), missing},
		{"an empty header is no token", fields(""), missing},
		{"Basic is another scheme", fields("Basic dXNlcjpwYXNz"), missing},
		{"Digest is another scheme", fields(`Digest username="ada"`), missing},
		{"Negotiate is another scheme", fields("Negotiate TOKEN"), missing},
		{"a token without a scheme is none", fields("TOKEN"), missing},
		{"Token is another scheme", fields("Token TOKEN"), missing},
		{"JWT is another scheme", fields("JWT TOKEN"), missing},
		{"Bearer with a colon is another scheme", fields("Bearer: TOKEN"), missing},
		{"Bearer with an equals sign is another scheme", fields("Bearer=TOKEN"), missing},
		{"Bearer joined to the token is another scheme", fields("BearerTOKEN"), missing},
		{"a tab behind Bearer is no blank", fields("Bearer\tTOKEN"), missing},
		{"a no-break space behind Bearer is no blank", fields("Bearer\u00a0TOKEN"), missing},
		{"a full-width Bearer is another scheme", fields("Ｂearer TOKEN"), missing},
		{"Bearer alone has no token", fields("Bearer"), malformed},
		{"Bearer and a blank have no token", fields("Bearer "), malformed},
		{"two blanks behind Bearer are one too many", fields("Bearer  TOKEN"), malformed},
		{"quotes around the token are refused", fields(`Bearer "TOKEN"`), malformed},
		{"angle brackets around the token are refused", fields("Bearer <TOKEN>"), malformed},
		{"Bearer twice is refused", fields("Bearer Bearer TOKEN"), malformed},
		{"a word behind the token is refused", fields("Bearer TOKEN x"), malformed},
		{"a semicolon behind the token is refused", fields("Bearer TOKEN;"), malformed},
		{"a parameter instead of the token is refused", fields(`Bearer token="TOKEN"`), malformed},
		{"the scheme DPoP is not checked, so it is refused", fields("DPoP TOKEN"), bound},
		{"the scheme dpop is refused as well", fields("dpop TOKEN"), bound},
		{"the same header twice is ambiguous", fields("Bearer TOKEN", "Bearer TOKEN"), ambiguous},
		{"a bad and a good header are ambiguous", fields("Bearer x", "Bearer TOKEN"), ambiguous},
		{"a good and an empty header are ambiguous", fields("Bearer TOKEN", ""), ambiguous},
		{"Basic and Bearer are ambiguous", fields("Basic dXNlcjpwYXNz", "Bearer TOKEN"), ambiguous},
		{"two in one header are ambiguous", fields("Bearer TOKEN, Bearer TOKEN"), ambiguous},
		{"Basic behind a comma is ambiguous", fields("Bearer TOKEN,Basic dXNlcjpwYXNz"), ambiguous},
		{"a token in the query alone is refused", query("access_token=TOKEN"), ambiguous},
		{"an empty token in the query is refused", query("access_token="), ambiguous},
		{"a name without a value in the query is refused", query("access_token"), ambiguous},
		{"a token among others in the query is refused", query("a=1&access_token=TOKEN&b=2"), ambiguous},
		{"a name in percent signs in the query is refused", query("access%5Ftoken=TOKEN"), ambiguous},
		{"a token in query and header is refused", inBoth, ambiguous},
		{"a token in query and header in percent signs is refused", at("/api/v1/me?%61ccess_token=x", good()), ambiguous},
		{"a token in a cookie is not looked at", elsewhere("Cookie", "access_token=TOKEN; Authorization=Bearer TOKEN"), missing},
		{"a token in another header is not looked at", elsewhere("X-Authorization", "Bearer TOKEN"), missing},
		{"a token for the proxy is not looked at", elsewhere("Proxy-Authorization", "Bearer TOKEN"), missing},
		{"a token in the header of proxies is not looked at", elsewhere("X-Forwarded-Access-Token", "TOKEN"), missing},
		{"a token in a form is not looked at", inForm, missing},
		{"a method in a header is not looked at", elsewhere("X-Http-Method-Override", "OPTIONS"), missing},
		{"an address in a header is not looked at", elsewhere("X-Original-Url", "/api/messages/public"), missing},
	})
}

// A server that takes both schemes takes one of them in a request.
func TestTwoSchemesInOneRequestAreRefused(t *testing.T) {
	t.Parallel()
	s := start(t, takesProofs, noRateLimit)
	h := authtest.NewHolder("ES256")
	plain, bound := s.Issuer.Token(nil), boundTo(s.Issuer, h, nil)
	want := refusal{400, "credentials_ambiguous", invalidRequest + `, resource_metadata="[^"]+"`}
	for _, tt := range []struct {
		name   string
		fields []string
	}{
		{"Bearer before DPoP", []string{"Bearer " + plain, "DPoP " + bound}},
		{"DPoP before Bearer", []string{"DPoP " + bound, "Bearer " + plain}},
		{"one token in both schemes", []string{"Bearer " + bound, "DPoP " + bound}},
		{"Bearer before DPoP in one field", []string{"Bearer " + plain + ", DPoP " + bound}},
		{"DPoP before Bearer in one field", []string{"DPoP " + bound + ", Bearer " + plain}},
		{"DPoP before Bearer without a blank", []string{"DPoP " + bound + ",Bearer " + plain}},
		{"DPoP twice", []string{"DPoP " + bound, "DPoP " + bound}},
		{"DPoP twice in one field", []string{"DPoP " + bound + ", DPoP " + bound}},
		{"DPoP and Basic", []string{"DPoP " + bound, "Basic dXNlcjpwYXNz"}},
		{"DPoP and an empty field", []string{"DPoP " + bound, ""}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := proved(call{Path: whoAmI}, bound, h.Proof("GET", outside+whoAmI, bound, nil, nil))
			c.Header["Authorization"] = tt.fields
			s.mustRefuse(t, c, want)
			c = proved(call{Path: whoAmI}, bound, c.Header.Get("DPoP"))
			s.mustAccept(t, c) // the refused request has not used the proof
		})
	}
}

func query(text string) builder {
	return func(i *authtest.Issuer) call {
		return call{Path: "/api/v1/me?" + fields(text)(i).Header.Get("Authorization")}
	}
}

func inBoth(i *authtest.Issuer) call {
	c := query("access_token=TOKEN")(i)
	c.Token = i.Token(nil)
	return c
}

// elsewhere is a request with this header field instead.
func elsewhere(name, value string) builder {
	return func(i *authtest.Issuer) call {
		return call{Path: "/api/v1/me"}.with(name, fields(value)(i).Header.Get("Authorization"))
	}
}

func inForm(i *authtest.Issuer) call {
	c := call{Path: "/api/v1/me", Body: "access_token=" + i.Token(nil)}
	return c.with("Content-Type", "application/x-www-form-urlencoded")
}

func TestAGoodTokenWithoutTheRightIsRefused(t *testing.T) {
	t.Parallel()
	const admin, notes = "/api/messages/admin", "/trial/scope"
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"no permissions do not make an admin", at(admin, good()), lacksRight},
		{"empty permissions do not make an admin", at(admin, claim("permissions", []string{})), lacksRight},
		{"another permission does not make an admin", at(admin, claim("permissions", []string{"write:admin-messages"})), lacksRight},
		{"a permission in another case does not make an admin", at(admin, claim("permissions", []string{"Read:Admin-Messages"})), lacksRight},
		{"a permission with more behind does not make an admin", at(admin, claim("permissions", []string{"read:admin-messages:own"})), lacksRight},
		{"a permission with a blank behind does not make an admin", at(admin, claim("permissions", []string{"read:admin-messages "})), lacksRight},
		{"two words in one item do not make an admin", at(admin, claim("permissions", []string{"x read:admin-messages"})), lacksRight},
		{"a star does not make an admin", at(admin, claim("permissions", []string{"*"})), lacksRight},
		{"the scope is not the permission", at(admin, claim("scope", "read:admin-messages")), lacksRight},
		{"roles are no permissions", at(admin, claim("roles", []string{"read:admin-messages"})), lacksRight},
		{"PERMISSIONS in capital letters are none", at(admin, claim("PERMISSIONS", []string{"read:admin-messages"})), lacksRight},
		{"no scope does not read notes", at(notes, claim("scope", authtest.Absent)), lacksScope},
		{"an empty scope does not read notes", at(notes, claim("scope", "")), lacksScope},
		{"another scope does not read notes", at(notes, claim("scope", "openid write:notes")), lacksScope},
		{"a scope that only begins well does not read notes", at(notes, claim("scope", "read:notes2 read:note")), lacksScope},
		{"scopes joined by commas do not read notes", at(notes, claim("scope", "read:notes,write:notes")), lacksScope},
		{"scopes joined by tabs do not read notes", at(notes, claim("scope", "openid\tread:notes")), lacksScope},
		{"two words in one item of a list do not read notes", at(notes, claim("scope", []string{"openid read:notes"})), lacksScope},
		{"the permission is not the scope", at(notes, claims(map[string]any{"scope": "", "permissions": []string{"read:notes"}})), lacksScope},
		{"no token comes before no right", at(admin, fields()), missing},
		{"a bad token comes before no right", at(notes, claim("exp", in(-time.Hour))), expired},
	})
}

func TestAChallengeNamesTheMetadataWhereTheAddressIsKnown(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.PublicURL = "https://api.example.com/base" })
	const metadata = `, resource_metadata="https://api.example.com/.well-known/oauth-protected-resource/base"`
	for _, tt := range []badRequest{
		{"without a token", fields(), refusal{401, "token_missing", bareChallenge + metadata}},
		{"with a bad token", fixed("x.y"), refusal{401, "token_malformed", invalidToken + metadata}},
		{"with two tokens", fields("Bearer a", "Bearer b"), refusal{400, "credentials_ambiguous", invalidRequest + metadata}},
	} {
		t.Run(tt.name, func(t *testing.T) { s.mustRefuse(t, tt.make(s.Issuer), tt.want) })
	}
	response, err := client.Get(s.URL + "/.well-known/oauth-protected-resource/base")
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if response.StatusCode != http.StatusOK {
		t.Errorf("the metadata that the challenge names answers %d", response.StatusCode)
	}
}
