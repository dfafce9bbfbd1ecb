package query

import (
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// value reads what a filter compares with.
func (p *parser) value(name string, f *Filter, value string) bool {
	if !p.isText(name, value) {
		return false
	}
	f.Values = []string{value}
	switch f.Op {
	case Exists:
		f.keys = []collection.Key{""}
		if value != "true" && value != "false" {
			p.refuse(BadValue, name, "is neither true nor false", "exists=false finds what is missing or null.")
			return false
		}
		return true
	case In, Nin:
		list, ok := split(value)
		if !ok {
			p.refuse(BadValue, name, "has a backslash that stands before neither a comma nor a backslash", `Write \, for a comma within a value and \\ for a backslash.`)
			return false
		}
		if f.Values = list; len(list) > p.limits.In {
			p.refuse(OverLimit, name, "has more than "+strconv.Itoa(p.limits.In)+" values, the most of "+string(f.Op), "Ask in several requests.")
			return false
		}
	}
	for _, v := range f.Values {
		if !p.key(name, f, v) {
			return false
		}
	}
	return true
}

// isText refuses what no member can be.
func (p *parser) isText(name, value string) bool {
	switch {
	case !utf8.ValidString(value):
		p.refuse(Malformed, name, "is not UTF-8", "Escape the value with encodeURIComponent.")
	case strings.Contains(value, "\x00"):
		p.refuse(Malformed, name, "has a NUL, which no document has", "")
	default:
		return true
	}
	return false
}

// split divides a list at its commas. A backslash takes a comma or a backslash
// as it is.
func split(list string) (parts []string, ok bool) {
	if !strings.Contains(list, `\`) {
		return strings.Split(list, ","), true
	}
	var part []byte
	for i := 0; i < len(list); i++ {
		switch c := list[i]; {
		case c == ',':
			parts, part = append(parts, string(part)), nil
		case c != '\\':
			part = append(part, c)
		case i+1 < len(list) && (list[i+1] == ',' || list[i+1] == '\\'):
			i++
			part = append(part, list[i])
		default:
			return nil, false
		}
	}
	return append(parts, string(part)), true
}

// key reads one value as the member's type has it.
func (p *parser) key(name string, f *Filter, value string) bool {
	if len(value) > p.limits.ValueBytes {
		p.refuse(OverLimit, name, "has a value of more than "+strconv.Itoa(p.limits.ValueBytes)+" bytes", "Filter by a shorter member, or by startsWith.")
		return false
	}
	key, ok := keyOf(f.kind, value)
	if !ok {
		p.refuse(WrongType, name, "is not "+kindName(f.kind), valueHint(f.kind, value))
		return false
	}
	if key.IsLong() && !isLongText(key) && f.ranges() {
		p.refuse(OverLimit, name, "has a number of more digits than ranges compare", "Leave digits out that do not count.")
		return false
	}
	if !slices.Contains(f.keys, key) {
		f.keys = append(f.keys, key)
	}
	f.loose = f.loose || isLongText(key)
	return true
}

func keyOf(kind collection.Type, value string) (key collection.Key, ok bool) {
	switch kind {
	case collection.NumberType, collection.IntegerType:
		if !jsonvalue.IsNumber(value) || kind == collection.IntegerType && !isWhole(value) {
			return "", false
		}
		return collection.KeyOf(jsonvalue.Number(value), kind), true
	case collection.BoolType:
		return collection.KeyOf(jsonvalue.Bool(value == "true"), kind), value == "true" || value == "false"
	case collection.Date:
		_, err := time.Parse(time.DateOnly, value)
		return collection.TextKey(value), err == nil
	case collection.DateTime:
		key := collection.KeyOf(jsonvalue.String(value), kind)
		return key, key[0] != textKey[0]
	}
	return collection.TextKey(value), true
}

// isWhole tells whether a number has no fraction: 5, 5.0 and 5e2, not 5.5 and
// not 5e-1.
func isWhole(literal string) bool {
	digits, power, _ := strings.Cut(strings.ToLower(strings.TrimPrefix(literal, "-")), "e")
	whole, fraction, _ := strings.Cut(digits, ".")
	exponent, _ := strconv.Atoi(power) // what IsNumber accepts is small
	all := strings.TrimRight(whole+fraction, "0")
	return all == "" || len(all) <= len(whole)+exponent
}

func kindName(kind collection.Type) string {
	switch kind {
	case collection.NumberType:
		return "a number"
	case collection.IntegerType:
		return "a whole number"
	case collection.BoolType:
		return "true or false"
	case collection.DateTime:
		return "a date and time"
	case collection.Date:
		return "a date"
	case collection.List:
		return "a list"
	case collection.Object:
		return "an object"
	}
	return "text"
}

// valueHint shows a value of the type, made of the one that was sent where it
// is clear what was meant.
func valueHint(kind collection.Type, value string) string {
	switch kind {
	case collection.NumberType:
		return "Write it as in JSON: -12.5 or 1e6, with a point and no separators."
	case collection.IntegerType:
		return "Write it as in JSON: 12, without a fraction."
	case collection.BoolType:
		return "Write true or false."
	case collection.Date:
		return "Write it as 2026-01-31 (RFC 3339 full-date)."
	case collection.DateTime:
		if _, err := time.Parse(time.DateOnly, value); err == nil {
			return "Write " + value + "T00:00:00Z for the beginning of the day in UTC."
		}
		if spaced := strings.Replace(value, " ", "+", 1); spaced != value {
			if _, ok := keyOf(kind, spaced); ok {
				return "A + in an address is a space: write %2B, or a time in UTC that ends in Z."
			}
		}
		return "Write it as 2026-01-31T12:00:00Z (RFC 3339 date-time)."
	}
	return ""
}
