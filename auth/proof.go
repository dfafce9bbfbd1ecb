package auth

import (
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxProofSize is the largest DPoP proof that is looked at, in bytes. One with
// an RSA key of 4,096 bits has about 2,300.
const MaxProofSize = 8 << 10

// maxProofID bounds a proof's `jti`, in bytes.
const maxProofID = 256

// proof is what a DPoP proof says (RFC 9449, section 4.2). Nothing of it is to
// be believed before its signature was checked.
type proof struct {
	text compact

	algorithm string
	key       key

	id          string // jti
	method      string // htm
	target      string // htu
	tokenHash   string // ath
	nonce       string
	issuedAt    int64
	hasIssuedAt bool
}

// readProof reads a proof, and refuses what is no well-formed one.
func readProof(text string) (*proof, *Refusal) {
	p := &proof{}
	if len(text) > MaxProofSize {
		return nil, refuse(ProofMalformed).becausef("%d bytes", len(text))
	}
	var refusal *Refusal
	if p.text, refusal = split(text); refusal != nil {
		return nil, refuse(ProofMalformed).because(refusal)
	}
	if err := p.readHeader(p.text.header); err != nil {
		return nil, refuse(ProofMalformed).becausef("header: %w", err)
	}
	if err := readObject(p.text.claims, p.member); err != nil {
		return nil, refuse(ProofMalformed).becausef("claims: %w", err)
	}
	if err := p.complete(); err != nil {
		return nil, refuse(ProofMalformed).because(err)
	}
	return p, nil
}

// proofType is the only type of a proof's header: a token of another kind that
// its holder was made to sign is no proof.
const proofType = "dpop+jwt"

func (p *proof) readHeader(data []byte) error {
	var typ string
	var jwk *publishedKey
	err := readObject(data, func(name string, d *jsontext.Decoder) (read bool, err error) {
		switch name {
		case "typ":
			typ, err = readString(name, d)
		case "alg":
			p.algorithm, err = readString(name, d)
		case "jwk":
			jwk = &publishedKey{}
			err = readMembers(d, jwk.member)
		case "crit", "b64", "zip", "enc", "cty", "jku", "x5u", "x5c":
			err = fmt.Errorf("the header member %s is not accepted", name)
		default:
			return false, nil
		}
		return true, err
	})
	switch {
	case err != nil:
		return err
	case !strings.EqualFold(typ, proofType):
		return fmt.Errorf("typ is %.40q, not %s", typ, proofType)
	case !knownAlgorithm(p.algorithm):
		return fmt.Errorf("alg %.20q is not accepted", p.algorithm)
	case jwk == nil:
		return errors.New("jwk is missing")
	}
	if p.key, err = jwk.key(); err != nil {
		return fmt.Errorf("jwk: %w", err)
	}
	if !slices.Contains(p.key.algorithms, p.algorithm) {
		return fmt.Errorf("alg %s does not fit the key", p.algorithm)
	}
	return nil
}

func (p *proof) member(name string, d *jsontext.Decoder) (bool, error) {
	var err error
	switch name {
	case "jti":
		p.id, err = readString(name, d)
	case "htm":
		p.method, err = readString(name, d)
	case "htu":
		p.target, err = readString(name, d)
	case "ath":
		p.tokenHash, err = readString(name, d)
	case "nonce":
		p.nonce, err = readString(name, d)
	case "iat":
		p.hasIssuedAt = true
		p.issuedAt, err = readTime(name, d)
	default:
		return false, nil
	}
	return true, err
}

// complete tells what is missing (RFC 9449, section 4.2).
func (p *proof) complete() error {
	switch {
	case p.id == "":
		return errors.New("jti is missing")
	case len(p.id) > maxProofID || hasControl(p.id):
		return fmt.Errorf("jti is longer than %d bytes or has control characters", maxProofID)
	case p.method == "":
		return errors.New("htm is missing")
	case p.target == "":
		return errors.New("htu is missing")
	case p.tokenHash == "":
		return errors.New("ath is missing")
	case !p.hasIssuedAt:
		return errors.New("iat is missing")
	}
	return nil
}

// thumbprint is the key's, as `jkt` writes it (RFC 9449, section 6.1).
func (p *proof) thumbprint() string { return base64.RawURLEncoding.EncodeToString(p.key.thumbprint[:]) }

// signed tells whether the holder of the key has signed this.
func (p *proof) signed() error { return p.key.verify(p.algorithm, p.text.signed, p.text.signature) }

// hashOf is the `ath` of a token (RFC 9449, section 4.2).
func hashOf(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
