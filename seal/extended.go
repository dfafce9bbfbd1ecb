package seal

import (
	"crypto/aes"
	"crypto/cipher"
)

const (
	nonceSize = 24
	tagSize   = 16
)

// extended is XAES-256-GCM (c2sp.org/XAES-256-GCM): AES-256-GCM with a key of
// its own for each first half of the nonce. Random nonces of plain AES-GCM wear
// a key out after 2^32 texts, which a busy server seals within weeks; these last
// for 2^80.
type extended struct {
	block cipher.Block
	k1    [aes.BlockSize]byte // the first subkey of CMAC
}

// extend takes a key of 32 bytes.
func extend(key []byte) *extended {
	block := must(aes.NewCipher(key))
	x := &extended{block: block}
	block.Encrypt(x.k1[:], x.k1[:])
	msb := x.k1[0] >> 7
	for i := range x.k1[:aes.BlockSize-1] {
		x.k1[i] = x.k1[i]<<1 | x.k1[i+1]>>7
	}
	x.k1[aes.BlockSize-1] = x.k1[aes.BlockSize-1]<<1 ^ msb*0x87
	return x
}

// derive returns the cipher for nonces that begin with these twelve bytes.
func (x *extended) derive(nonce []byte) cipher.AEAD {
	var key [2 * aes.BlockSize]byte
	for half := range 2 {
		part := key[half*aes.BlockSize:][:aes.BlockSize]
		copy(part, []byte{0, byte(half) + 1, 'X', 0})
		copy(part[4:], nonce)
		for i := range part {
			part[i] ^= x.k1[i]
		}
		x.block.Encrypt(part, part)
	}
	return must(cipher.NewGCM(must(aes.NewCipher(key[:]))))
}

// seal appends the sealed data to the nonce.
func (x *extended) seal(nonce, data, purpose []byte) []byte {
	return x.derive(nonce[:12]).Seal(nonce, nonce[12:], data, purpose)
}

// open returns what seal sealed.
func (x *extended) open(sealed, purpose []byte) ([]byte, error) {
	nonce, rest := sealed[:nonceSize], sealed[nonceSize:]
	return x.derive(nonce[:12]).Open(nil, nonce[12:], rest, purpose)
}

// must is for errors that only a key of a wrong size can bring.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
