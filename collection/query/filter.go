package query

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// Op is what a filter asks of a member.
type Op string

// The operators. A member that is missing or null meets ne, nin and
// exists=false, and no other.
const (
	Eq         Op = "eq"
	Ne         Op = "ne"
	Gt         Op = "gt"
	Gte        Op = "gte"
	Lt         Op = "lt"
	Lte        Op = "lte"
	In         Op = "in"
	Nin        Op = "nin"
	Exists     Op = "exists"
	StartsWith Op = "startsWith"
)

// Filter asks one thing of one member.
type Filter struct {
	Path collection.Path
	Op   Op
	// Values are as they were sent; in and nin have one or more, all others
	// one.
	Values []string

	kind collection.Type
	// keys are those of the values for eq, ne, in and nin; that of a missing
	// member for exists.
	keys []collection.Key
	// low and high are a stretch of keys in which are all that meet the
	// filter, where it is one.
	low, high *collection.Bound
	// loose says that keys alone do not tell whether the filter is met: one
	// of the values is a long text.
	loose bool
	// present says to look for the member itself, which has no key.
	present bool
}

// binds returns the keys of which a document that meets the filter has one;
// nil where it is not as simple.
func (f *Filter) binds() []collection.Key {
	switch {
	case f.Op == Eq, f.Op == In, f.Op == Exists && f.Values[0] == "false" && !f.present:
		return f.keys
	}
	return nil
}

func (f *Filter) isRange() bool { return f.low != nil }

// meets tells whether the document meets the filter.
func (f *Filter) meets(c *collection.Collection, d *collection.Document) bool {
	if f.present {
		v, ok := d.Body.At(f.Path)
		return (ok && v.Kind() != jsonvalue.Null) == (f.Values[0] == "true")
	}
	key := c.KeyAt(d, f.Path)
	switch f.Op {
	case Eq, In:
		return f.oneOf(d, key)
	case Ne, Nin:
		return !f.oneOf(d, key)
	case Exists:
		return (key != "") == (f.Values[0] == "true")
	case StartsWith:
		return strings.HasPrefix(string(key), string(textKey)) && strings.HasPrefix(f.text(d, key), f.Values[0])
	}
	return f.inRange(d, key)
}

// oneOf tells whether the member has one of the values.
func (f *Filter) oneOf(d *collection.Document, key collection.Key) bool {
	if isLongText(key) {
		return slices.Contains(f.Values, f.text(d, key))
	}
	return slices.Contains(f.keys, key)
}

// inRange judges gt, gte, lt and lte. Values of another kind than the filter's
// are neither greater nor less.
func (f *Filter) inRange(d *collection.Document, key collection.Key) bool {
	value := f.keys[0]
	if key == "" || key[0] != value[0] {
		return false
	}
	order := strings.Compare(string(key), string(value))
	if isLongText(key) && isLongText(value) {
		order = strings.Compare(f.text(d, key), f.Values[0])
	}
	switch f.Op {
	case Gt:
		return order > 0
	case Gte:
		return order >= 0
	case Lt:
		return order < 0
	}
	return order <= 0
}

// text is the whole text of the member, whose key is that of a text.
func (f *Filter) text(d *collection.Document, key collection.Key) string {
	if isLongText(key) {
		v, _ := d.Body.At(f.Path)
		return v.Text()
	}
	return string(key[1:])
}

// textKey begins the keys of all texts.
var textKey = collection.TextKey("")

func isLongText(key collection.Key) bool { return key.IsLong() && key[0] == textKey[0] }

// ranges tells whether the filter asks for what is greater or less.
func (f *Filter) ranges() bool {
	return f.Op == Gt || f.Op == Gte || f.Op == Lt || f.Op == Lte
}

// span sets the stretch of a range. It ends where the kind of the value does.
// All texts that a long one shares its kept part with are looked at.
func (f *Filter) span() {
	switch f.Op {
	case Gt, Gte, Lt, Lte:
	case StartsWith:
		f.low, f.high = begin(f.Values[0])
		return
	case Exists:
		if f.Values[0] == "true" && !f.present {
			f.low = &collection.Bound{}
		}
		return
	default:
		return
	}
	value, kind := f.keys[0], f.keys[0][0]
	f.low = &collection.Bound{Key: collection.Key(kind), Inclusive: true}
	f.high = &collection.Bound{Key: collection.Key(kind + 1)}
	low, high := &collection.Bound{Key: value, Inclusive: f.Op == Gte}, &collection.Bound{Key: value, Inclusive: f.Op == Lte}
	if isLongText(value) {
		low, high = begin(f.Values[0])
	}
	if f.Op == Gt || f.Op == Gte {
		f.low = low
	} else {
		f.high = high
	}
}

// begin bounds the keys of the texts that begin with prefix.
func begin(prefix string) (low, high *collection.Bound) {
	prefix = collection.KeptText(prefix)
	return &collection.Bound{Key: textKey + collection.Key(prefix), Inclusive: true}, &collection.Bound{Key: after(prefix)}
}

// after is the least key above those of all texts that begin with prefix. It
// is UTF-8, as databases ask of text.
func after(prefix string) collection.Key {
	for prefix != "" {
		last, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		if last++; last == 0xd800 {
			last = 0xe000 // surrogates are no text
		}
		if last <= utf8.MaxRune {
			return textKey + collection.Key(prefix+string(last))
		}
	}
	return collection.Key(textKey[0] + 1)
}
