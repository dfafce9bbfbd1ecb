package jsonvalue

import (
	"fmt"
	"strconv"
	"unicode/utf8"
)

// SyntaxError says why Parse did not take a text. It holds no more than a few
// characters of it, and the names on the way to the place.
type SyntaxError struct {
	// Offset is the place in bytes from the start.
	Offset int64
	// Pointer is the innermost value around the place (RFC 6901), as far as it
	// is known: at most 256 bytes of it, cut between two names.
	Pointer string
	// Reason is the rest of a sentence about the value at Pointer, as in: has
	// the member "a" twice.
	Reason string
}

func (e *SyntaxError) Error() string {
	at := ""
	if e.Pointer != "" {
		at = e.Pointer + " "
	}
	return fmt.Sprintf("JSON %s%s, at byte %d", at, e.Reason, e.Offset)
}

func (p *parser) fail(reason string) *SyntaxError {
	return &SyntaxError{Offset: int64(p.at), Reason: reason}
}

// unexpected says that something else stands where the text goes on, or that
// it ends there.
func (p *parser) unexpected(where string) *SyntaxError {
	if p.at == len(p.text) {
		return p.fail("ends in the middle of a value")
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.at:])
	return p.fail("has " + quote(string(r)) + " " + where)
}

// maxPointer bounds a Pointer, which goes into answers and logs.
const maxPointer = 256

// pointer is where the parser failed, or the container around it where the
// whole would be too long.
func (p *parser) pointer() string {
	var pointer []byte
	for i := len(p.path) - 1; i >= 0; i-- {
		longer := appendToken(pointer, p.path[i])
		if len(longer) > maxPointer {
			break
		}
		pointer = longer
	}
	return string(pointer)
}

// quote writes s for a sentence: printable, and short.
func quote(s string) string { return strconv.QuoteToGraphic(shorten(s)) }

// shorten keeps the first characters of what may be long.
func shorten(s string) string {
	const most = 40
	count := 0
	for i := range s {
		if count++; count > most {
			return s[:i] + "…"
		}
	}
	return s
}
