package explain

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// Member is one member of a token's header or claims. What the verifier does
// not read is named and not shown: nobody knows what an issuer puts there.
type Member struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// What is shown by its value: that by which tokens are judged.
var (
	shownInHeader = []string{"alg", "kid", "typ"}
	shownOfClaims = []string{"iss", "sub", "aud", "azp", "client_id", "iat", "nbf", "exp", "scope", "scp", "permissions"}
	times         = []string{"iat", "nbf", "exp"}
)

// Bounds on what is shown, in characters; members are counted.
const (
	maxName     = 40
	maxValue    = 200
	maxSentence = 1000
	maxMembers  = 60
)

// members lists the members of a JSON object as far as it can be read.
func members(object []byte, shown []string) []Member {
	list := []Member{}
	each(object, func(name string, value jsontext.Value) {
		switch {
		case len(list) == maxMembers:
		case slices.Contains(shown, name):
			list = append(list, Member{name, neutral(string(value)+when(name, value), maxValue)})
		default:
			list = append(list, Member{neutral(name, maxName), fmt.Sprintf("(%s, %d bytes, not shown)", kind(value), len(value))})
		}
	})
	return list
}

// each calls for the members of an object in their order, up to the first thing
// that is not JSON.
func each(object []byte, member func(name string, value jsontext.Value)) {
	d := jsontext.NewDecoder(bytes.NewReader(object), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if open, err := d.ReadToken(); err != nil || open.Kind() != '{' {
		return
	}
	for d.PeekKind() == '"' {
		token, err := d.ReadToken()
		if err != nil {
			return
		}
		name := token.String()
		value, err := d.ReadValue()
		if err != nil {
			return
		}
		member(name, value)
	}
}

// valueOf is the text of a member that is a string; empty where there is none.
func valueOf(object []byte, wanted string) (text string) {
	each(object, func(name string, value jsontext.Value) {
		if name == wanted && value.Kind() == '"' {
			unquoted, err := jsontext.AppendUnquote(nil, value)
			if err == nil {
				text = string(unquoted)
			}
		}
	})
	return text
}

// when puts a time beside the seconds that a claim counts.
func when(name string, value jsontext.Value) string {
	seconds, err := strconv.ParseInt(string(value), 10, 40)
	if err != nil || !slices.Contains(times, name) {
		return ""
	}
	return " (" + time.Unix(seconds, 0).UTC().Format(time.RFC3339) + ")"
}

func kind(value jsontext.Value) string {
	switch value.Kind() {
	case '"':
		return "text"
	case '0':
		return "number"
	case '{':
		return "object"
	case '[':
		return "list"
	}
	return "a word of JSON"
}

// neutral bounds a text and takes from it what could move a terminal's cursor,
// turn its direction or pretend to be another line.
func neutral(text string, most int) string {
	var b strings.Builder
	for n := 0; text != ""; n++ {
		if n == most {
			b.WriteString("...")
			break
		}
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case strconv.IsPrint(r):
			b.WriteRune(r)
		default:
			quoted := strconv.QuoteRuneToASCII(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		}
		text = text[size:]
	}
	return b.String()
}
