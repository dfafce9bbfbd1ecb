package auth_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/x509"
	"encoding/pem"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth"
	"github.com/postern-dev/postern/auth/authtest"
)

func TestAHeaderThatIsOddIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"not JSON", rawHeader(`alg: RS256`), auth.TokenMalformed},
		{"JSON null", rawHeader(`null`), auth.TokenMalformed},
		{"a list", rawHeader(`[{"alg":"RS256","kid":"KID"}]`), auth.TokenMalformed},
		{"a text", rawHeader(`"RS256"`), auth.TokenMalformed},
		{"cut off", rawHeader(`{"alg":"RS256","kid":"KID"`), auth.TokenMalformed},
		{"something behind", rawHeader(`{"alg":"RS256","kid":"KID"}{}`), auth.TokenMalformed},
		{"a comma too many", rawHeader(`{"alg":"RS256","kid":"KID",}`), auth.TokenMalformed},
		{"a byte order mark", rawHeader("\ufeff" + `{"alg":"RS256","kid":"KID"}`), auth.TokenMalformed},
		{"alg twice", rawHeader(`{"alg":"RS256","alg":"RS256","kid":"KID"}`), auth.TokenMalformed},
		{"alg twice, once escaped", rawHeader(`{"alg":"RS256","\u0061lg":"none","kid":"KID"}`), auth.TokenMalformed},
		{"a name twice within a value", rawHeader(`{"alg":"RS256","kid":"KID","x":{"a":1,"a":2}}`), auth.TokenMalformed},
		{"bytes that are not UTF-8", rawHeader(`{"alg":"RS256","kid":"KID","x":"` + "\xff" + `"}`), auth.TokenMalformed},
		{"half a surrogate pair", rawHeader(`{"alg":"RS256","kid":"KID","x":"\ud800"}`), auth.TokenMalformed},
		{"T5: an empty crit", header(map[string]any{"crit": []string{}}), auth.TokenMalformed},
		{"T5: crit names b64", header(map[string]any{"crit": []string{"b64"}}), auth.TokenMalformed},
		{"T5: crit names an unknown member", header(map[string]any{"crit": []string{"x"}, "x": 1}), auth.TokenMalformed},
		{"T5: crit is null", header(map[string]any{"crit": nil}), auth.TokenMalformed},
		{"T5: crit in escapes", rawHeader(`{"alg":"RS256","kid":"KID","\u0063rit":["x"]}`), auth.TokenMalformed},
		{"T6: b64 is false without crit", header(map[string]any{"b64": false}), auth.TokenMalformed},
		{"T6: b64 is false with crit", header(map[string]any{"b64": false, "crit": []string{"b64"}}), auth.TokenMalformed},
		{"T6: b64 is true", header(map[string]any{"b64": true}), auth.TokenMalformed},
		{"T6: b64 is a word", header(map[string]any{"b64": "no"}), auth.TokenMalformed},
		{"T8: an embedded key", func(i *authtest.Issuer) string {
			return i.Sign(map[string]any{"jwk": i.Key().JWK()}, i.Payload(nil), nil)
		}, auth.TokenMalformed},
		{"T8: an embedded certificate", header(map[string]any{"x5c": []string{"MIIB"}}), auth.TokenMalformed},
		{"T8: the address of a key set", header(map[string]any{"jku": "https://evil.example/jwks.json"}), auth.TokenMalformed},
		{"T8: the address of a certificate", header(map[string]any{"x5u": "https://evil.example/cert"}), auth.TokenMalformed},
		{"zip", header(map[string]any{"zip": "DEF"}), auth.TokenMalformed},
		{"enc", header(map[string]any{"enc": "A256GCM"}), auth.TokenMalformed},
		{"cty", header(map[string]any{"cty": "JWT"}), auth.TokenMalformed},
		{"alg is a number", header(map[string]any{"alg": 256}), auth.TokenMalformed},
		{"alg is null", header(map[string]any{"alg": nil}), auth.TokenMalformed},
		{"typ is a number", header(map[string]any{"typ": 1}), auth.TokenMalformed},
		{"typ is null", header(map[string]any{"typ": nil}), auth.TokenMalformed},
		{"kid is a number", header(map[string]any{"kid": 1}), auth.TokenMalformed},
		{"kid is null", header(map[string]any{"kid": nil}), auth.TokenMalformed},
		{"kid is empty", header(map[string]any{"kid": ""}), auth.TokenMalformed},
		{"kid is a list", header(map[string]any{"kid": []string{"key-1"}}), auth.TokenMalformed},
		{"kid has a line break", header(map[string]any{"kid": "key-1\nlevel=info"}), auth.TokenMalformed},
		{"kid is very long", header(map[string]any{"kid": strings.Repeat("k", 257)}), auth.TokenMalformed},
		{"nonce is a number", header(map[string]any{"nonce": 1}), auth.TokenMalformed},
		{"T7: a logout token", header(map[string]any{"typ": "logout+jwt"}), auth.TokenTypeRefused},
		{"T7: a proof of possession", header(map[string]any{"typ": "dpop+jwt"}), auth.TokenTypeRefused},
		{"T7: a security event", header(map[string]any{"typ": "application/secevent+jwt"}), auth.TokenTypeRefused},
		{"T7: an empty type", header(map[string]any{"typ": ""}), auth.TokenTypeRefused},
		{"T7: a type with a blank", header(map[string]any{"typ": "at+jwt "}), auth.TokenTypeRefused},
		{"T7: a type that only begins well", header(map[string]any{"typ": "JWT+x"}), auth.TokenTypeRefused},
	})
}

