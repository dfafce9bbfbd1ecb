package auth0

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hcl writes HashiCorp's configuration language as terraform fmt lays it out.
type hcl struct {
	strings.Builder
	indent int
}

// attribute is a name with an expression that is written already.
type attribute struct{ name, value string }

func (h *hcl) line(text string) {
	if text != "" {
		h.WriteString(strings.Repeat("  ", h.indent) + text)
	}
	h.WriteByte('\n')
}

// block writes a block; body writes what is in it.
func (h *hcl) block(head string, body func()) {
	h.line(head + " {")
	h.indent++
	body()
	h.indent--
	h.line("}")
}

// attributes writes lines that belong together, their values below each other.
func (h *hcl) attributes(list ...attribute) {
	width := 0
	for _, a := range list {
		width = max(width, len(a.name))
	}
	for _, a := range list {
		h.line(fmt.Sprintf("%-*s = %s", width, a.name, a.value))
	}
}

// strings writes a list over several lines.
func (h *hcl) strings(name string, items []string) {
	h.line(name + " = [")
	h.indent++
	for _, item := range items {
		h.line(quoted(item) + ",")
	}
	h.indent--
	h.line("]")
}

// quoted is the text as a quoted template without anything to fill in (HCL
// native syntax, section "Template Expressions"): ${ and %{ are doubled, and
// what nobody could see is written by its number.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	text = strings.ToValidUTF8(text, "\uFFFD")
	for i, r := range text {
		after, _ := utf8.DecodeRuneInString(text[i+utf8.RuneLen(r):])
		switch {
		case (r == '$' || r == '%') && after == '{':
			b.WriteRune(r)
			b.WriteRune(r)
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xFFFF:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
