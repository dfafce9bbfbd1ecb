package jsonvalue

import "slices"

// Append writes v to dst as JSON without spaces: members in their order,
// numbers as they were sent, and in strings only those escapes that RFC 8259,
// section 7 demands. It is no HTML: < and & stay as they are.
func (v Value) Append(dst []byte) []byte {
	return v.append(slices.Grow(dst, v.Size()))
}

func (v Value) append(dst []byte) []byte {
	switch v.kind {
	case Boolean:
		if v.Bool() {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case Numeral:
		return append(dst, v.text...)
	case Text:
		if v.Size() == len(v.text)+len(`""`) {
			return appendPlain(dst, v.text)
		}
		return appendQuoted(dst, v.text)
	case Array:
		return v.appendItems(dst)
	case Object:
		return v.appendMembers(dst)
	}
	return append(dst, "null"...)
}

func (v Value) appendItems(dst []byte) []byte {
	dst = append(dst, '[')
	items := v.Items()
	for i := range items {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = items[i].append(dst)
	}
	return append(dst, ']')
}

func (v Value) appendMembers(dst []byte) []byte {
	dst = append(dst, '{')
	members := v.Members()
	for i := range members {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = appendQuoted(dst, members[i].Name)
		dst = append(dst, ':')
		dst = members[i].Value.append(dst)
	}
	return append(dst, '}')
}

// appendPlain writes a string that needs no escapes.
func appendPlain(dst []byte, s string) []byte {
	dst = append(dst, '"')
	dst = append(dst, s...)
	return append(dst, '"')
}

func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	done := 0
	for i := 0; i < len(s); i++ {
		if c := s[i]; escapeSize(c) > 0 {
			dst = append(dst, s[done:i]...)
			dst = appendEscape(dst, c)
			done = i + 1
		}
	}
	dst = append(dst, s[done:]...)
	return append(dst, '"')
}

// quotedSize is what appendQuoted writes.
func quotedSize(s string) int {
	size := len(s) + len(`""`)
	for i := 0; i < len(s); i++ {
		if more := escapeSize(s[i]); more > 0 {
			size += more - 1
		}
	}
	return size
}

// escapeSize is the length of the escape for c, or 0 if it needs none.
func escapeSize(c byte) int {
	switch {
	case c >= ' ' && c != '"' && c != '\\':
		return 0
	case c >= ' ', c == '\b', c == '\f', c == '\n', c == '\r', c == '\t':
		return len(`\n`)
	}
	return len(`\u001f`)
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, `\b`...)
	case '\f':
		return append(dst, `\f`...)
	case '\n':
		return append(dst, `\n`...)
	case '\r':
		return append(dst, `\r`...)
	case '\t':
		return append(dst, `\t`...)
	}
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
}
