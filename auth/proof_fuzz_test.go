package auth

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
)

// FuzzReadProof reads proofs, whole or put together of a header and claims, and
// has those that are taken judged by RFC 9449, section 4.3, with nothing but
// Go's own JSON.
func FuzzReadProof(f *testing.F) {
	jwk, err := json.Marshal(authtest.NewKey("", "ES256").JWK())
	if err != nil {
		f.Fatal(err)
	}
	header := `{"typ":"dpop+jwt","alg":"ES256","jwk":` + string(jwk) + `}`
	const claims = `{"jti":"1","htm":"GET","htu":"https://api.example.com/","iat":1,"ath":"x","nonce":"n"}`
	if _, refusal := readProof(serialized(header, claims)); refusal != nil {
		f.Fatal(refusal)
	}
	f.Add(header, claims, true)
	f.Add("a.b.c", "", false)
	f.Add("eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIn19.e30.AAAA", "", false)
	f.Add(strings.Replace(header, `"kty"`, `"d":"AAAA","kty"`, 1), claims, true)
	f.Add(strings.Replace(header, "ES256", "none", 1), claims, true)
	f.Add(header, strings.Replace(claims, `"jti":"1"`, `"jti":"1","jti":"2"`, 1), true)
	f.Fuzz(func(t *testing.T, text, claims string, parts bool) {
		if parts {
			text = serialized(text, claims)
		}
		p, refusal := readProof(text)
		if (p == nil) == (refusal == nil) {
			t.Fatalf("%v and %v", p, refusal)
		}
		if p == nil {
			if refusal.Code != ProofMalformed {
				t.Fatalf("refused as %s", refusal.Code)
			}
			return
		}
		if err := judgeProof(text, p); err != nil {
			t.Fatalf("%s was read as %+v\nbut: %v", text, p, err)
		}
	})
}

func serialized(header, claims string) string {
	return base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + base64.RawURLEncoding.EncodeToString([]byte(claims)) + ".AAAA"
}

func judgeProof(text string, p *proof) error {
	parts := strings.Split(text, ".")
	if len(parts) != 3 || len(text) > 8<<10 {
		return fmt.Errorf("%d parts of %d bytes", len(parts), len(text))
	}
	var h, c map[string]any
	for i, into := range []any{&h, &c} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			return err
		}
		if err := json.Unmarshal(raw, into); err != nil {
			return fmt.Errorf("part %d: %w", i, err)
		}
	}
	if _, crit := h["crit"]; crit || !strings.EqualFold(textIn(h, "typ"), "dpop+jwt") || textIn(h, "alg") != p.algorithm || p.key.public == nil {
		return fmt.Errorf("header %v", h)
	}
	if textIn(c, "jti") == "" || textIn(c, "htm") == "" || textIn(c, "htu") == "" || textIn(c, "ath") == "" {
		return fmt.Errorf("claims %v", c)
	}
	if at, isTime := c["iat"].(float64); !isTime || int64(at) != p.issuedAt {
		return fmt.Errorf("iat %v", c["iat"])
	}
	read := []string{p.id, p.method, p.target, p.tokenHash, p.nonce}
	if said := []string{textIn(c, "jti"), textIn(c, "htm"), textIn(c, "htu"), textIn(c, "ath"), textIn(c, "nonce")}; !slices.Equal(read, said) {
		return fmt.Errorf("read %q of %q", read, said)
	}
	return judgeProofKey(h, p.algorithm)
}

func judgeProofKey(h map[string]any, algorithm string) error {
	jwk, _ := h["jwk"].(map[string]any)
	for _, private := range []string{"d", "p", "q", "dp", "dq", "qi", "oth", "k"} {
		if _, there := jwk[private]; there {
			return fmt.Errorf("the key shows %s", private)
		}
	}
	fit := map[string]string{"RSA": "RS PS", "EC": "ES", "OKP": "Ed"}[textIn(jwk, "kty")]
	if len(algorithm) < 2 || !strings.Contains(fit, algorithm[:2]) {
		return fmt.Errorf("alg %s with a key of kind %v", algorithm, jwk["kty"])
	}
	return nil
}

func textIn(members map[string]any, name string) string {
	text, _ := members[name].(string)
	return text
}
