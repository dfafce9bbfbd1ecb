package devtenant

import (
	"crypto"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/go-jose/go-jose/v4"
)

// proofWindow is how far the time of a proof may be from the true one. A tenant
// is lenient: what counts here is that the app holds the key.
const proofWindow = 5 * time.Minute

// holder returns the thumbprint of the key to which the request wants its tokens
// bound (RFC 9449, section 5), and nothing where it wants them unbound.
func (t *Tenant) holder(r *http.Request) (thumbprint string, err error) {
	fields := r.Header.Values("DPoP")
	if len(fields) == 0 {
		return "", nil
	}
	if len(fields) == 1 {
		thumbprint, err = t.readProof(fields[0])
	} else {
		err = errors.New("there are several")
	}
	if err != nil {
		return "", refusef(http.StatusBadRequest, "invalid_dpop_proof", "The DPoP proof is not good: %s", err)
	}
	return thumbprint, nil
}

// proofAlgorithms are those of apps; browsers make ES256.
var proofAlgorithms = []jose.SignatureAlgorithm{jose.ES256, jose.ES384, jose.ES512, jose.EdDSA, jose.RS256, jose.PS256}

func proofNames() (names []string) {
	for _, algorithm := range proofAlgorithms {
		names = append(names, string(algorithm))
	}
	return names
}

func (t *Tenant) readProof(text string) (thumbprint string, err error) {
	signed, err := jose.ParseSignedCompact(text, proofAlgorithms)
	if err != nil {
		return "", err
	}
	header := signed.Signatures[0].Protected
	key := header.JSONWebKey
	if typ := header.ExtraHeaders[jose.HeaderType]; typ != "dpop+jwt" || key == nil || !key.Valid() || !key.IsPublic() {
		return "", errors.New("its header needs typ dpop+jwt and a public key as jwk")
	}
	payload, err := signed.Verify(key)
	if err != nil {
		return "", err
	}
	if err := t.judgeProof(payload); err != nil {
		return "", err
	}
	sum, err := key.Thumbprint(crypto.SHA256)
	return base64.RawURLEncoding.EncodeToString(sum), err
}

func (t *Tenant) judgeProof(payload []byte) error {
	var claims struct {
		ID       string `json:"jti"`
		Method   string `json:"htm"`
		Address  string `json:"htu"`
		IssuedAt int64  `json:"iat"`
	}
	if err := json.Unmarshal(payload, &claims); err != nil {
		return err
	}
	off := t.now().Sub(time.Unix(claims.IssuedAt, 0)).Abs()
	switch here := t.opts.Issuer + "oauth/token"; {
	case claims.ID == "":
		return errors.New("jti is missing")
	case claims.Method != http.MethodPost:
		return fmt.Errorf("htm is %.20q", claims.Method)
	case claims.Address != here:
		return fmt.Errorf("htu is %.200q, not %s", claims.Address, here)
	case off > proofWindow:
		return fmt.Errorf("iat differs by %v", off)
	case !t.proofs.claim(claims.ID, struct{}{}, 2*proofWindow):
		return errors.New("it was used before")
	}
	return nil
}
