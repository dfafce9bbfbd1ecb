package auth_test

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

// badToken is a row: how to spoil a token, and what it is refused with.
type badToken struct {
	name string
	make func(*authtest.Issuer) string
	code auth.Code
}

// header spoils the header of a token that is signed all the same.
func header(members map[string]any) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string { return i.Sign(members, i.Payload(nil), nil) }
}

// rawHeader signs the text as it is, KID replaced by the right key id.
func rawHeader(text string) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string {
		return i.Key().SignRaw([]byte(strings.ReplaceAll(text, "KID", i.Key().ID)), i.Payload(nil))
	}
}

// text makes a token of a good one by a change of its text.
func text(change func(token string) string) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string { return change(i.Token(nil)) }
}

// parts changes the three parts of a good token.
func parts(change func(p []string)) func(*authtest.Issuer) string {
	return text(func(token string) string {
		p := strings.Split(token, ".")
		change(p)
		return strings.Join(p, ".")
	})
}

func fixed(token string) func(*authtest.Issuer) string {
	return func(*authtest.Issuer) string { return token }
}

// refuseAll runs the rows against one verifier. A row that the control, an
// unspoiled token, would fail as well proves nothing.
func refuseAll(t *testing.T, config auth.Config, rows []badToken) {
	t.Helper()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, config, issuer)
	examiner := newVerifier(t, config, issuer) // of its own: unknown keys cost fetches
	wantCode(t, verifier, issuer.Token(nil), "")
	for _, tt := range rows {
		t.Run(tt.name, func(t *testing.T) {
			token := tt.make(issuer)
			wantCode(t, verifier, token, tt.code)
			wantCode(t, verifier, token, tt.code) // the refusal is not remembered as anything else
			wantExamined(t, examiner, token, tt.code)
			wantExplained(t, examiner, token, tt.code)
		})
	}
	wantCode(t, verifier, issuer.Token(map[string]any{"sub": "auth0|last"}), "")
}

func TestATokenThatIsNoCompactSerializationIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"an empty text", fixed(""), auth.TokenMalformed},
		{"an opaque token", fixed("V8kyNFgD2wk5PfNwb3bXxdhE1nxqzQ0x"), auth.TokenOpaque},
		{"the word undefined", fixed("undefined"), auth.TokenMalformed},
		{"the word null", fixed("null"), auth.TokenMalformed},
		{"an opaque token with padding", fixed("dGhpcyBpcyBvcGFxdWU="), auth.TokenOpaque},
		{"an encrypted token", fixed("eyJhbGciOiJkaXIiLCJlbmMiOiJBMjU2R0NNIn0..vM3o.xQ.KpL2"), auth.TokenEncrypted},
		{"one dot", parts(func(p []string) { p[1], p[2] = p[1]+p[2], "" }), auth.TokenMalformed},
		{"three dots", text(func(s string) string { return s + "." }), auth.TokenMalformed},
		{"five dots", text(func(s string) string { return s + "..." }), auth.TokenMalformed},
		{"a thousand dots", fixed(strings.Repeat(".", 1000)), auth.TokenMalformed},
		{"two dots and nothing else", fixed(".."), auth.TokenMalformed},
		{"an empty header", parts(func(p []string) { p[0] = "" }), auth.TokenMalformed},
		{"an empty payload", parts(func(p []string) { p[1] = "" }), auth.TokenMalformed},
		{"T1: the flattened JSON serialization", jsonForm(flattened), auth.TokenMalformed},
		{"T1: the flattened JSON serialization and two dots", parts(flattened), auth.TokenMalformed},
		{"T1: the general JSON serialization", jsonForm(general), auth.TokenMalformed},
		{"T1: a JSON serialization with two dots in it", parts(dotted), auth.TokenMalformed},
		{"T2: alg and kid in an unprotected header", jsonForm(unprotected), auth.TokenMalformed},
		{"T3: a blank in front", text(func(s string) string { return " " + s }), auth.TokenMalformed},
		{"T3: a blank behind", text(func(s string) string { return s + " " }), auth.TokenMalformed},
		{"T3: a line break behind", text(func(s string) string { return s + "\n" }), auth.TokenMalformed},
		{"T3: a line break in the header", parts(func(p []string) { p[0] = p[0][:4] + "\n" + p[0][4:] }), auth.TokenMalformed},
		{"T3: a carriage return in the payload", parts(func(p []string) { p[1] = p[1][:4] + "\r" + p[1][4:] }), auth.TokenMalformed},
		{"T3: a line break in the signature", parts(func(p []string) { p[2] = p[2][:4] + "\r\n" + p[2][4:] }), auth.TokenMalformed},
		{"T3: a blank in the signature", parts(func(p []string) { p[2] = p[2][:4] + " " + p[2][4:] }), auth.TokenMalformed},
		{"T3: a tab in the payload", parts(func(p []string) { p[1] = p[1][:4] + "\t" + p[1][4:] }), auth.TokenMalformed},
		{"padding behind the signature", text(func(s string) string { return s + "==" }), auth.TokenMalformed},
		{"the standard alphabet instead of the one for URLs", parts(func(p []string) { p[2] = "+/" + p[2][2:] }), auth.TokenMalformed},
		{"quotes around", text(func(s string) string { return `"` + s + `"` }), auth.TokenMalformed},
		{"a second Bearer in front", text(func(s string) string { return "Bearer " + s }), auth.TokenMalformed},
		{"a NUL inside", parts(func(p []string) { p[1] += "\x00" }), auth.TokenMalformed},
		{"letters from outside of ASCII", parts(func(p []string) { p[1] += "ä" }), auth.TokenMalformed},
		{"one byte over the limit", fixed(strings.Repeat("a", auth.MaxTokenSize+1)), auth.TokenTooLarge},
		{"a good token that is too large", func(i *authtest.Issuer) string {
			return i.Token(map[string]any{"blob": strings.Repeat("x", auth.MaxTokenSize)})
		}, auth.TokenTooLarge},
		{"T9: a megabyte of brackets in the header", func(i *authtest.Issuer) string {
			return authtest.Compact([]byte(`{"alg":"RS256","x":`+strings.Repeat("[", 380_000)), i.Payload(nil), []byte("x"))
		}, auth.TokenTooLarge},
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

