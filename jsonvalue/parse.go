package jsonvalue

import (
	"fmt"
	"strings"
	"sync"
	"unicode/utf8"
)

// maxDepth is how deep values are nested where nobody says otherwise.
const maxDepth = 64

// Limits bound what Parse accepts.
type Limits struct {
	Depth  int // containers within containers; 0 means 64
	Bytes  int // length of the text; 0 means any
	Values int // values in all, each item and each member counts; 0 means any
}

// Parse reads data as one JSON value (RFC 8259), strictly:
//
//   - UTF-8 without a byte order mark, and no half surrogate pairs (section 8);
//   - no member twice in an object, however its name is written (section 4);
//   - no U+0000 in a string or a name: databases cannot keep it;
//   - numbers as IsNumber says;
//   - nothing but white space behind the value, and all within limits.
//
// The error is a *SyntaxError. The value keeps nothing of data.
func Parse(data []byte, limits Limits) (Value, error) {
	// Not copied before it is known to be small enough.
	if limits.Bytes > 0 && len(data) > limits.Bytes {
		return Value{}, tooLarge(limits.Bytes)
	}
	return ParseText(string(data), limits)
}

// ParseText is Parse for a text that is a string already. The value keeps parts
// of it.
func ParseText(text string, limits Limits) (Value, error) {
	if limits.Depth == 0 {
		limits.Depth = maxDepth
	}
	if limits.Bytes > 0 && len(text) > limits.Bytes {
		return Value{}, tooLarge(limits.Bytes)
	}
	p := parsers.Get().(*parser)
	defer p.release()
	p.text, p.limits = text, limits
	v, err := p.document()
	if err != nil {
		err.Pointer = p.pointer()
		return Value{}, err
	}
	return v, nil
}

func tooLarge(most int) *SyntaxError {
	return &SyntaxError{Offset: int64(most), Reason: fmt.Sprintf("is larger than %d bytes", most)}
}

// parsers keeps what parsers read into: it is larger than most values.
var parsers = sync.Pool{New: func() any {
	return &parser{items: make([]Value, 0, 4), members: make([]Member, 0, 12)}
}}

// manyKept is how many items or members a parser that waits has room for.
const manyKept = 256

// release forgets everything that was read, and keeps the room.
func (p *parser) release() {
	if cap(p.items) > manyKept || cap(p.members) > manyKept {
		return
	}
	items, members := p.items[:cap(p.items)], p.members[:cap(p.members)]
	clear(items)
	clear(members)
	*p = parser{items: items[:0], members: members[:0]}
	parsers.Put(p)
}

// parser reads text from at onwards. Its methods return a *SyntaxError without
// a Pointer; the names on the way to it are in path, innermost first.
type parser struct {
	text   string
	at     int
	limits Limits
	depth  int
	values int
	path   []string
	// The items and members of all containers that are still open.
	items   []Value
	members []Member
}

func (p *parser) document() (Value, *SyntaxError) {
	if strings.HasPrefix(p.text, "\uFEFF") {
		return Value{}, p.fail("starts with a byte order mark")
	}
	if !utf8.ValidString(p.text) {
		for r, size := rune(0), 0; r != utf8.RuneError || size != 1; p.at += size {
			r, size = utf8.DecodeRuneInString(p.text[p.at:])
		}
		p.at--
		return Value{}, p.fail("is not valid UTF-8")
	}
	if p.space(); p.at == len(p.text) {
		return Value{}, p.fail("is empty")
	}
	v, err := p.value()
	if err != nil {
		return Value{}, err
	}
	if p.space(); p.at < len(p.text) {
		return Value{}, p.fail("has something after its end")
	}
	return v, nil
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// value reads a value; the white space before it is read.
func (p *parser) value() (Value, *SyntaxError) {
	if p.at == len(p.text) {
		return Value{}, p.unexpected("")
	}
	if p.values++; p.limits.Values > 0 && p.values > p.limits.Values {
		return Value{}, p.fail(fmt.Sprintf("has more than %d values", p.limits.Values))
	}
	switch c := p.text[p.at]; c {
	case '{', '[':
		return p.container(c)
	case '"':
		text, size, err := p.string()
		if err != nil {
			return Value{}, err
		}
		return textOf(text, size), nil
	case 't':
		return p.word("true", Bool(true))
	case 'f':
		return p.word("false", Bool(false))
	case 'n':
		return p.word("null", Value{})
	}
	return p.number()
}

func (p *parser) word(word string, v Value) (Value, *SyntaxError) {
	for i := range len(word) {
		if p.at == len(p.text) || p.text[p.at] != word[i] {
			return Value{}, p.unexpected("where a value belongs")
		}
		p.at++
	}
	return v, nil
}

func (p *parser) number() (Value, *SyntaxError) {
	start := p.at
	end, reason := scanNumber(p.text, start)
	p.at = end
	switch {
	case reason != "":
		return Value{}, p.fail(reason)
	case end == start:
		return Value{}, p.unexpected("where a value belongs")
	}
	return numberOf(p.text[start:end]), nil
}

func (p *parser) container(open byte) (v Value, err *SyntaxError) {
	if p.depth++; p.depth > p.limits.Depth {
		return Value{}, p.fail(fmt.Sprintf("is nested more than %d deep", p.limits.Depth))
	}
	if open == '{' {
		v, err = p.object()
	} else {
		v, err = p.array()
	}
	p.depth--
	return v, err
}
