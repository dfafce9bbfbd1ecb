package auth

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// claims is what counts in a token's payload (RFC 7519, section 4.1; RFC 9068,
// section 2.2). Times are seconds since 1970.
type claims struct {
	issuer    string
	subject   string
	audience  []string
	expiry    int64
	notBefore int64
	issuedAt  int64

	scopes      []string
	permissions []string
	clientID    string
	sessionID   string
	acr         string
	authTime    int64
	tokenID     string

	hasExpiry   bool
	hasIssuedAt bool
	// bound: the token carries a confirmation (RFC 7800). thumbprint is that of
	// the key it is bound to (RFC 9449, section 6.1), empty where it is bound in
	// another way, which nobody here can check.
	bound      bool
	thumbprint string
	// forClient: the token carries what only ID tokens carry.
	forClient bool
}

// maxTime is the largest second that a time claim may name: the year 5138. It
// keeps the arithmetic of the signature library away from overflow.
const maxTime = 100_000_000_000

func parseClaims(data []byte) (claims, *Refusal) {
	var c claims
	if err := readObject(data, c.member); err != nil {
		return c, refuse(ClaimsInvalid).becausef("claims: %w", err)
	}
	return c, nil
}

func (c *claims) member(name string, d *jsontext.Decoder) (bool, error) {
	var err error
	switch name {
	case "iss":
		c.issuer, err = readString(name, d)
	case "sub":
		c.subject, err = readString(name, d)
	case "aud":
		c.audience, err = readStrings(name, d)
	case "exp":
		c.hasExpiry = true
		c.expiry, err = readTime(name, d)
	case "nbf":
		c.notBefore, err = readTime(name, d)
	case "iat":
		c.hasIssuedAt = true
		c.issuedAt, err = readTime(name, d)
	case "scope", "scp":
		err = readWords(&c.scopes, name, d)
	case "permissions":
		err = readWords(&c.permissions, name, d)
	case "azp", "client_id":
		c.clientID, err = readString(name, d)
	case "jti":
		c.tokenID, err = readString(name, d)
	case "acr":
		c.acr, err = readString(name, d)
	case "auth_time":
		c.authTime, err = readTime(name, d)
	case "sid":
		if d.PeekKind() != '"' {
			return false, nil // some issuers number their sessions
		}
		c.sessionID, err = readString(name, d)
	case "cnf":
		c.bound = true
		c.thumbprint, err = readConfirmation(d)
	case "nonce", "at_hash", "c_hash":
		c.forClient = true
		return false, nil
	default:
		return false, nil
	}
	return true, err
}

// readConfirmation reads the thumbprint of a confirmation that has nothing but
// that: what else may be in it narrows the token in a way that is not checked.
func readConfirmation(d *jsontext.Decoder) (thumbprint string, err error) {
	value, err := d.ReadValue()
	if err != nil {
		return "", err
	}
	only := true
	err = readObject(value, func(name string, d *jsontext.Decoder) (read bool, err error) {
		if name != "jkt" {
			only = false
			return false, nil
		}
		thumbprint, err = readString(name, d)
		return true, err
	})
	if err != nil || !only || !validThumbprint(thumbprint) {
		return "", nil
	}
	return thumbprint, nil
}

// readTime reads a NumericDate. Fractions and exponents are refused: no issuer
// in use writes them, and libraries disagree on what they mean.
func readTime(name string, d *jsontext.Decoder) (int64, error) {
	if d.PeekKind() != '0' {
		return 0, errKind{name, "a number"}
	}
	token, err := d.ReadToken()
	if err != nil {
		return 0, err
	}
	seconds, err := strconv.ParseInt(token.String(), 10, 64)
	if err != nil || seconds <= 0 || seconds >= maxTime {
		return 0, errKind{name, "a time in whole seconds since 1970"}
	}
	return seconds, nil
}

// readWords reads words from a list, or from one string with blanks between
// them (RFC 6749, section 3.3), and adds them to words. An item of a list is
// one word whatever it has in it: taken apart it would grant what the issuer
// did not.
func readWords(words *[]string, name string, d *jsontext.Decoder) error {
	text := d.PeekKind() == '"'
	list, err := readStrings(name, d)
	if err != nil {
		return err
	}
	if text {
		list = strings.Split(list[0], " ")
	}
	for _, word := range list {
		if word != "" {
			*words = append(*words, word)
		}
	}
	return nil
}

// verifiedClaims takes the very bytes whose signature the library has checked,
// so that the rights are read from these.
type verifiedClaims struct{ text []byte }

// UnmarshalJSON is called by the validator with the payload.
func (v *verifiedClaims) UnmarshalJSON(data []byte) error {
	v.text = bytes.Clone(data)
	return nil
}

// Validate is part of the library's contract; our own checks judge the claims.
func (*verifiedClaims) Validate(context.Context) error { return nil }

// idToken tells whether the audience is the client itself: that is how an ID
// token looks (OpenID Connect Core, section 2).
func (c *claims) idToken() bool {
	if c.forClient {
		return true
	}
	return len(c.audience) == 1 && c.clientID != "" && c.audience[0] == c.clientID
}

// window returns the seconds between which the token is valid, without skew;
// from is 0 where the token sets no beginning.
func (c *claims) window() (from, to int64) {
	return max(c.notBefore, c.issuedAt), c.expiry
}
