package devtenant

import (
	"crypto/sha256"
	"encoding/base64"
)

// checkChallenge wants PKCE with S256 (RFC 7636). Plain, which RFC 7636 means
// when no method is named, protects from nobody who can read the request.
func checkChallenge(in params) error {
	challenge, err := in.required("code_challenge")
	if err != nil {
		return err
	}
	if method := in["code_challenge_method"]; method != "S256" {
		return badRequest("Unsupported code_challenge_method: %s; this tenant knows S256", orDefault(method, "plain"))
	}
	if raw, err := base64.RawURLEncoding.DecodeString(challenge); err != nil || len(raw) != sha256.Size {
		return badRequest("The code_challenge is not a SHA-256 hash in base64url")
	}
	return nil
}

// fits compares what the app kept to itself with what it sent ahead (RFC 7636,
// section 4.6).
func fits(verifier, challenge string) bool {
	hash := sha256.Sum256([]byte(verifier))
	return sameSecret(base64.RawURLEncoding.EncodeToString(hash[:]), challenge)
}
