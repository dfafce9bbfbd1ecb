package authtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"

	_ "crypto/sha256" // the hashes of the algorithms
	_ "crypto/sha512"
)

func hashOf(algorithm string) crypto.Hash {
	switch algorithm[2:] {
	case "256":
		return crypto.SHA256
	case "384":
		return crypto.SHA384
	}
	return crypto.SHA512
}

// fits tells whether the key can sign by the algorithm (RFC 7518, section 3.1;
// RFC 8037, section 3.1).
func fits(algorithm string, private crypto.Signer) bool {
	switch k := private.(type) {
	case *rsa.PrivateKey:
		switch algorithm {
		case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512":
			return true
		}
	case *ecdsa.PrivateKey:
		return algorithm == map[int]string{256: "ES256", 384: "ES384", 521: "ES512"}[k.Curve.Params().BitSize]
	case ed25519.PrivateKey:
		return algorithm == "EdDSA"
	}
	return false
}

// signature signs the input by the algorithm.
func signature(algorithm string, private crypto.Signer, input []byte) []byte {
	if key, ok := private.(ed25519.PrivateKey); ok {
		return ed25519.Sign(key, input)
	}
	hash := hashOf(algorithm)
	digest := hash.New()
	digest.Write(input)
	sum := digest.Sum(nil)
	switch key := private.(type) {
	case *ecdsa.PrivateKey:
		return signECDSA(key, sum)
	case *rsa.PrivateKey:
		if algorithm[0] == 'P' {
			return must(rsa.SignPSS(rand.Reader, key, hash, sum, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
		}
		return must(rsa.SignPKCS1v15(nil, key, hash, sum))
	}
	panic("authtest: a key of an unknown kind")
}

// signECDSA returns both numbers in full length, one after the other (RFC
// 7518, section 3.4).
func signECDSA(key *ecdsa.PrivateKey, sum []byte) []byte {
	r, s, err := ecdsa.Sign(rand.Reader, key, sum)
	if err != nil {
		panic(err)
	}
	size := (key.Curve.Params().BitSize + 7) / 8
	both := make([]byte, 2*size)
	r.FillBytes(both[:size])
	s.FillBytes(both[size:])
	return both
}
