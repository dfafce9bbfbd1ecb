package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// claim spoils one claim.
func claim(name string, value any) func(*authtest.Issuer) string {
	return claimSet(map[string]any{name: value})
}

func claimSet(changes map[string]any) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string { return i.Token(changes) }
}

// rawClaim signs a claim whose value is this JSON text.
func rawClaim(name, value string) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string {
		payload := string(i.Payload(map[string]any{name: authtest.Absent}))
		return i.Sign(nil, []byte(strings.TrimSuffix(payload, "}")+`,"`+name+`":`+value+`}`), nil)
	}
}

func payload(text string) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string { return i.Sign(nil, []byte(text), nil) }
}

// ago is a time claim so long before now.
func ago(d time.Duration) int64 { return time.Now().Add(-d).Unix() }

func TestClaimsThatAreNotWhatTheStandardSaysAreRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"claims that are not JSON", payload("sub=ada"), auth.ClaimsInvalid},
		{"claims that are null", payload("null"), auth.ClaimsInvalid},
		{"claims that are a list", payload("[]"), auth.ClaimsInvalid},
		{"claims that are empty", payload("{}"), auth.IssuerUnknown},
		{"something behind the claims", payload(`{"iss":"x"} {"iss":"y"}`), auth.ClaimsInvalid},
		{"a claim twice", rawClaim("sub", `"auth0|ada","sub":"auth0|root"`), auth.ClaimsInvalid},
		{"a claim twice, once escaped", rawClaim("sub", `"auth0|ada","s\u0075b":"auth0|root"`), auth.ClaimsInvalid},
		{"bytes that are not UTF-8", rawClaim("sub", "\"auth0|\xff\""), auth.ClaimsInvalid},
		{"claims nested 17 deep", rawClaim("x", strings.Repeat("[", 16)+strings.Repeat("]", 16)), auth.ClaimsInvalid},
		{"C1: no exp", claim("exp", authtest.Absent), auth.ClaimsInvalid},
		{"C1: exp is null", claim("exp", nil), auth.ClaimsInvalid},
		{"C4: exp is a text", claim("exp", "4102444800"), auth.ClaimsInvalid},
		{"C4: exp is a bool", claim("exp", true), auth.ClaimsInvalid},
		{"C4: exp is zero", claim("exp", 0), auth.ClaimsInvalid},
		{"C4: exp is negative", claim("exp", -1), auth.ClaimsInvalid},
		{"C4: exp has a fraction", rawClaim("exp", "4102444800.5"), auth.ClaimsInvalid},
		{"C4: exp has an exponent", rawClaim("exp", "4e9"), auth.ClaimsInvalid},
		{"C4: exp is in the year 5138", rawClaim("exp", "100000000000"), auth.ClaimsInvalid},
		{"C4: exp overflows 64 bits", rawClaim("exp", "9223372036854775808"), auth.ClaimsInvalid},
		{"C4: exp wraps around 64 bits", rawClaim("exp", "18446744077811996416"), auth.ClaimsInvalid},
		{"C4: nbf is 1e300", rawClaim("nbf", "1e300"), auth.ClaimsInvalid},
		{"C4: nbf is null", claim("nbf", nil), auth.ClaimsInvalid},
		{"C4: nbf has a fraction", rawClaim("nbf", "1.5"), auth.ClaimsInvalid},
		{"C4: nbf is a text", claim("nbf", "1"), auth.ClaimsInvalid},
		{"C4: iat is an object", claim("iat", map[string]any{}), auth.ClaimsInvalid},
		{"C4: iat has a fraction", rawClaim("iat", "1.0"), auth.ClaimsInvalid},
		{"C6: no sub", claim("sub", authtest.Absent), auth.ClaimsInvalid},
		{"C6: an empty sub", claim("sub", ""), auth.ClaimsInvalid},
		{"C6: sub is null", claim("sub", nil), auth.ClaimsInvalid},
		{"C6: sub is a number", claim("sub", 7), auth.ClaimsInvalid},
		{"C6: sub has a line break", claim("sub", "auth0|ada\n"), auth.ClaimsInvalid},
		{"C6: sub has a NUL", claim("sub", "auth0|\x00ada"), auth.ClaimsInvalid},
		{"iss is a number", claim("iss", 1), auth.ClaimsInvalid},
		{"iss is a list", func(i *authtest.Issuer) string {
			return i.Token(map[string]any{"iss": []string{i.URL()}})
		}, auth.ClaimsInvalid},
		{"aud is a number", claim("aud", 1), auth.ClaimsInvalid},
		{"aud is null", claim("aud", nil), auth.ClaimsInvalid},
		{"aud holds a number beside the right audience", claim("aud", []any{"https://api.example.com/", 1}), auth.ClaimsInvalid},
		{"scope is a number", claim("scope", 1), auth.ClaimsInvalid},
		{"scope is an object", claim("scope", map[string]any{"read:notes": true}), auth.ClaimsInvalid},
		{"permissions hold a number", claim("permissions", []any{"a", 1}), auth.ClaimsInvalid},
		{"azp is a number", claim("azp", 1), auth.ClaimsInvalid},
		{"jti is a number", claim("jti", 1), auth.ClaimsInvalid},
	})
}

func TestATokenForSomebodyElseIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"another issuer", claim("iss", "https://evil.example/"), auth.IssuerUnknown},
		{"no issuer", claim("iss", authtest.Absent), auth.IssuerUnknown},
		{"an empty issuer", claim("iss", ""), auth.IssuerUnknown},
		{"an issuer that only begins well", func(i *authtest.Issuer) string {
			return i.Token(map[string]any{"iss": i.URL() + "x"})
		}, auth.IssuerUnknown},
		{"ISS in capital letters", func(i *authtest.Issuer) string {
			return i.Token(map[string]any{"iss": authtest.Absent, "ISS": i.URL()})
		}, auth.IssuerUnknown},
		{"an issuer without its slash", func(i *authtest.Issuer) string {
			return i.Token(map[string]any{"iss": strings.TrimSuffix(i.URL(), "/")})
		}, auth.IssuerSlash},
		{"another audience", claim("aud", "https://other.example/"), auth.AudienceWrong},
		{"an audience without its slash", claim("aud", "https://api.example.com"), auth.AudienceWrong},
		{"no audience", claim("aud", authtest.Absent), auth.AudienceWrong},
		{"an empty audience", claim("aud", ""), auth.AudienceWrong},
		{"an empty list of audiences", claim("aud", []string{}), auth.AudienceWrong},
		{"several audiences, none of them right", claim("aud", []string{"a", "b"}), auth.AudienceWrong},
		{"the right audience as a part of another", claim("aud", "https://api.example.com/ https://other.example/"), auth.AudienceWrong},
		{"an ID token, told by its audience", claim("aud", "spa"), auth.IDTokenSent},
		{"an ID token, told by its nonce", claimSet(map[string]any{"aud": "x", "nonce": "n"}), auth.IDTokenSent},
		{"an ID token, told by its at_hash", claimSet(map[string]any{"aud": "x", "at_hash": "h"}), auth.IDTokenSent},
		{"C5: a token bound to a DPoP key", claim("cnf", map[string]any{"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}), auth.TokenSenderConstrained},
		{"C5: a token bound to a certificate", claim("cnf", map[string]any{"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}), auth.TokenSenderConstrained},
		{"C5: a binding that is null", claim("cnf", nil), auth.TokenSenderConstrained},
		{"C5: a binding in escapes", rawClaim(`\u0063nf`, `{"jkt":"x"}`), auth.TokenSenderConstrained},
	})
}

func TestATokenOutsideOfItsTimeIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"expired an hour ago", claim("exp", ago(time.Hour)), auth.TokenExpired},
		{"expired longer ago than the clocks may differ", claim("exp", ago(31*time.Second)), auth.TokenExpired},
		{"expired in 1970", claim("exp", 1), auth.TokenExpired},
		{"valid from in an hour", claim("nbf", ago(-time.Hour)), auth.TokenNotYetValid},
		{"valid from later than the clocks may differ", claim("nbf", ago(-40*time.Second)), auth.TokenNotYetValid},
		{"C3: issued later than the clocks may differ", claim("iat", ago(-40*time.Second)), auth.TokenNotYetValid},
		{"issued long ago, but valid from in an hour", claimSet(map[string]any{"iat": 1, "nbf": ago(-time.Hour)}), auth.TokenNotYetValid},
	})
	refuseAll(t, auth.Config{MaxLifetime: 2 * time.Hour}, []badToken{
		{"C2: a lifetime of a hundred years", claim("exp", ago(-100*365*24*time.Hour)), auth.TokenLifetimeTooLong},
		{"C2: issued ten years ago and still good", claim("iat", ago(10*365*24*time.Hour)), auth.TokenLifetimeTooLong},
		{"C2: a lifetime one second too long", lifetime(2*time.Hour + time.Second), auth.TokenLifetimeTooLong},
		{"C2: a lifetime that cannot be told", claim("iat", authtest.Absent), auth.ClaimsInvalid},
	})
}

// lifetime is a token that lives exactly so long.
func lifetime(d time.Duration) func(*authtest.Issuer) string {
	issued := ago(time.Minute)
	return claimSet(map[string]any{"iat": issued, "exp": issued + int64(d/time.Second)})
}

func TestALifetimeMayBeAsLongAsTheLimit(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{MaxLifetime: 2 * time.Hour}, issuer)
	wantCode(t, verifier, lifetime(2*time.Hour)(issuer), "")
}

func TestSkewIsExact(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	var now clock
	verifier := newVerifier(t, auth.Config{Clock: func() time.Time { return time.Unix(2_000_000_000, 0).Add(time.Duration(now.offset.Load())) }}, issuer)
	token := issuer.Token(map[string]any{"iat": 2_000_000_000, "exp": 2_000_000_100})
	for _, tt := range []struct {
		name   string
		offset time.Duration
		code   auth.Code
	}{
		{"31 seconds before it is issued", -31 * time.Second, auth.TokenNotYetValid},
		{"30 seconds before it is issued", -30 * time.Second, ""},
		{"29 seconds after it expired", 129 * time.Second, ""},
		{"30 seconds after it expired", 130 * time.Second, auth.TokenExpired},
		{"back within its time", 50 * time.Second, ""},
		{"31 seconds before it is issued, though remembered", -31 * time.Second, auth.TokenNotYetValid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			now.set(tt.offset)
			wantCode(t, verifier, token, tt.code)
		})
	}
}
