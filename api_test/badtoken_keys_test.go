package api_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/config"
)

func TestASignatureThatDoesNotFitIsRefused(t *testing.T) {
	t.Parallel()
	refuseAll(t, start(t, noRateLimit), []badRequest{
		{"a changed claim breaks it", swapped(1, claim("sub", "auth0|root")), forged},
		{"a changed header breaks it", swapped(0, header(map[string]any{"typ": "at+jwt"})), forged},
		{"the signature of another token does not fit", swapped(2, claim("jti", "other")), forged},
		{"another key under the right id does not fit", byStranger(nil), forged},
		{"another key under no id does not fit", byStranger(map[string]any{"kid": authtest.Absent}), forged},
		{"an empty signature does not fit", parts(func(p []string) { p[2] = "" }), forged},
		{"one byte does not fit", parts(func(p []string) { p[2] = "AA" }), forged},
		{"a signature without its last bytes does not fit", parts(func(p []string) { p[2] = p[2][:len(p[2])-6] }), forged},
		{"a signature with bytes behind does not fit", parts(func(p []string) { p[2] = p[2][:len(p[2])-2] + "AAAAAA" }), forged},
		{"a signature with zeros in front does not fit", parts(func(p []string) { p[2] = "AAAA" + p[2] }), forged},
		{"zeros do not fit", parts(func(p []string) { p[2] = strings.Repeat("A", len(p[2])) }), forged},
		{"one flipped bit does not fit", parts(func(p []string) { p[2] = flipped(p[2]) }), forged},
		{"a PS256 signature under RS256 does not fit", otherPadding, forged},
		{"an HS256 sum under RS256 does not fit", hmacUnderRS256, forged},
	})
}

// swapped is a good token of which one part comes from another good token.
func swapped(part int, other builder) builder {
	return bearing(func(i *authtest.Issuer) string {
		p := strings.Split(i.Token(nil), ".")
		p[part] = strings.Split(other(i).Token, ".")[part]
		return strings.Join(p, ".")
	})
}

// byStranger is a token of another issuer that calls itself this one.
func byStranger(members map[string]any) builder {
	return bearing(func(i *authtest.Issuer) string { return i.Sign(members, i.Payload(nil), stranger()) })
}

func flipped(signature string) string {
	other := map[bool]string{true: "B", false: "A"}[signature[10] == 'A']
	return signature[:10] + other + signature[11:]
}

// otherPadding is a good signature by another algorithm than the header says.
func otherPadding(i *authtest.Issuer) call {
	return swapped(2, header(map[string]any{"alg": "PS256"}))(i)
}

func hmacUnderRS256(i *authtest.Issuer) call { return swapped(2, hs256)(i) }

func TestAKeyThatTheIssuerDoesNotPublishIsRefused(t *testing.T) {
	t.Parallel()
	// Each row costs two fetches, of which a server spends five at once: so
	// each has a server of its own.
	for _, tt := range []badRequest{
		{"an unknown id is refused", header(map[string]any{"kid": "nobody"}), unknownKey},
		{"an id in another case is refused", header(map[string]any{"kid": "KEY-1"}), unknownKey},
		{"an id that only begins well is refused", header(map[string]any{"kid": "key-10"}), unknownKey},
		{"a path for an id is refused", header(map[string]any{"kid": "../../../../dev/null"}), unknownKey},
		{"an address for an id is refused", header(map[string]any{"kid": "https://evil.example/key-1"}), unknownKey},
		{"an SQL injection for an id is refused", header(map[string]any{"kid": "' UNION SELECT 'key-1"}), unknownKey},
		{"an id with markup is refused", header(map[string]any{"kid": `"><script>alert(1)</script>`}), unknownKey},
		{"an id of 256 letters is refused", header(map[string]any{"kid": strings.Repeat("k", 256)}), unknownKey},
		{"a good signature of a key not published is refused", byStranger(map[string]any{"kid": "key-2"}), unknownKey},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			refuseAll(t, start(t), []badRequest{tt})
		})
	}
}

func TestAKeyIdThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit)
	refuseAll(t, s, []badRequest{
		{"an empty id is refused", header(map[string]any{"kid": ""}), malformed},
		{"null is refused", header(map[string]any{"kid": nil}), malformed},
		{"a number is refused", header(map[string]any{"kid": 1}), malformed},
		{"a list is refused", header(map[string]any{"kid": []string{"key-1"}}), malformed},
		{"an object is refused", header(map[string]any{"kid": map[string]any{"key": 1}}), malformed},
		{"an id with a line break is refused", header(map[string]any{"kid": "key-1\nlevel=info"}), malformed},
		{"an id with an escape character is refused", header(map[string]any{"kid": "\x1b[2Jkey-1"}), malformed},
		{"an id with a NUL is refused", header(map[string]any{"kid": "key-1\x00"}), malformed},
		{"an id of 257 letters is refused", header(map[string]any{"kid": strings.Repeat("k", 257)}), malformed},
		{"an id of 10 KiB is refused", header(map[string]any{"kid": strings.Repeat("k", 10<<10)}), malformed},
	})
	if n := s.Issuer.KeySets(); n != 2 { // the server's first, and that of who explains
		t.Errorf("the key set was fetched %d times for ids that are none", n-2)
	}
}

func TestAKeyIsUsedForItsOwnAlgorithmOnly(t *testing.T) {
	t.Parallel()
	issuer := authtest.NewIssuer(t)
	curve := authtest.NewKey("curve", "ES256")
	issuer.Publish(authtest.Set(issuer.Key().JWK(), curve.JWK()))
	s := startWith(t, issuer, noRateLimit, func(s *config.Settings) {
		s.Issuers[0].Algorithms = []string{"RS256", "PS256", "ES256"}
	})
	refuseAll(t, s, []badRequest{
		{"ES256 under the id of the RSA key is refused", signedBy(curve, map[string]any{"kid": "key-1"}), unknownKey},
		{"RS256 under the id of the curve is refused", header(map[string]any{"kid": "curve"}), unknownKey},
	})
	// Its good signature does not help: the set says that the key is for
	// RS256.
	s.mustRefuse(t, header(map[string]any{"alg": "PS256"})(issuer), unknownKey)
	s.mustAccept(t, signedBy(curve, nil)(issuer))
}

func signedBy(key *authtest.Key, members map[string]any) builder {
	return bearing(func(i *authtest.Issuer) string { return i.Sign(members, i.Payload(nil), key) })
}
