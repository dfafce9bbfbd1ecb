package auth_test

import (
	"bytes"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postern-dev/postern/auth"
)

// strict is a second opinion on tokens. It shares no line with the package and
// no library beyond Go's own.
type strict struct {
	issuer, audience, keyID string
	public                  *rsa.PublicKey
	now                     int64
}

var (
	compactForm = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
	wholeNumber = regexp.MustCompile(`^[1-9][0-9]{0,10}$`)
)

// object is a JSON object that was found to be without names twice.
type object map[string]json.RawMessage

// judge says what is wrong with a token that was accepted as this identity, or
// nil.
func (s *strict) judge(token string, identity *auth.Identity) error {
	if len(token) > 16384 || !compactForm.MatchString(token) {
		return errors.New("the form")
	}
	var parts [3][]byte
	for i, text := range strings.Split(token, ".") {
		part, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil || base64.RawURLEncoding.EncodeToString(part) != text {
			return fmt.Errorf("part %d is not canonical", i)
		}
		parts[i] = part
	}
	header, err := readStrict(parts[0])
	if err != nil {
		return fmt.Errorf("header: %w", err)
	}
	claims, err := readStrict(parts[1])
	if err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	sum := sha256.Sum256([]byte(token[:strings.LastIndexByte(token, '.')]))
	return errors.Join(
		rsa.VerifyPKCS1v15(s.public, crypto.SHA256, sum[:], parts[2]),
		s.judgeHeader(header), s.judgeClaims(claims), s.judgeIdentity(claims, identity))
}

func (s *strict) judgeHeader(h object) error {
	for _, name := range []string{"crit", "b64", "zip", "enc", "cty", "jwk", "jku", "x5u", "x5c"} {
		if h[name] != nil {
			return fmt.Errorf("header has %s", name)
		}
	}
	if h.text("alg") != "RS256" || h["kid"] != nil && h.text("kid") != s.keyID {
		return errors.New("alg or kid")
	}
	if kind := strings.ToLower(h.text("typ")); h["typ"] != nil && kind != "jwt" && kind != "at+jwt" && kind != "application/at+jwt" {
		return fmt.Errorf("typ %q", kind)
	}
	return nil
}

func (s *strict) judgeClaims(c object) error {
	exp, nbf, iat := c.time("exp"), c.time("nbf"), c.time("iat")
	switch {
	case c.text("iss") != s.issuer:
		return errors.New("iss")
	case !slices.Contains(c.list("aud"), s.audience):
		return errors.New("aud")
	case c.text("sub") == "":
		return errors.New("sub")
	case exp <= 0 || exp+30 <= s.now:
		return errors.New("exp")
	case nbf < 0 || iat < 0 || nbf > s.now+30 || iat > s.now+30:
		return errors.New("nbf or iat")
	case c["cnf"] != nil:
		return errors.New("cnf")
	}
	return nil
}

// judgeIdentity makes sure that nothing was read out of the claims that is not
// in them.
func (s *strict) judgeIdentity(c object, id *auth.Identity) error {
	scopes := slices.Concat(words(c["scope"]), words(c["scp"]))
	slices.Sort(scopes)
	got := slices.Sorted(slices.Values(id.Scopes))
	if !slices.Equal(scopes, got) || !slices.Equal(words(c["permissions"]), id.Permissions) {
		return fmt.Errorf("rights %q %q", id.Scopes, id.Permissions)
	}
	if id.Issuer != s.issuer || id.Subject != c.text("sub") || id.Expiry.Unix() != c.time("exp") || !slices.Equal(id.Audience, c.list("aud")) {
		return fmt.Errorf("identity %+v", id)
	}
	return nil
}

func (o object) text(name string) string {
	var text string
	if json.Unmarshal(o[name], &text) != nil {
		return ""
	}
	return text
}

func (o object) list(name string) []string {
	var list []string
	if json.Unmarshal(o[name], &list) == nil {
		return list
	}
	return []string{o.text(name)}
}

// time returns 0 for a time that is missing and -1 for what is none.
func (o object) time(name string) int64 {
	raw := o[name]
	if raw == nil {
		return 0
	}
	var n int64
	if !wholeNumber.Match(raw) || json.Unmarshal(raw, &n) != nil {
		return -1
	}
	return n
}

func words(raw json.RawMessage) []string {
	var text string
	var list []string
	if json.Unmarshal(raw, &text) == nil {
		list = strings.Split(text, " ")
	} else if json.Unmarshal(raw, &list) != nil {
		return nil
	}
	return slices.DeleteFunc(list, func(word string) bool { return word == "" })
}

// readStrict reads one JSON object, valid UTF-8, no name twice at any depth.
func readStrict(data []byte) (object, error) {
	if !utf8.Valid(data) {
		return nil, errors.New("is not UTF-8")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	if err := unique(d); err != nil {
		return nil, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("has something behind")
	}
	var o object
	return o, json.Unmarshal(data, &o)
}

func unique(d *json.Decoder) error {
	token, err := d.Token()
	if err != nil {
		return err
	}
	if token != json.Delim('{') && token != json.Delim('[') {
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		if token == json.Delim('{') {
			name, err := d.Token()
			if err != nil {
				return err
			}
			if seen[name.(string)] {
				return fmt.Errorf("%q is there twice", name)
			}
			seen[name.(string)] = true
		}
		if err := unique(d); err != nil {
			return err
		}
	}
	_, err = d.Token()
	return err
}
