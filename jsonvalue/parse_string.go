package jsonvalue

import (
	"unicode/utf16"
	"unicode/utf8"
)

// string reads a string from its quote on. It returns the content, and how
// long Append will write it.
func (p *parser) string() (text string, size int, err *SyntaxError) {
	start := p.at + 1
	for i := start; i < len(p.text); i++ {
		switch c := p.text[i]; {
		case c == '"':
			p.at = i + 1
			return p.text[start:i], p.at - start + 1, nil
		case c == '\\', c < ' ':
			p.at = i
			return p.escapedString(p.text[start:i])
		}
	}
	p.at = len(p.text)
	return "", 0, p.unexpected("")
}

// escapedString reads on where the first escape stands behind begin.
func (p *parser) escapedString(begin string) (text string, size int, err *SyntaxError) {
	content := append(make([]byte, 0, len(begin)+32), begin...)
	for p.at < len(p.text) {
		switch c := p.text[p.at]; {
		case c == '"':
			p.at++
			text = string(content)
			return text, quotedSize(text), nil
		case c < ' ':
			return "", 0, p.fail("has a control character in a string that is not escaped")
		case c == '\\':
			if content, err = p.escape(content); err != nil {
				return "", 0, err
			}
		default:
			content = append(content, c)
			p.at++
		}
	}
	return "", 0, p.unexpected("")
}

// escape reads an escape (RFC 8259, section 7) and appends what it stands for.
func (p *parser) escape(dst []byte) ([]byte, *SyntaxError) {
	if p.at++; p.at == len(p.text) {
		return nil, p.unexpected("")
	}
	c := p.text[p.at]
	switch c {
	case '"', '\\', '/':
	case 'b':
		c = '\b'
	case 'f':
		c = '\f'
	case 'n':
		c = '\n'
	case 'r':
		c = '\r'
	case 't':
		c = '\t'
	case 'u':
		r, err := p.unicode()
		return utf8.AppendRune(dst, r), err
	default:
		return nil, p.unexpected("behind a backslash")
	}
	p.at++
	return append(dst, c), nil
}

// unicode reads an escape from its u on, and the one behind it if only the two
// together are a character.
func (p *parser) unicode() (rune, *SyntaxError) {
	start := p.at - 1
	high, err := p.hex()
	switch {
	case err != nil:
		return 0, err
	case high == 0:
		p.at = start
		return 0, p.fail("has the character U+0000 in a string")
	case !utf16.IsSurrogate(high):
		return high, nil
	}
	if p.next('\\') && p.at < len(p.text) && p.text[p.at] == 'u' {
		low, err := p.hex()
		if err != nil {
			return 0, err
		}
		if r := utf16.DecodeRune(high, low); r != utf8.RuneError {
			return r, nil
		}
	}
	p.at = start
	return 0, p.fail("has half a surrogate pair in a string")
}

// hex reads the four digits behind u.
func (p *parser) hex() (r rune, err *SyntaxError) {
	for range 4 {
		if p.at++; p.at == len(p.text) {
			return 0, p.unexpected("")
		}
		switch c := p.text[p.at]; {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, p.unexpected("where one of four hexadecimal digits belongs")
		}
	}
	p.at++
	return r, nil
}
