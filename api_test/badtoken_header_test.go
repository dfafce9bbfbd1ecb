package api_test

import (
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"hash"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
)

func TestAHeaderThatIsOddIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"text that is not JSON is refused", rawHeader(`alg: RS256`), malformed},
		{"null is refused", rawHeader(`null`), malformed},
		{"a list is refused", rawHeader(`[{"alg":"RS256","kid":"KID"}]`), malformed},
		{"a text is refused", rawHeader(`"RS256"`), malformed},
		{"a number is refused", rawHeader(`256`), malformed},
		{"a header cut off is refused", rawHeader(`{"alg":"RS256","kid":"KID"`), malformed},
		{"an object behind the header is refused", rawHeader(`{"alg":"RS256","kid":"KID"}{}`), malformed},
		{"a bracket behind the header is refused", rawHeader(`{"alg":"RS256","kid":"KID"}}`), malformed},
		{"a comma too many is refused", rawHeader(`{"alg":"RS256","kid":"KID",}`), malformed},
		{"a comment is refused", rawHeader(`{"alg":"RS256",/**/"kid":"KID"}`), malformed},
		{"names without quotes are refused", rawHeader(`{alg:"RS256",kid:"KID"}`), malformed},
		{"a byte order mark is refused", rawHeader("\ufeff" + `{"alg":"RS256","kid":"KID"}`), malformed},
		{"UTF-16 is refused", rawHeader("\xff\xfe{\x00}\x00"), malformed},
		{"bytes that are not UTF-8 are refused", rawHeader(`{"alg":"RS256","kid":"KID","x":"` + "\xff" + `"}`), malformed},
		{"half a surrogate pair is refused", rawHeader(`{"alg":"RS256","kid":"KID","x":"\ud800"}`), malformed},
		{"a line break within a text is refused", rawHeader("{\"alg\":\"RS256\",\"kid\":\"KID\",\"x\":\"\n\"}"), malformed},
		{"alg twice is refused, even when equal", rawHeader(`{"alg":"RS256","alg":"RS256","kid":"KID"}`), malformed},
		{"alg twice in two spellings is refused", rawHeader(`{"alg":"RS256","\u0061lg":"none","kid":"KID"}`), malformed},
		{"kid twice is refused", rawHeader(`{"alg":"RS256","kid":"other","kid":"KID"}`), malformed},
		{"a name twice within a value is refused", rawHeader(`{"alg":"RS256","kid":"KID","x":{"a":1,"a":2}}`), malformed},
		{"nesting of 17 is refused", rawHeader(`{"alg":"RS256","kid":"KID","x":` + strings.Repeat("[", 16) + strings.Repeat("]", 16) + `}`), malformed},
		{"T5: an empty crit is refused", header(map[string]any{"crit": []string{}}), malformed},
		{"T5: crit with b64 is refused", header(map[string]any{"crit": []string{"b64"}, "b64": true}), malformed},
		{"T5: crit with an unknown member is refused", header(map[string]any{"crit": []string{"x"}, "x": 1}), malformed},
		{"T5: crit with exp is refused", header(map[string]any{"crit": []string{"exp"}}), malformed},
		{"T5: crit that is null is refused", header(map[string]any{"crit": nil}), malformed},
		{"T5: crit in escapes is refused", rawHeader(`{"alg":"RS256","kid":"KID","\u0063rit":["x"]}`), malformed},
		{"T6: b64 false is refused", header(map[string]any{"b64": false}), malformed},
		{"T6: b64 true is refused", header(map[string]any{"b64": true}), malformed},
		{"T6: b64 as a word is refused", header(map[string]any{"b64": "no"}), malformed},
		{"T8: an embedded key is refused", embedded, malformed},
		{"T8: an embedded key is refused though it is the right one", embeddedOwn, malformed},
		{"T8: the address of a key set is refused", header(map[string]any{"jku": "https://evil.example/jwks.json"}), malformed},
		{"T8: the address of a certificate is refused", header(map[string]any{"x5u": "https://evil.example/cert.pem"}), malformed},
		{"T8: an embedded certificate is refused", header(map[string]any{"x5c": []string{"MIIB"}}), malformed},
		{"zip is refused", header(map[string]any{"zip": "DEF"}), malformed},
		{"enc is refused", header(map[string]any{"enc": "A256GCM"}), malformed},
		{"cty is refused", header(map[string]any{"cty": "JWT"}), malformed},
		{"typ as a number is refused", header(map[string]any{"typ": 1}), malformed},
		{"typ as null is refused", header(map[string]any{"typ": nil}), malformed},
		{"typ as a list is refused", header(map[string]any{"typ": []string{"JWT"}}), malformed},
		{"T7: a logout token is refused", header(map[string]any{"typ": "logout+jwt"}), wrongType},
		{"T7: a proof of possession is refused", header(map[string]any{"typ": "dpop+jwt"}), wrongType},
		{"T7: a security event is refused", header(map[string]any{"typ": "secevent+jwt"}), wrongType},
		{"T7: a token request object is refused", header(map[string]any{"typ": "oauth-authz-req+jwt"}), wrongType},
		{"T7: an empty typ is refused", header(map[string]any{"typ": ""}), wrongType},
		{"T7: typ JOSE is refused", header(map[string]any{"typ": "JOSE"}), wrongType},
		{"T7: a typ with a blank behind is refused", header(map[string]any{"typ": "at+jwt "}), wrongType},
		{"T7: a typ with a parameter is refused", header(map[string]any{"typ": "at+jwt; x=1"}), wrongType},
		{"a nonce that is no text is refused", header(map[string]any{"nonce": 1}), malformed},
	})
}

