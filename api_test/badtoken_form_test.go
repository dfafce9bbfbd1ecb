package api_test

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestATokenOfAnotherFormIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"an opaque token asks for an audience", fixed("V8kyNFgD2wk5PfNwb3bXxdhE1nxqzQ0x"), opaque},
		{"an opaque token may have padding", fixed("dGhpcyBpcyBvcGFxdWU="), opaque},
		{"the word undefined is no token", fixed("undefined"), malformed},
		{"the text [object Object] is no token", fixed("[object Object]"), malformed},
		{"padding alone is no token", fixed("="), malformed},
		{"an encrypted token has five parts", fixed("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..vM3o.xQ.KpL2"), encrypted},
		{"a signed token of five parts is taken for an encrypted one", text(func(s string) string { return s + ".AA.AA" }), encrypted},
		{"one dot is too few", parts(func(p []string) { p[0], p[1] = "", p[0]+p[1] }), malformed},
		{"two parts are too few", text(func(s string) string { return s[:strings.LastIndex(s, ".")] }), malformed},
		{"four parts are too many", text(func(s string) string { return s + ".AA" }), malformed},
		{"a dot behind the token is one too many", text(func(s string) string { return s + "." }), malformed},
		{"a thousand dots are too many", fixed(strings.Repeat(".", 1000)), malformed},
		{"two dots alone are no token", fixed(".."), malformed},
		{"an empty header is none", parts(func(p []string) { p[0] = "" }), malformed},
		{"a detached payload is none", parts(func(p []string) { p[1] = "" }), malformed},
		// A comma would begin other credentials, which is a worse mistake.
		{"T1: the flattened JSON serialization is refused", jsonForm(flattened), ambiguous},
		{"T1: the general JSON serialization is refused", jsonForm(general), ambiguous},
		{"T1: a JSON serialization without a comma is refused", jsonForm(payloadOnly), malformed},
		{"T1: a JSON serialization between two dots is refused", parts(flattened), ambiguous},
		{"T2: alg and kid in an unprotected header are refused", jsonForm(unprotected), ambiguous},
		{"T3: a blank in the header part is refused", parts(func(p []string) { p[0] = p[0][:4] + " " + p[0][4:] }), malformed},
		{"T3: a blank in the signature is refused", parts(func(p []string) { p[2] = p[2][:4] + " " + p[2][4:] }), malformed},
		{"T3: a tab in the payload is refused", parts(func(p []string) { p[1] = p[1][:4] + "\t" + p[1][4:] }), malformed},
		{"T3: a blank around a dot is refused", text(func(s string) string { return strings.Replace(s, ".", ". ", 1) }), malformed},
		{"T4: another spelling of the last letter is refused", parts(respelled), malformed},
		{"padding behind the signature is refused", text(func(s string) string { return s + "==" }), malformed},
		{"padding behind the header is refused", parts(func(p []string) { p[0] += "=" }), malformed},
		{"the standard alphabet is refused", parts(func(p []string) { p[2] = "+/" + p[2][2:] }), malformed},
		{"a percent sign is refused", parts(func(p []string) { p[2] = "%41" + p[2][1:] }), malformed},
		{"letters from outside of ASCII are refused", parts(func(p []string) { p[1] += "ä" }), malformed},
		{"bytes that are not UTF-8 are refused", parts(func(p []string) { p[1] += "\xff" }), malformed},
		{"a header of which base64 cannot be is refused", parts(func(p []string) { p[0] = "A" }), malformed},
		{"a good token of 17 KiB is too large", claim("blob", strings.Repeat("x", 12<<10)), tooLarge},
		{"one byte over the limit is too large", fixed(strings.Repeat("a", auth.MaxTokenSize+1)), tooLarge},
		{"T9: 12,000 brackets in the header cost nothing", nested("[", 11_000), malformed},
		{"T9: objects nested 2,000 deep in the header cost nothing", nested(`{"a":`, 2000), malformed},
	})
}

func flattened(p []string) {
	p[0] = fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, p[0], p[1], p[2])
	p[1], p[2] = "", ""
}

func general(p []string) {
	p[0] = fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, p[1], p[0], p[2])
	p[1], p[2] = "", ""
}

func unprotected(p []string) {
	p[0] = fmt.Sprintf(`{"payload":%q,"signature":%q,"header":{"alg":"RS256","kid":"key-1"}}`, p[1], p[2])
	p[1], p[2] = "", ""
}

func payloadOnly(p []string) { p[0] = fmt.Sprintf(`{"payload":%q}`, p[1]) }

// jsonForm is the JSON text alone, without the dots of a compact form.
func jsonForm(change func(p []string)) builder {
	return text(func(token string) string {
		p := strings.Split(token, ".")
		change(p)
		return p[0]
	})
}

// respelled changes bits of the last letter that no byte uses.
func respelled(p []string) {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := len(p[2]) - 1
	p[2] = p[2][:last] + string(alphabet[strings.IndexByte(alphabet, p[2][last])^1])
}

// nested is a token whose header is deep, without a good signature: the depth
// must count before the signature does.
func nested(open string, times int) builder {
	return bearing(func(i *authtest.Issuer) string {
		return authtest.Compact([]byte(`{"alg":"RS256","x":`+strings.Repeat(open, times)), []byte("{}"), []byte("x"))
	})
}

func TestOnlyOneOfSixteenSpellingsOfATokenIsAccepted(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit)
	token := s.Issuer.Token(nil)
	dot := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	if err != nil {
		t.Fatal(err)
	}
	var accepted, tried int
	for _, letter := range "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" {
		spelling := token[:len(token)-1] + string(letter)
		if same, err := base64.RawURLEncoding.DecodeString(spelling[dot+1:]); err != nil || string(same) != string(signature) {
			continue
		}
		tried++
		if s.get(t, "/api/v1/me", spelling).Status == http.StatusOK {
			accepted++
		}
	}
	if tried != 16 || accepted != 1 {
		t.Errorf("%d of %d spellings accepted, want 1 of 16", accepted, tried)
	}
}
