package auth

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// Bounds on RSA keys, in bits.
const (
	minRSABits = 2048
	maxRSABits = 4096
)

// decodePublic builds the public key from the few members that make it (RFC
// 7518, section 6; RFC 8037, section 2).
func (k *key) decodePublic(p *publishedKey) (err error) {
	switch p.kind {
	case "RSA":
		k.public, err = rsaKey(p.n, p.e)
	case "EC":
		k.public, err = curveKey(p.curve, p.x, p.y)
	default: // OKP
		k.public, err = edwardsKey(p.curve, p.x)
	}
	if err == nil {
		k.thumbprint = thumbprintOf(k.public)
	}
	return err
}

func rsaKey(modulus, exponent []byte) (*rsa.PublicKey, error) {
	n, e := new(big.Int).SetBytes(modulus), new(big.Int).SetBytes(exponent)
	bits := n.BitLen()
	// The library takes exponents up to 31 bits.
	if bits < minRSABits || bits > maxRSABits || e.BitLen() > 31 || e.Int64() < 65537 || e.Bit(0) == 0 {
		return nil, fmt.Errorf("RSA key of %d bits with an exponent of %d bits", bits, e.BitLen())
	}
	return &rsa.PublicKey{N: n, E: int(e.Int64())}, nil
}

// curveOf knows the curves of ECDSA that have an algorithm of their own.
func curveOf(name string) elliptic.Curve {
	switch name {
	case "P-256":
		return elliptic.P256()
	case "P-384":
		return elliptic.P384()
	case "P-521":
		return elliptic.P521()
	}
	return nil
}

// coordinateSize is the length of one coordinate, and of one half of a
// signature, in bytes.
func coordinateSize(curve elliptic.Curve) int { return (curve.Params().BitSize + 7) / 8 }

func curveKey(name string, x, y []byte) (*ecdsa.PublicKey, error) {
	curve := curveOf(name)
	if curve == nil {
		return nil, fmt.Errorf("curve %.20q is not used for access tokens", name)
	}
	if size := coordinateSize(curve); len(x) != size || len(y) != size {
		return nil, fmt.Errorf("coordinates of %d and %d bytes, where the curve has %d", len(x), len(y), size)
	}
	// The library refuses what is not a point of the curve.
	return ecdsa.ParseUncompressedPublicKey(curve, slices.Concat([]byte{4}, x, y))
}

func edwardsKey(curve string, x []byte) (ed25519.PublicKey, error) {
	switch {
	case curve != "Ed25519":
		return nil, fmt.Errorf("curve %.20q is not used for access tokens", curve)
	case len(x) != ed25519.PublicKeySize:
		return nil, fmt.Errorf("an Ed25519 key of %d bytes", len(x))
	case smallOrder(x):
		return nil, errors.New("an Ed25519 key with which anybody can sign")
	}
	return ed25519.PublicKey(x), nil
}

// smallOrders are the y coordinates, little end first, of the eight points whose
// order divides eight, and the two other spellings of them. With such a key the
// same signature is good for one text in eight or for all: nobody needs the
// private half.
var smallOrders = func() (list [][32]byte) {
	for _, text := range []string{
		"0000000000000000000000000000000000000000000000000000000000000000",
		"0100000000000000000000000000000000000000000000000000000000000000",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	} {
		var y [32]byte
		_, _ = hex.Decode(y[:], []byte(text))
		list = append(list, y)
	}
	return list
}()

func smallOrder(x []byte) bool {
	y := [32]byte(x)
	y[31] &= 0x7f // the rest is the sign of the other coordinate
	return slices.Contains(smallOrders, y)
}

// thumbprintOf is RFC 7638, section 3: the members that make the key, in the
// order of their names.
func thumbprintOf(public any) [sha256.Size]byte {
	var text []byte
	member := func(before string, value []byte) {
		text = base64.RawURLEncoding.AppendEncode(append(text, before...), value)
	}
	text = make([]byte, 0, 1024)
	switch k := public.(type) {
	case *rsa.PublicKey:
		member(`{"e":"`, big.NewInt(int64(k.E)).Bytes())
		member(`","kty":"RSA","n":"`, k.N.Bytes())
	case *ecdsa.PublicKey:
		point, _ := k.Bytes() // the point was parsed, so it is one
		half := (len(point) - 1) / 2
		member(`{"crv":"`+k.Curve.Params().Name+`","kty":"EC","x":"`, point[1:1+half])
		member(`","y":"`, point[1+half:])
	case ed25519.PublicKey:
		member(`{"crv":"Ed25519","kty":"OKP","x":"`, k)
	}
	return sha256.Sum256(append(text, `"}`...))
}
