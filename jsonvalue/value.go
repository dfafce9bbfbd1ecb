// Package jsonvalue holds JSON values (RFC 8259) that come from outside, and
// keeps what was sent: the order of members and every digit of a number. It
// reads them strictly, compares them, and changes them by merge patch (RFC
// 7396) and JSON patch (RFC 6902).
//
// It knows nothing of HTTP, of collections or of databases.
package jsonvalue

import (
	"encoding/json"
	"strings"
)

// Kind is the kind of a JSON value.
type Kind uint8

// The kinds of RFC 8259, section 3. Three have other names than there, because
// Bool, Number and String are the functions that make such values.
const (
	Null Kind = iota
	Boolean
	Numeral
	Text
	Array
	Object
)

// String is the kind's name as JSON Schema writes it: null, boolean, number,
// string, array or object.
func (k Kind) String() string {
	return [...]string{"null", "boolean", "number", "string", "array", "object"}[k]
}

// Value is one JSON value; the zero Value is null. It never changes: what
// looks like a change makes a new Value, which shares its unchanged parts with
// the old one. Any number of goroutines may read it.
type Value struct {
	_     [0]func() // not comparable: 1 and 1.0 are Equal, but never ==
	kind  Kind
	depth int32    // containers within containers: 0 for a scalar, 1 for []
	size  int      // bytes that Append writes, less size of null, see Size
	text  string   // content of a string, literal of a number, "true" or ""
	parts *content // of an array or object; nil if it is empty
}

// content is kept apart so that a Value stays small.
type content struct {
	items   []Value
	members []Member
}

// Member is one member of an object.
type Member struct {
	Name  string
	Value Value
}

// NullValue is null, as is the zero Value.
func NullValue() Value { return Value{} }

// Bool is true or false.
func Bool(b bool) Value {
	if b {
		return Value{kind: Boolean, size: len("true") - sizeNull, text: "true"}
	}
	return Value{kind: Boolean, size: len("false") - sizeNull}
}

// String is a string with the content s. Bytes that are not UTF-8 become
// U+FFFD.
func String(s string) Value {
	s = strings.ToValidUTF8(s, "\uFFFD")
	return textOf(s, quotedSize(s))
}

// textOf is a string of which the caller knows how long it is with quotes and
// escapes.
func textOf(s string, size int) Value {
	return Value{kind: Text, size: size - sizeNull, text: s}
}

// Number is the number that literal writes (RFC 8259, section 6), digit for
// digit. It panics if IsNumber says no.
func Number(literal string) Value {
	if !IsNumber(literal) {
		panic("jsonvalue: not a JSON number: " + shorten(literal))
	}
	return numberOf(literal)
}

func numberOf(literal string) Value {
	return Value{kind: Numeral, size: len(literal) - sizeNull, text: literal}
}

// sizeNull is how much Append writes for null. Value.size counts from there, so
// that the zero Value is right.
const sizeNull = len("null")

// Kind says what v is.
func (v Value) Kind() Kind { return v.kind }

// Size is the number of bytes that Append writes. It costs nothing to ask.
func (v Value) Size() int { return v.size + sizeNull }

// Depth counts containers within containers: 0 for a scalar, 1 for [].
func (v Value) Depth() int { return int(v.depth) }

// Bool is true if v is true, and false if it is false or no boolean.
func (v Value) Bool() bool { return v.kind == Boolean && v.text != "" }

// Text is the content of a string or the literal of a number as it was sent,
// and "" for everything else.
func (v Value) Text() string {
	if v.kind == Text || v.kind == Numeral {
		return v.text
	}
	return ""
}

// Items are the items of an array; nil if v is none. Do not change them.
func (v Value) Items() []Value {
	if v.parts == nil {
		return nil
	}
	return v.parts.items
}

// Members are the members of an object in the order they were sent; nil if v
// is none. Do not change them.
func (v Value) Members() []Member {
	if v.parts == nil {
		return nil
	}
	return v.parts.members
}

// Any is v as map[string]any, []any, string, json.Number, bool or nil, all of
// them new. Validators of JSON Schema expect this form.
func (v Value) Any() any {
	switch v.kind {
	case Boolean:
		return v.Bool()
	case Numeral:
		return json.Number(v.text)
	case Text:
		return v.text
	case Array:
		list := make([]any, len(v.Items()))
		for i, item := range v.Items() {
			list[i] = item.Any()
		}
		return list
	case Object:
		object := make(map[string]any, len(v.Members()))
		for _, member := range v.Members() {
			object[member.Name] = member.Value.Any()
		}
		return object
	}
	return nil
}
