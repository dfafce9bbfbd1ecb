package auth

import (
	"crypto"
	"encoding/base64"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/postern-dev/postern/auth/authtest"
)

// FuzzProofKey holds that each key that is taken is the one that go-jose reads
// of the same text, with the same name.
func FuzzProofKey(f *testing.F) {
	for _, algorithm := range []string{"ES256", "ES384", "ES512", "EdDSA", "RS256"} {
		f.Add(encodeJWK(authtest.NewHolder(algorithm).PublicKey()))
	}
	f.Add([]byte(`{"kty":"OKP","crv":"Ed25519","x":"AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}`))
	f.Add([]byte(`{"kty":"RSA","n":null,"e":"AQAB","use":null,"key_ops":[]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		k, err := decodeKey(text)
		if err != nil {
			return
		}
		mustBeTheOraclesKey(t, text, k)
		if len(k.algorithms) == 0 {
			t.Errorf("%s fits no algorithm", text)
		}
	})
}

// FuzzSignature lets go-jose judge each signature as well. The two agree but for
// PSS, where we want the salt that the standard asks for.
func FuzzSignature(f *testing.F) {
	keys := map[string]*authtest.Key{}
	for n, algorithm := range Algorithms() {
		keys[algorithm] = authtest.NewKey("", algorithm)
		_, good := signedBy(f, keys[algorithm])
		f.Add(byte(n), []byte(`{}`), uint16(0), byte(0), []byte(nil))
		f.Add(byte(n), []byte(`{"a":1}`), uint16(len(good)-1), byte(1), []byte(nil))
		f.Add(byte(n), []byte(`{}`), uint16(0), byte(0), good)
		f.Add(byte(n), []byte(``), uint16(0), byte(0), make([]byte, len(good)))
	}
	f.Fuzz(func(t *testing.T, which byte, claims []byte, at uint16, by byte, instead []byte) {
		algorithm := Algorithms()[int(which)%len(Algorithms())]
		k := keys[algorithm]
		text, refusal := split(k.SignRaw([]byte(`{"alg":"`+algorithm+`"}`), append([]byte{' '}, claims...)))
		if refusal != nil {
			return
		}
		signature := text.signature
		if instead != nil {
			signature = instead
		}
		if len(signature) == 0 {
			return
		}
		signature[int(at)%len(signature)] ^= by
		read := key{public: k.Private.Public()}
		ours, theirs := read.verify(algorithm, text.signed, signature), theOracle(algorithm, k.Private.Public(), text.signed, signature)
		otherSalt := algorithm[0] == 'P' && ours != nil
		if (ours == nil) != (theirs == nil) && !otherSalt {
			t.Errorf("%s over %q, signature %x: %v, go-jose %v", algorithm, text.signed, signature, ours, theirs)
		}
	})
}

func theOracle(algorithm string, public crypto.PublicKey, text string, signature []byte) error {
	signed, err := jose.ParseSignedCompact(text+"."+base64.RawURLEncoding.EncodeToString(signature), []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)})
	if err != nil {
		return err
	}
	_, err = signed.Verify(public)
	return err
}

// BenchmarkProofSignature compares with go-jose, which reads the text again, and
// with the signature alone.
func BenchmarkProofSignature(b *testing.B) {
	for _, algorithm := range []string{"ES256", "EdDSA", "RS256"} {
		h := authtest.NewHolder(algorithm)
		proof := h.Proof("GET", "https://api.example.com/api/v1/me", "token", nil, nil)
		text, _ := split(proof)
		run := func(name string, f func() error) {
			b.Run(algorithm+"/"+name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					if err := f(); err != nil {
						b.Fatal(err)
					}
				}
			})
		}
		run("read and verified", func() error {
			p, refusal := readProof(proof)
			if refusal != nil {
				return refusal
			}
			return p.signed()
		})
		run("go-jose", func() error {
			signed, err := jose.ParseSignedCompact(proof, []jose.SignatureAlgorithm{jose.SignatureAlgorithm(algorithm)})
			if err != nil {
				return err
			}
			_, err = signed.Verify(signed.Signatures[0].Header.JSONWebKey)
			return err
		})
		run("signature alone", func() error {
			return key{public: h.Private.Public()}.verify(algorithm, text.signed, text.signature)
		})
	}
}
