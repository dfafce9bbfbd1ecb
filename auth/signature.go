package auth

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"math/big"
)

var errSignature = errors.New("the signature is not the key's")

// verify tells whether the key has made the signature of a text (RFC 7518,
// sections 3.3 to 3.5; RFC 8037, section 3.1). The algorithm is one of those
// that fit the key.
func (k key) verify(algorithm, text string, signature []byte) error {
	switch public := k.public.(type) {
	case *ecdsa.PublicKey:
		return verifyECDSA(public, digest(algorithm, text), signature)
	case *rsa.PublicKey:
		return verifyRSA(public, algorithm, digest(algorithm, text), signature)
	case ed25519.PublicKey:
		if ed25519.Verify(public, []byte(text), signature) {
			return nil
		}
	}
	return errSignature
}

// verifyOne tells whether one of the keys has signed the text.
func verifyOne(keys []key, algorithm string, text compact) *Refusal {
	err := errSignature
	for _, k := range keys {
		if err = k.verify(algorithm, text.signed, text.signature); err == nil {
			return nil
		}
	}
	return refuse(SignatureBad).because(err)
}

// hashOfAlgorithm goes by the digits that each name ends with.
func hashOfAlgorithm(algorithm string) crypto.Hash {
	switch algorithm[len(algorithm)-3:] {
	case "384":
		return crypto.SHA384
	case "512":
		return crypto.SHA512
	}
	return crypto.SHA256
}

func digest(algorithm, text string) []byte {
	h := hashOfAlgorithm(algorithm).New()
	_, _ = h.Write([]byte(text))
	return h.Sum(nil)
}

// verifyECDSA takes the two numbers in the one length that each curve has: no
// DER, nothing before or behind. Zero and numbers beyond the group's order are
// the library's to refuse. Both s and its negative count, as the standard has
// it, so a signature is not a name for what was signed.
func verifyECDSA(public *ecdsa.PublicKey, sum, signature []byte) error {
	size := coordinateSize(public.Curve)
	if len(signature) != 2*size {
		return errSignature
	}
	r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
	if !ecdsa.Verify(public, sum, r, s) {
		return errSignature
	}
	return nil
}

// verifyRSA wants the salt of a PSS signature as long as the hash (RFC 7518,
// section 3.5).
func verifyRSA(public *rsa.PublicKey, algorithm string, sum, signature []byte) error {
	hash := hashOfAlgorithm(algorithm)
	if algorithm[0] == 'P' {
		return rsa.VerifyPSS(public, hash, sum, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: hash})
	}
	return rsa.VerifyPKCS1v15(public, hash, sum, signature)
}
