package auth

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/postern-dev/postern/auth/authtest"
)

const signedText = "header.claims"

// signedBy returns the key as a proof shows it and its signature of signedText.
func signedBy(t testing.TB, k *authtest.Key) (key, []byte) {
	t.Helper()
	text, err := split(k.SignRaw([]byte(`{"alg":"`+k.Algorithm+`"}`), []byte(`{}`)))
	if err != nil {
		t.Fatal(err)
	}
	read, wrong := decodeKey(encodeJWK(authtest.Holder{Key: k}.PublicKey()))
	if wrong != nil {
		t.Fatal(wrong)
	}
	if err := read.verify(k.Algorithm, text.signed, text.signature); err != nil {
		t.Fatalf("%s: the good one: %v", k.Algorithm, err)
	}
	return read, text.signature
}

func encodeJWK(members map[string]any) []byte {
	text, _ := json.Marshal(members)
	return text
}

func TestEachAlgorithmVerifiesItsOwnSignaturesOnly(t *testing.T) {
	t.Parallel()
	for _, algorithm := range Algorithms() {
		k := authtest.NewKey("", algorithm)
		read, _ := signedBy(t, k)
		at, _ := split(k.SignRaw([]byte(`{"alg":"`+algorithm+`"}`), []byte(`{}`)))
		good := at.signature
		for name, bad := range map[string][]byte{
			"none": nil, "one byte": {1}, "cut": good[:len(good)-1], "cut before": good[1:],
			"a byte behind": append(slices.Clone(good), 0), "a byte before": append([]byte{0}, good...),
			"twice": append(slices.Clone(good), good...), "zeros": make([]byte, len(good)),
			"ones": bytes.Repeat([]byte{0xff}, len(good)), "a bit changed": changed(good),
		} {
			if read.verify(algorithm, at.signed, bad) == nil {
				t.Errorf("%s takes a signature: %s", algorithm, name)
			}
		}
		if read.verify(algorithm, at.signed+"x", good) == nil {
			t.Errorf("%s takes a signature of another text", algorithm)
		}
		for _, other := range read.algorithms {
			if other != algorithm && read.verify(other, at.signed, good) == nil {
				t.Errorf("a signature by %s is taken for one by %s", algorithm, other)
			}
		}
	}
}

func changed(signature []byte) []byte {
	other := slices.Clone(signature)
	other[len(other)/2] ^= 1
	return other
}

func TestNumbersOfAnECDSASignature(t *testing.T) {
	t.Parallel()
	for _, algorithm := range []string{"ES256", "ES384", "ES512"} {
		k := authtest.NewKey("", algorithm)
		public := k.Private.Public().(*ecdsa.PublicKey)
		size, order := coordinateSize(public.Curve), public.Curve.Params().N
		r, s, err := ecdsa.Sign(rand.Reader, k.Private.(*ecdsa.PrivateKey), digest(algorithm, signedText))
		if err != nil {
			t.Fatal(err)
		}
		der, _ := asn1.Marshal([]*big.Int{r, s})
		pair := func(r, s *big.Int) []byte {
			both := make([]byte, 2*size)
			r.FillBytes(both[:size])
			s.FillBytes(both[size:])
			return both
		}
		zero, most := new(big.Int), new(big.Int).Sub(new(big.Int).Lsh(big.NewInt(1), uint(8*size)), big.NewInt(1))
		negative := new(big.Int).Sub(order, s)
		for _, tt := range []struct {
			name string
			text []byte
			good bool
		}{
			{"as it should be", pair(r, s), true},
			{"the other s", pair(r, negative), true},
			{"r and s in turn", pair(s, r), false},
			{"r is zero", pair(zero, s), false},
			{"s is zero", pair(r, zero), false},
			{"both are zero", pair(zero, zero), false},
			{"r is one", pair(big.NewInt(1), s), false},
			{"r is the order", pair(order, s), false},
			{"s is the order", pair(r, order), false},
			{"r is all ones", pair(most, s), false},
			{"s is all ones", pair(r, most), false},
			{"DER", der, false},
			{"the length of a longer curve", append(pair(r, s), make([]byte, 32)...), false},
			{"zeros before each", slices.Concat([]byte{0}, pair(r, s)[:size], []byte{0}, pair(r, s)[size:]), false},
			{"r alone", pair(r, s)[:size], false},
		} {
			if err := verifyECDSA(public, digest(algorithm, signedText), tt.text); (err == nil) != tt.good {
				t.Errorf("%s, %s: %v", algorithm, tt.name, err)
			}
		}
	}
}

