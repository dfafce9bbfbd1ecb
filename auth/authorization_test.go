package auth_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
)

func TestOneBearerTokenIsTakenFromTheAuthorizationHeader(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		fields []string
		token  string
		code   auth.Code
	}{
		{"no header", nil, "", auth.TokenMissing},
		{"an empty header", []string{""}, "", auth.TokenMissing},
		{"Bearer", []string{"Bearer a.b.c"}, "a.b.c", ""},
		{"bearer in small letters", []string{"bearer a.b.c"}, "a.b.c", ""},
		{"BEARER in capital letters", []string{"BEARER a.b.c"}, "a.b.c", ""},
		{"every character that a token may have", []string{"Bearer azAZ09-._~+/=="}, "azAZ09-._~+/==", ""},
		{"Bearer alone", []string{"Bearer"}, "", auth.TokenMalformed},
		{"Bearer and a blank", []string{"Bearer "}, "", auth.TokenMalformed},
		{"two blanks", []string{"Bearer  a.b.c"}, "", auth.TokenMalformed},
		{"a tab behind the blank", []string{"Bearer \ta.b.c"}, "", auth.TokenMalformed},
		{"two words", []string{"Bearer a.b.c d"}, "", auth.TokenMalformed},
		{"a blank behind", []string{"Bearer a.b.c "}, "", auth.TokenMalformed},
		{"quotes", []string{`Bearer "a.b.c"`}, "", auth.TokenMalformed},
		{"a parameter", []string{"Bearer token=a.b.c"}, "", auth.TokenMalformed},
		{"only padding", []string{"Bearer =="}, "", auth.TokenMalformed},
		{"a line break", []string{"Bearer a.b.c\r\nX: y"}, "", auth.TokenMalformed},
		{"letters from outside of ASCII", []string{"Bearer ä.b.c"}, "", auth.TokenMalformed},
		{"a blank that is none in ASCII", []string{"Bearer\u00a0a.b.c"}, "", auth.TokenMissing},
		{"a tab for the blank", []string{"Bearer\ta.b.c"}, "", auth.TokenMissing},
		{"a colon behind the scheme", []string{"Bearer: a.b.c"}, "", auth.TokenMissing},
		{"a blank in front", []string{" Bearer a.b.c"}, "", auth.TokenMissing},
		{"the token alone", []string{"a.b.c"}, "", auth.TokenMissing},
		{"a name and a password", []string{"Basic dXNlcjpwYXNz"}, "", auth.TokenMissing},
		{"a scheme that only begins like Bearer", []string{"BearerX a.b.c"}, "", auth.TokenMissing},
		{"DPoP", []string{"DPoP a.b.c"}, "", auth.TokenSenderConstrained},
		{"dpop in small letters", []string{"dpop a.b.c"}, "", auth.TokenSenderConstrained},
		{"two headers", []string{"Bearer a.b.c", "Bearer d.e.f"}, "", auth.CredentialsAmbiguous},
		{"the same header twice", []string{"Bearer a.b.c", "Bearer a.b.c"}, "", auth.CredentialsAmbiguous},
		{"an empty header beside a good one", []string{"", "Bearer a.b.c"}, "", auth.CredentialsAmbiguous},
		{"a password beside a token", []string{"Basic dXNlcjpwYXNz", "Bearer a.b.c"}, "", auth.CredentialsAmbiguous},
		{"two credentials joined by a proxy", []string{"Bearer a.b.c, Bearer d.e.f"}, "", auth.CredentialsAmbiguous},
		{"a comma behind", []string{"Bearer a.b.c,"}, "", auth.CredentialsAmbiguous},
	} {
		t.Run(tt.name, func(t *testing.T) {
			token, refusal := auth.BearerToken(tt.fields)
			var code auth.Code
			if refusal != nil {
				code = refusal.Code
			}
			if token != tt.token || code != tt.code {
				t.Errorf("got %q, %q, want %q, %q", token, code, tt.token, tt.code)
			}
		})
	}
}

func FuzzAuthorization(f *testing.F) {
	f.Add("Bearer a.b.c", "", false)
	f.Add("bearer a.b.c,Bearer d", "", false)
	f.Add("Basic dXNlcjpwYXNz", "Bearer a", true)
	f.Add("DPoP a.b.c", "", false)
	f.Add("Bearer \ta==b", "", false)
	f.Fuzz(func(t *testing.T, first, second string, both bool) {
		fields := []string{first}
		if both {
			fields = append(fields, second)
		}
		token, refusal := auth.BearerToken(fields)
		if (token == "") != (refusal != nil) {
			t.Fatalf("token %q and refusal %v", token, refusal)
		}
		if refusal != nil {
			if auth.ReasonOf(refusal.Code).Sentence == "" {
				t.Fatalf("the code %q has no reason", refusal.Code)
			}
			return
		}
		// What is accepted can be put together again in one way only.
		if both || !strings.EqualFold(first[:min(7, len(first))], "Bearer ") || first[7:] != token {
			t.Fatalf("%q of %q", token, fields)
		}
		if strings.Trim(token, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=") != "" || strings.ContainsAny(token, " ,\t") {
			t.Fatalf("%q is not one token", token)
		}
	})
}
