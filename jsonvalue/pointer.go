package jsonvalue

import (
	"strconv"
	"strings"
)

// Pointer is the JSON Pointer (RFC 6901) to the place that path names. Without
// a path it is "", the whole document.
func Pointer(path ...string) string {
	var pointer []byte
	for _, name := range path {
		pointer = appendToken(pointer, name)
	}
	return string(pointer)
}

var escapeToken = strings.NewReplacer("~", "~0", "/", "~1")

func appendToken(pointer []byte, name string) []byte {
	return append(append(pointer, '/'), escapeToken.Replace(name)...)
}

// parsePointer takes a JSON Pointer apart (RFC 6901, section 3). A reason says
// why it is none.
func parsePointer(pointer string) (path []string, reason string) {
	if pointer == "" {
		return nil, ""
	}
	tokens := strings.Split(pointer, "/")
	if tokens[0] != "" {
		return nil, "is no JSON Pointer: it does not start with /"
	}
	path = tokens[1:]
	for i, token := range path {
		name, ok := unescapeToken(token)
		if !ok {
			return nil, "is no JSON Pointer: a ~ is followed by neither 0 nor 1"
		}
		path[i] = name
	}
	return path, ""
}

// unescapeToken goes from left to right, so that ~01 is ~1 and not /.
func unescapeToken(token string) (name string, ok bool) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(token, "~")
		b.WriteString(before)
		switch {
		case !found:
			return b.String(), true
		case strings.HasPrefix(after, "0"):
			b.WriteByte('~')
		case strings.HasPrefix(after, "1"):
			b.WriteByte('/')
		default:
			return "", false
		}
		token = after[1:]
	}
}

// index reads an array index (RFC 6901, section 4): digits without a leading
// zero. It is no greater than most.
func index(token string, most int) (i int, reason string) {
	switch {
	case token == "-":
		return 0, "means the end of a list with -, where nothing stands"
	case token == "" || digits(token, 0) != len(token):
		return 0, "uses " + quote(token) + " as an index of a list"
	case len(token) > 1 && token[0] == '0':
		return 0, "has an index of a list with a leading zero"
	}
	if i, err := strconv.Atoi(token); err == nil && i <= most {
		return i, ""
	}
	return 0, "goes beyond the end of a list"
}