// embedded is signed by the very key that it brings along.
func embedded(i *authtest.Issuer) call {
	return bearing(func(i *authtest.Issuer) string {
		return i.Sign(map[string]any{"jwk": stranger().JWK()}, i.Payload(nil), stranger())
	})(i)
}

func embeddedOwn(i *authtest.Issuer) call {
	return header(map[string]any{"jwk": i.Key().JWK()})(i)
}

func TestAnAlgorithmThatIsNotConfiguredIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"none without a signature is refused", unsigned(`{"alg":"none","kid":"KID"}`), algorithm},
		{"None without a signature is refused", unsigned(`{"alg":"None","kid":"KID"}`), algorithm},
		{"NONE without kid and signature is refused", unsigned(`{"alg":"NONE"}`), algorithm},
		{"nOnE with a good signature is refused", header(map[string]any{"alg": "nOnE"}), algorithm},
		{"a header without alg is refused", header(map[string]any{"alg": authtest.Absent}), algorithm},
		{"an empty alg is refused", header(map[string]any{"alg": ""}), algorithm},
		{"alg null is refused", header(map[string]any{"alg": nil}), malformed},
		{"alg as a number is refused", header(map[string]any{"alg": 256}), malformed},
		{"alg as a list is refused", header(map[string]any{"alg": []string{"RS256"}}), malformed},
		{"rs256 in small letters is refused", header(map[string]any{"alg": "rs256"}), algorithm},
		{"RS256 with a blank is refused", header(map[string]any{"alg": "RS256 "}), algorithm},
		{"RS256 with a NUL is refused", header(map[string]any{"alg": "RS256\x00"}), algorithm},
		{"ALG in capital letters is none", rawHeader(`{"ALG":"RS256","kid":"KID"}`), algorithm},
		{"HS256 with the public key in PEM is refused", confused("HS256", sha256.New, publicPEM), algorithm},
		{"HS256 with the public key in DER is refused", confused("HS256", sha256.New, publicDER), algorithm},
		{"HS256 with the modulus is refused", confused("HS256", sha256.New, modulus), algorithm},
		{"HS256 with the published key is refused", confused("HS256", sha256.New, publishedJWK), algorithm},
		{"HS256 with nothing is refused", confused("HS256", sha256.New, nothing), algorithm},
		{"HS384 is refused", confused("HS384", sha512.New384, publicPEM), algorithm},
		{"HS512 is refused", confused("HS512", sha512.New, publicPEM), algorithm},
		{"RS384 is refused though its signature is good", header(map[string]any{"alg": "RS384"}), algorithm},
		{"RS512 is refused though its signature is good", header(map[string]any{"alg": "RS512"}), algorithm},
		{"PS256 is refused though its signature is good", header(map[string]any{"alg": "PS256"}), algorithm},
		{"ES256 under the id of an RSA key is refused", byNewKey("ES256"), algorithm},
		{"EdDSA under the id of an RSA key is refused", byNewKey("EdDSA"), algorithm},
		{"an algorithm for encryption is refused", header(map[string]any{"alg": "RSA-OAEP"}), algorithm},
	})
}

// unsigned is a token with this header and no signature.
func unsigned(head string) builder {
	return bearing(func(i *authtest.Issuer) string {
		return authtest.Compact([]byte(filled(i, head)), i.Payload(nil), nil)
	})
}

// confused signs with a shared secret that everybody knows.
func confused(name string, sum func() hash.Hash, secret func(*authtest.Issuer) []byte) builder {
	return bearing(func(i *authtest.Issuer) string {
		head := filled(i, `{"typ":"JWT","alg":"`+name+`","kid":"KID"}`)
		input := strings.TrimSuffix(authtest.Compact([]byte(head), i.Payload(nil), nil), ".")
		mac := hmac.New(sum, secret(i))
		mac.Write([]byte(input))
		return input + strings.TrimPrefix(authtest.Compact(nil, nil, mac.Sum(nil)), ".")
	})
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

func modulus(i *authtest.Issuer) []byte {
	return i.Key().Private.Public().(*rsa.PublicKey).N.Bytes()
}

func publishedJWK(i *authtest.Issuer) []byte { return []byte(mustJSON(i.Key().JWK())) }

func nothing(*authtest.Issuer) []byte { return nil }

// byNewKey signs with a key of another kind, under the id of the right one.
func byNewKey(name string) builder {
	return bearing(func(i *authtest.Issuer) string {
		return i.Sign(nil, i.Payload(nil), authtest.NewKey(i.Key().ID, name))
	})
}

// hs256 is the best known of these confusions.
func hs256(i *authtest.Issuer) call { return confused("HS256", sha256.New, publicPEM)(i) }