func TestPaddingOfAnRSASignature(t *testing.T) {
	t.Parallel()
	k := authtest.NewKey("", "PS256")
	private := k.Private.(*rsa.PrivateKey)
	read := key{public: &private.PublicKey}
	sum := digest("PS256", signedText)
	salted := func(hash crypto.Hash, salt int) []byte {
		signature, err := rsa.SignPSS(rand.Reader, private, hash, sum, &rsa.PSSOptions{SaltLength: salt, Hash: hash})
		if err != nil {
			t.Fatal(err)
		}
		return signature
	}
	plain, err := rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum)
	if err != nil {
		t.Fatal(err)
	}
	unnamed, err := rsa.SignPKCS1v15(nil, private, 0, sum)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, algorithm string
		signature       []byte
		good            bool
	}{
		{"PSS", "PS256", salted(crypto.SHA256, 32), true},
		{"no salt", "PS256", salted(crypto.SHA256, 0), false},
		{"a short salt", "PS256", salted(crypto.SHA256, 20), false},
		{"a long salt", "PS256", salted(crypto.SHA256, 33), false},
		{"all the salt there is room for", "PS256", salted(crypto.SHA256, rsa.PSSSaltLengthAuto), false},
		{"PKCS 1 as PSS", "PS256", plain, false},
		{"PKCS 1", "RS256", plain, true},
		{"PKCS 1 without the name of its hash", "RS256", unnamed, false},
		{"PSS as PKCS 1", "RS256", salted(crypto.SHA256, 32), false},
		{"a zero before", "RS256", append([]byte{0}, plain...), false},
		{"the sum of another hash", "RS384", plain, false},
	} {
		if err := read.verify(tt.algorithm, signedText, tt.signature); (err == nil) != tt.good {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// TestNobodySignsForEverybody shows of each refused Ed25519 key that one
// signature, made without any secret, is good for some text, and that no other
// spelling of such a key is taken.
func TestNobodySignsForEverybody(t *testing.T) {
	t.Parallel()
	forged := append([]byte{1}, make([]byte, 63)...) // R is the neutral point, S is zero
	for _, y := range smallOrders {
		works := false
		for sign := range 2 {
			x := slices.Clone(y[:])
			x[31] |= byte(sign << 7)
			for n := 0; n < 200 && !works; n++ {
				works = ed25519.Verify(x, []byte(strconv.Itoa(n)), forged)
			}
			jwk := encodeJWK(map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(x)})
			if _, err := decodeKey(jwk); err == nil {
				t.Errorf("%x is taken", x)
			}
		}
		if !works {
			t.Errorf("%x is refused though nothing is forged", y)
		}
	}
	k := authtest.NewKey("", "EdDSA")
	read, _ := signedBy(t, k)
	good := ed25519.Sign(k.Private.(ed25519.PrivateKey), []byte(signedText))
	order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
	s := slices.Clone(good[32:])
	slices.Reverse(s)
	more := new(big.Int).Add(new(big.Int).SetBytes(s), order).FillBytes(make([]byte, 32))
	slices.Reverse(more)
	if read.verify("EdDSA", signedText, good) != nil || read.verify("EdDSA", signedText, slices.Concat(good[:32], more)) == nil {
		t.Error("S and S plus the order are not told apart")
	}
}

func TestAKeyOfAProofIsOneOfItsCurve(t *testing.T) {
	t.Parallel()
	p256, p384 := authtest.NewHolder("ES256"), authtest.NewHolder("ES384")
	edwards, modulus := authtest.NewHolder("EdDSA"), authtest.NewHolder("RS256")
	text := func(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
	bytesOf := func(h authtest.Holder, name string) []byte {
		b, _ := base64.RawURLEncoding.DecodeString(h.PublicKey()[name].(string))
		return b
	}
	x, y := bytesOf(p256, "x"), bytesOf(p256, "y")
	prime := text(p256.Private.Public().(*ecdsa.PublicKey).Curve.Params().P.Bytes())
	longer := func(bits int) string { return text(new(big.Int).SetBit(big.NewInt(1), bits-1, 1).Bytes()) }
	for _, tt := range []struct {
		name    string
		of      authtest.Holder
		changes map[string]any
		good    bool
	}{
		{"P-256", p256, nil, true},
		{"P-256 called P-384", p256, map[string]any{"crv": "P-384"}, false},
		{"P-384 called P-256", p384, map[string]any{"crv": "P-256"}, false},
		{"P-256 called Ed25519", p256, map[string]any{"crv": "Ed25519"}, false},
		{"P-256 called RSA", p256, map[string]any{"kty": "RSA"}, false},
		{"P-224", p256, map[string]any{"crv": "P-224"}, false},
		{"secp256k1", p256, map[string]any{"crv": "secp256k1"}, false},
		{"x in 33 bytes", p256, map[string]any{"x": text(append([]byte{0}, x...))}, false},
		{"x in 31 bytes", p256, map[string]any{"x": text(x[1:])}, false},
		{"no y", p256, map[string]any{"y": nil}, false},
		{"y of the other sign", p256, map[string]any{"y": text(new(big.Int).Sub(p256.Private.Public().(*ecdsa.PublicKey).Curve.Params().P, new(big.Int).SetBytes(y)).FillBytes(make([]byte, 32)))}, true},
		{"the point of no place", p256, map[string]any{"x": text(make([]byte, 32)), "y": text(make([]byte, 32))}, false},
		{"x is the prime", p256, map[string]any{"x": prime}, false},
		{"y is the prime", p256, map[string]any{"y": prime}, false},
		{"a point of the twist", p256, map[string]any{"x": text(slices.Concat(x[:31], []byte{x[31] ^ 1}))}, false},
		{"compressed", p256, map[string]any{"x": text(append([]byte{2}, x...)), "y": nil}, false},
		{"a secret that is null", p256, map[string]any{"d": nil}, false},
		{"Ed25519", edwards, nil, true},
		{"Ed25519 called X25519", edwards, map[string]any{"crv": "X25519"}, false},
		{"Ed25519 called Ed448", edwards, map[string]any{"crv": "Ed448"}, false},
		{"Ed25519 called EC", edwards, map[string]any{"kty": "EC"}, false},
		{"Ed25519 in 33 bytes", edwards, map[string]any{"x": text(append(bytesOf(edwards, "x"), 0))}, false},
		{"RSA", modulus, nil, true},
		{"a zero before the modulus", modulus, map[string]any{"n": text(append([]byte{0}, bytesOf(modulus, "n")...))}, true},
		{"2047 bits", modulus, map[string]any{"n": longer(2047)}, false},
		{"2048 bits", modulus, map[string]any{"n": longer(2048)}, true},
		{"4096 bits", modulus, map[string]any{"n": longer(4096)}, true},
		{"4097 bits", modulus, map[string]any{"n": longer(4097)}, false},
		{"e is 0", modulus, map[string]any{"e": text([]byte{0})}, false},
		{"e is 1", modulus, map[string]any{"e": text([]byte{1})}, false},
		{"e is 3", modulus, map[string]any{"e": text([]byte{3})}, false},
		{"e is 65535", modulus, map[string]any{"e": text([]byte{0xff, 0xff})}, false},
		{"e is even", modulus, map[string]any{"e": text([]byte{1, 0, 2})}, false},
		{"e is 2^31-1", modulus, map[string]any{"e": text([]byte{0x7f, 0xff, 0xff, 0xff})}, true},
		{"e is 2^31+1", modulus, map[string]any{"e": text([]byte{0x80, 0, 0, 1})}, false},
		{"e is 2^64+1", modulus, map[string]any{"e": text([]byte{1, 0, 0, 0, 0, 0, 0, 0, 1})}, false},
		{"another spelling of n", modulus, map[string]any{"n": modulus.PublicKey()["n"].(string) + "="}, false},
		{"a line break in e", modulus, map[string]any{"e": "AQ\nAB"}, false},
		{"a private prime", modulus, map[string]any{"p": "AQAB"}, false},
	} {
		members := tt.of.PublicKey()
		for name, value := range tt.changes {
			members[name] = value
		}
		k, err := decodeKey(encodeJWK(members))
		if (err == nil) != tt.good {
			t.Errorf("%s: %v", tt.name, err)
		}
		if err == nil {
			mustBeTheOraclesKey(t, encodeJWK(members), k)
		}
	}
}

// mustBeTheOraclesKey compares with what go-jose reads of the same text.
func mustBeTheOraclesKey(t *testing.T, text []byte, k key) *jose.JSONWebKey {
	t.Helper()
	var oracle jose.JSONWebKey
	if err := oracle.UnmarshalJSON(text); err != nil {
		t.Fatalf("only we take %s: %v", text, err)
	}
	thumbprint, err := oracle.Thumbprint(crypto.SHA256)
	if err != nil || !bytes.Equal(thumbprint, k.thumbprint[:]) || len(thumbprint) != sha256.Size {
		t.Fatalf("the thumbprint of %s is %x, not %x (%v)", text, thumbprint, k.thumbprint, err)
	}
	return &oracle
}