func TestAnAlgorithmThatIsNotConfiguredIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"none, unsigned", unsigned("none"), auth.AlgorithmRefused},
		{"None, unsigned", unsigned("None"), auth.AlgorithmRefused},
		{"NONE, signed", header(map[string]any{"alg": "NONE"}), auth.AlgorithmRefused},
		{"no alg", header(map[string]any{"alg": authtest.Absent}), auth.AlgorithmRefused},
		{"an empty alg", header(map[string]any{"alg": ""}), auth.AlgorithmRefused},
		{"rs256 in small letters", header(map[string]any{"alg": "rs256"}), auth.AlgorithmRefused},
		{"RS256 with a blank", header(map[string]any{"alg": "RS256 "}), auth.AlgorithmRefused},
		{"Alg in another case", rawHeader(`{"ALG":"RS256","kid":"KID"}`), auth.AlgorithmRefused},
		{"a list of algorithms", header(map[string]any{"alg": []string{"RS256"}}), auth.TokenMalformed},
		{"HS256 with the public key as the secret", confused(publicPEM), auth.AlgorithmRefused},
		{"HS256 with the modulus as the secret", confused(publicDER), auth.AlgorithmRefused},
		{"RS384, though the signature is good", header(map[string]any{"alg": "RS384"}), auth.AlgorithmRefused},
		{"PS256, though the signature is good", header(map[string]any{"alg": "PS256"}), auth.AlgorithmRefused},
		{"ES256", byOtherKey("ES256"), auth.AlgorithmRefused},
		{"EdDSA", byOtherKey("EdDSA"), auth.AlgorithmRefused},
	})
}

func unsigned(algorithm string) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string {
		return authtest.Compact([]byte(`{"alg":"`+algorithm+`","kid":"key-1"}`), i.Payload(nil), nil)
	}
}

// confused signs with a shared secret that everybody knows: the public key.
func confused(secret func(*authtest.Issuer) []byte) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string {
		input := strings.TrimSuffix(authtest.Compact([]byte(`{"alg":"HS256","kid":"key-1"}`), i.Payload(nil), nil), ".")
		mac := hmac.New(sha256.New, secret(i))
		mac.Write([]byte(input))
		return input + strings.TrimPrefix(authtest.Compact(nil, nil, mac.Sum(nil)), ".")
	}
}

func publicDER(i *authtest.Issuer) []byte {
	der, err := x509.MarshalPKIXPublicKey(i.Key().Private.Public())
	if err != nil {
		panic(err)
	}
	return der
}

func publicPEM(i *authtest.Issuer) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: publicDER(i)})
}

// byOtherKey signs with a key of the issuer's key id that the issuer does not
// have.
func byOtherKey(algorithm string) func(*authtest.Issuer) string {
	return func(i *authtest.Issuer) string {
		return i.Sign(nil, i.Payload(nil), authtest.NewKey(i.Key().ID, algorithm))
	}
}

func TestASignatureThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, auth.Config{}, []badToken{
		{"another key under the right id", byOtherKey("RS256"), auth.SignatureBad},
		{"a changed claim", func(i *authtest.Issuer) string {
			good, changed := strings.Split(i.Token(nil), "."), strings.Split(i.Token(map[string]any{"sub": "auth0|root"}), ".")
			return good[0] + "." + changed[1] + "." + good[2]
		}, auth.SignatureBad},
		{"a changed header", func(i *authtest.Issuer) string {
			good, changed := strings.Split(i.Token(nil), "."), strings.Split(header(map[string]any{"typ": "at+jwt"})(i), ".")
			return changed[0] + "." + good[1] + "." + good[2]
		}, auth.SignatureBad},
		{"no signature", parts(func(p []string) { p[2] = "" }), auth.SignatureBad},
		{"a signature of one byte", parts(func(p []string) { p[2] = "AA" }), auth.SignatureBad},
		{"a signature cut short", parts(func(p []string) { p[2] = p[2][:len(p[2])-2] + "A" }), auth.TokenMalformed},
		{"a signature that lacks its last three bytes", parts(func(p []string) { p[2] = p[2][:len(p[2])-6] }), auth.SignatureBad},
		{"a signature of zeros", parts(func(p []string) { p[2] = strings.Repeat("A", len(p[2])) }), auth.SignatureBad},
		{"zeros in front of the signature", parts(func(p []string) { p[2] = "AAAA" + p[2] }), auth.SignatureBad},
		{"a PS256 signature under RS256", otherPadding, auth.SignatureBad},
		{"a key id that nobody has", header(map[string]any{"kid": "nobody"}), auth.KeyUnknown},
		{"a key id in another case", header(map[string]any{"kid": "KEY-1"}), auth.KeyUnknown},
	})
}

// otherPadding is a good signature by another algorithm than the header says.
func otherPadding(i *authtest.Issuer) string {
	says := i.Sign(nil, i.Payload(nil), nil)
	does := i.Sign(map[string]any{"alg": "PS256"}, i.Payload(nil), nil)
	return says[:strings.LastIndex(says, ".")] + does[strings.LastIndex(does, "."):]
}
