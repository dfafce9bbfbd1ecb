package describe

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/postern-dev/postern/jsonvalue"
)

// bound reads a keyword that is a small whole number.
func bound(schema jsonvalue.Value, name string, otherwise int) int {
	v, _ := schema.Get(name)
	n, err := strconv.Atoi(v.Text())
	if err != nil || v.Kind() != jsonvalue.Numeral {
		return otherwise
	}
	return n
}

var formatted = map[string]string{
	"date-time": "2026-01-31T12:00:00Z", "date": "2026-01-31", "time": "12:00:00Z", "duration": "P1D",
	"email": "ada@example.com", "hostname": "example.com", "ipv4": "192.0.2.1", "ipv6": "2001:db8::1",
	"uri": "https://example.com/", "uri-reference": "/here", "uuid": "019c1334-9e00-7b2f-a3f5-ef19b5a7633b",
	"json-pointer": "/here", "regex": "^[a-z]+$",
}

func text(schema jsonvalue.Value, name string) (jsonvalue.Value, bool) {
	format, _ := schema.Get("format")
	if s, ok := formatted[format.Text()]; ok {
		return jsonvalue.String(s), true
	}
	// What a pattern wants is not guessed, but for the simplest.
	if _, ok := schema.Get("pattern"); ok {
		return jsonvalue.String(strings.ToLower(name)), name != ""
	}
	s, least, most := words(name), bound(schema, "minLength", 0), bound(schema, "maxLength", mostText)
	if least > mostText {
		return jsonvalue.Value{}, false
	}
	for utf8.RuneCountInString(s) < least {
		s += " " + s
	}
	if runes := []rune(s); len(runes) > most {
		s = string(runes[:max(0, most)])
	}
	return jsonvalue.String(s), true
}

// words is dueDate as Due date.
func words(name string) string {
	var b strings.Builder
	for i, r := range name {
		switch {
		case i == 0:
			b.WriteString(strings.ToUpper(string(r)))
		case r >= 'A' && r <= 'Z':
			b.WriteString(" " + strings.ToLower(string(r)))
		case r == '_' || r == '-':
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "Text"
	}
	return b.String()
}

// number takes the first of the bounds, or 1.
func number(schema jsonvalue.Value) (jsonvalue.Value, bool) {
	for _, keyword := range []string{"multipleOf", "minimum", "maximum"} {
		if v, ok := schema.Get(keyword); ok && v.Kind() == jsonvalue.Numeral {
			return v, true
		}
	}
	if _, ok := schema.Get("exclusiveMinimum"); ok {
		return value(bound(schema, "exclusiveMinimum", 0) + 1), true
	}
	if _, ok := schema.Get("exclusiveMaximum"); ok {
		return value(bound(schema, "exclusiveMaximum", 0) - 1), true
	}
	return value(1), true
}
