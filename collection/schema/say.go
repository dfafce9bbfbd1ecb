package schema

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"

	"github.com/postern-dev/postern/jsonvalue"
)

// sayTypes is what a value of another type is told.
func sayTypes(types bits) string {
	var nouns []string
	for _, t := range []struct {
		bits bits
		noun string
	}{
		{text, "a string"}, {number, "a number"}, {integer, "a whole number"}, {boolean, "true or false"},
		{array, "a list"}, {object, "an object"}, {null, "null"},
	} {
		if types&t.bits == t.bits {
			nouns = append(nouns, t.noun)
			types &^= t.bits
		}
	}
	return "must be " + strings.Join(nouns, " or ")
}

// sayChoice lists what may stand there, where it is short enough to read.
func sayChoice(values []jsonvalue.Value) string {
	var words []string
	length := 0
	for _, v := range values {
		words = append(words, shown(v))
		length += len(words[len(words)-1])
	}
	switch {
	case len(values) == 1 && length <= 200:
		return "must be " + words[0]
	case len(values) > 20 || length > 200:
		return fmt.Sprintf("must be one of the %d declared values", len(values))
	}
	return "must be one of " + strings.Join(words, ", ")
}

// shown is a value of the schema, as short as it is clear.
func shown(v jsonvalue.Value) string {
	if s := v.Text(); v.Kind() == jsonvalue.Text && s != "" && strings.IndexFunc(s, odd) < 0 && s != "null" && s != "true" && s != "false" {
		if _, err := strconv.ParseFloat(s, 64); err != nil {
			return s
		}
	}
	return string(v.Append(nil))
}

func odd(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.:/", r)
}

func sayLength(n, least, most int) string {
	switch {
	case least == 1 && n < 1:
		return "must not be empty"
	case least >= 0 && n < least:
		return "is shorter than " + count(least, "character")
	}
	return "is longer than " + count(most, "character")
}

func sayCount(n, least, most int, noun string) string {
	if least >= 0 && n < least {
		return "has fewer than " + count(least, noun)
	}
	return "has more than " + count(most, noun)
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}

const (
	sayRequired   = "is required"
	sayUndeclared = "is not declared by the schema"
	sayTooMany    = "is one item too many"
)
