package schema

import (
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// bits is a set of types of JSON Schema.
type bits uint8

const (
	null bits = 1 << iota
	boolean
	integer
	fraction // a number that is no integer
	text
	array
	object

	number   = integer | fraction
	anything = null | boolean | number | text | array | object
)

// typeNames is for messages.
const typeNames = "null, boolean, integer, number, string, array, object"

func typeBits() map[string]bits {
	return map[string]bits{"null": null, "boolean": boolean, "integer": integer, "number": number,
		"string": text, "array": array, "object": object}
}

// node is one subschema, ready to check with. What the schema does not say is
// zero, or -1 for a bound on a count.
type node struct {
	path    []string
	nothing bool // the schema false

	types    bits
	sayTypes string
	enum     *choice

	format               *format
	pattern              *pattern
	minLength, maxLength int

	minimum, maximum, above, below, multiple string // literals

	members              map[string]member
	declared             []string // names in members that properties has, in order
	required             []string
	patterns             []patternMember
	additional           *node
	unevaluatedMembers   *node
	names                *node
	minMembers           int
	maxMembers           int
	dependentRequired    []dependent
	dependentSchemas     []dependent
	prefix               []*node
	items                *node
	unevaluatedItems     *node
	contains             *node
	minContains          int
	maxContains          int
	minItems, maxItems   int
	unique               bool
	ref                  *node
	allOf, anyOf, oneOf  []*node
	not, when, then, els *node
}

// member is what a schema says of a member by its name.
type member struct {
	node     *node // nil where it is required only
	required bool
}

type patternMember struct {
	pattern *pattern
	node    *node
}

// dependent is what holds where the member called name is there.
type dependent struct {
	name     string
	required []string
	node     *node
}

// choice is an enum, or a const.
type choice struct {
	values []jsonvalue.Value
	texts  map[string]bool // of all values, where all are strings
	say    string
}

func (c *choice) has(v jsonvalue.Value) bool {
	if c.texts != nil {
		return v.Kind() == jsonvalue.Text && c.texts[v.Text()]
	}
	for _, one := range c.values {
		if jsonvalue.Equal(one, v) {
			return true
		}
	}
	return false
}

// bitsOf is the type of a value.
func bitsOf(v jsonvalue.Value) bits {
	switch v.Kind() {
	case jsonvalue.Boolean:
		return boolean
	case jsonvalue.Numeral:
		if IsInteger(v.Text()) {
			return integer
		}
		return fraction
	case jsonvalue.Text:
		return text
	case jsonvalue.Array:
		return array
	case jsonvalue.Object:
		return object
	}
	return null
}

// IsInteger tells whether a JSON number is an integer by its value, as JSON
// Schema wants it: 1.0 and 1e3 are.
func IsInteger(literal string) bool {
	if !strings.ContainsAny(literal, ".eE") {
		return true
	}
	return decimalOf(literal).exponent >= 0
}
