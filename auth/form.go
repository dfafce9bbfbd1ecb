package auth

import (
	"encoding/base64"
	"errors"
	"strings"
)

// MaxTokenSize is the largest access token that is looked at, in bytes. It
// stands before every parser: the JSON reader of the signature library has no
// bound of its own on depth.
const MaxTokenSize = 16 << 10

// maxDepth bounds the nesting of a token's header and claims.
const maxDepth = 16

// strictBase64 accepts one spelling of each value only, so that a token cannot
// be written in two ways.
var strictBase64 = base64.RawURLEncoding.Strict()

// insteadOfToken tells what a page did that sends what JavaScript makes of a
// token that is not there, or not there yet. It is empty for all else.
func insteadOfToken(text string) string {
	switch text {
	case "undefined", "null", "NaN", "true", "false":
		return "The page sent the word " + text + " in place of a token: it did not wait for the login or for getAccessTokenSilently()."
	case "[object Promise]":
		return "The page sent a promise in place of a token: write await before getAccessTokenSilently()."
	case "[object Object]":
		return "The page sent an object in place of a token: with detailedResponse the token is its member access_token."
	}
	return ""
}

// notAToken refuses a text with what can be said of it. The texts that are said
// are known in advance, so they tell nobody a secret, in production either.
func notAToken(text string) *Refusal {
	refusal := refuse(TokenMalformed)
	refusal.Specific = insteadOfToken(text)
	return refusal
}

// compact is a compact serialization (RFC 7515, section 7.1), decoded.
type compact struct {
	header, claims, signature []byte
	// signed is what the signature is over.
	signed string
}

// split takes a compact serialization apart.
func split(raw string) (c compact, refusal *Refusal) {
	if len(raw) > MaxTokenSize {
		return c, refuse(TokenTooLarge).becausef("%d bytes", len(raw))
	}
	switch dots := strings.Count(raw, "."); {
	case dots == 0 && isToken68(raw):
		if insteadOfToken(raw) != "" {
			return c, notAToken(raw)
		}
		return c, refuse(TokenOpaque)
	case dots == 4:
		return c, refuse(TokenEncrypted)
	case dots != 2:
		return c, notAToken(raw).becausef("%d dots where two belong", dots)
	}
	last := strings.LastIndexByte(raw, '.')
	c.signed = raw[:last]
	header, claims, _ := strings.Cut(c.signed, ".")
	for i, part := range [...]struct {
		text string
		into *[]byte
	}{{header, &c.header}, {claims, &c.claims}, {raw[last+1:], &c.signature}} {
		// An empty signature is that of an unsigned token, which the
		// algorithm check names better.
		if part.text == "" && i == 2 {
			continue
		}
		bytes, err := decodePart(part.text)
		if err != nil {
			return c, refuse(TokenMalformed).becausef("part %d: %w", i+1, err)
		}
		*part.into = bytes
	}
	return c, nil
}

var (
	errEmpty    = errors.New("is empty")
	errAlphabet = errors.New("has a character outside of base64url")
)

func decodePart(part string) ([]byte, error) {
	if part == "" {
		return nil, errEmpty
	}
	// The decoder skips line breaks, even when strict.
	if strings.ContainsAny(part, "\r\n") {
		return nil, errAlphabet
	}
	return strictBase64.DecodeString(part)
}

// isToken68 tells whether s could be a bearer token at all (RFC 6750, section
// 2.1). It looks at every request's token, so it looks each byte up.
func isToken68(s string) bool {
	body := strings.TrimRight(s, "=")
	if body == "" {
		return false
	}
	var foreign byte
	for ; len(body) >= 4; body = body[4:] {
		foreign |= notToken68[body[0]] | notToken68[body[1]] | notToken68[body[2]] | notToken68[body[3]]
	}
	for i := range len(body) {
		foreign |= notToken68[body[i]]
	}
	return foreign == 0
}

// notToken68 is 0 for the bytes of which such a token is made, and 1 for others.
var notToken68 = func() (set [256]byte) {
	for c := range set {
		set[c] = 1
	}
	for _, c := range []byte("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/") {
		set[c] = 0
	}
	return set
}()