func dotted(p []string) {
	p[0] = fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q,"header":{"x":"a`, p[0], p[1], p[2])
	p[1], p[2] = "b", `c"}}`
}

// jsonForm is the JSON text alone, without the dots of a compact form.
func jsonForm(change func(p []string)) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string { return strings.TrimSuffix(parts(change)(i), "..") }
}

func TestOnlyOneSpellingOfATokenIsAccepted(t *testing.T) {
	t.Parallel()
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	// T4: 256 bytes leave four bits of the last letter unused.
	token := issuer.Token(nil)
	body, last := token[:len(token)-1], token[len(token)-1]
	signature := body[strings.LastIndex(body, ".")+1:]
	want, err := base64.RawURLEncoding.DecodeString(signature + string(last))
	if err != nil {
		t.Fatal(err)
	}
	spellings := 0
	for _, letter := range []byte(alphabet) {
		same, err := base64.RawURLEncoding.DecodeString(signature + string(letter))
		if err != nil || string(same) != string(want) {
			continue
		}
		spellings++
		code := auth.TokenMalformed
		if letter == last {
			code = ""
		}
		wantCode(t, verifier, body+string(letter), code)
	}
	if spellings != 16 {
		t.Errorf("tried %d spellings, want 16", spellings)
	}
}

func TestNestingIsRefusedBeforeItCosts(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	verifier := newVerifier(t, auth.Config{}, issuer)
	wantCode(t, verifier, issuer.Token(nil), "")
	nested := func(depth int) string { return strings.Repeat("[", depth) + strings.Repeat("]", depth) }
	wantCode(t, verifier, rawHeader(`{"alg":"RS256","kid":"KID","x":`+nested(15)+`}`)(issuer), "")
	wantCode(t, verifier, rawHeader(`{"alg":"RS256","kid":"KID","x":`+nested(16)+`}`)(issuer), auth.TokenMalformed)
	deep := strings.Repeat(`{"a":`, 1500)
	began := time.Now()
	for range 100 {
		wantCode(t, verifier, authtest.Compact([]byte(`{"alg":"RS256","x":`+deep), []byte("{}"), []byte("x")), auth.TokenMalformed)
		wantCode(t, verifier, authtest.Compact([]byte(`{"alg":"RS256"}`), []byte(`{"x":`+deep), []byte("x")), auth.ClaimsInvalid)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("200 nested tokens cost %v", took)
	}
}
