package collection

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/postern-dev/postern/jsonvalue"
)

// Key is a value written so that comparing keys byte by byte, as every
// database does with binary collation, orders the values: missing and null
// lowest, then false and true, then times, numbers by value with every digit,
// then text by code point. The empty key is null or missing.
type Key string

// Tags of the kinds of keys; their order is the order of the kinds.
const (
	tagBool   = "b"
	tagTime   = "d"
	tagNumber = "n"
	tagText   = "s"
)

// Text is compared by its first keptText bytes. What is longer goes on with a
// sign above all text that people write, and a hash, so that equal stays
// equal. Databases bound the size of an index entry to about 2,700 bytes.
const keptText = 400

const longText = "\U0010ffff"

// KeyOf writes the value of a member of type t. Text of a date-time member
// that is no date-time is text. Lists and objects have no order and count as
// missing.
func KeyOf(v jsonvalue.Value, t Type) Key {
	switch v.Kind() {
	case jsonvalue.Boolean:
		if v.Bool() {
			return tagBool + "1"
		}
		return tagBool + "0"
	case jsonvalue.Numeral:
		return numberKey(v.Text())
	case jsonvalue.Text:
		if t == DateTime {
			if at, err := time.Parse(time.RFC3339Nano, strings.ToUpper(v.Text())); err == nil {
				return TimeKey(at)
			}
		}
		return TextKey(v.Text())
	}
	return ""
}

// TextKey writes a text.
func TextKey(s string) Key {
	kept := KeptText(s)
	if len(kept) == len(s) {
		return Key(tagText + s)
	}
	sum := sha256.Sum256([]byte(s))
	return Key(tagText + kept + longText + hex.EncodeToString(sum[:16]))
}

// numberKey writes a number. Of those with more than about 390 digits only the
// first ones give the place, and a hash keeps equal ones equal: an index entry
// has several keys, and each has to be short.
func numberKey(literal string) Key {
	key := jsonvalue.NumberKey(literal)
	if len(key) > keptText {
		sum := sha256.Sum256([]byte(key))
		key = key[:keptText] + hex.EncodeToString(sum[:16])
	}
	return Key(tagNumber + key)
}

// KeptText returns as much of a text as its key holds: whole characters from
// its beginning, or all of it.
func KeptText(s string) string {
	if len(s) <= keptText {
		return s
	}
	cut := keptText
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut]
}

// IsLong tells whether the key stands for a text that it does not hold whole,
// so that order and prefixes of it say little.
func (k Key) IsLong() bool { return len(k) > keptText+1 }

// TimeKey writes a moment; moments are compared in UTC, to the nanosecond.
// Offsets lead into the years before 0 and behind 9999: the first is written
// with a minus, which is below all digits, the other has a sign above them.
func TimeKey(t time.Time) Key {
	t = t.UTC()
	sign := ""
	if t.Year() > 9999 {
		sign = ":"
	}
	return Key(tagTime + sign + t.Format("2006-01-02T15:04:05.000000000"))
}

// KeyAt returns the key of the document's member at path; a system member's
// where the path is one.
func (c *Collection) KeyAt(d *Document, path Path) Key {
	if len(path) == 1 {
		switch path[0] {
		case "id":
			return TextKey(d.ID)
		case "version":
			return KeyOf(jsonvalue.Number(strconv.FormatInt(d.Version, 10)), IntegerType)
		case "createdAt":
			return TimeKey(d.CreatedAt)
		case "updatedAt":
			return TimeKey(d.UpdatedAt)
		}
	}
	v, ok := d.Body.At(path)
	if !ok {
		return ""
	}
	t, _ := c.TypeAt(path)
	return KeyOf(v, t)
}

// TypeAt is the type of the member at path, system members included.
func (c *Collection) TypeAt(path Path) (t Type, known bool) {
	if len(path) == 1 {
		switch path[0] {
		case "id":
			return Text, true
		case "version":
			return IntegerType, true
		case "createdAt", "updatedAt":
			return DateTime, true
		}
	}
	return c.Schema.Type(path)
}
