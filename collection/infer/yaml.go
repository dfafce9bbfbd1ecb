package infer

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/postern-dev/postern/jsonvalue"
)

const heading = `# Made from a db.json: save it as postern.yaml, and change what you like.
# Everybody who is signed in may read and write all of it. To give documents to
# those who make them, write owner: true and the rule owner.
`

// writeYAML writes declarations for people to go on with.
func writeYAML(collections jsonvalue.Value) []byte {
	var b bytes.Buffer
	b.WriteString(heading)
	block(&b, objectOf("collections", collections), "")
	return b.Bytes()
}

const mostLine = 100

// block writes an object, a member a line where it is short enough.
func block(b *bytes.Buffer, v jsonvalue.Value, indent string) {
	for _, m := range v.Members() {
		b.WriteString(indent + scalar(m.Name) + ":")
		line := flow(m.Value)
		short := len(indent)+len(m.Name)+len(line) <= mostLine && m.Value.Depth() <= 2
		if m.Value.Kind() != jsonvalue.Object || short || len(m.Value.Members()) == 0 {
			b.WriteString(" " + line + "\n")
			continue
		}
		b.WriteString("\n")
		block(b, m.Value, indent+"  ")
	}
}

// flow writes a value on one line.
func flow(v jsonvalue.Value) string {
	var parts []string
	switch v.Kind() {
	case jsonvalue.Array:
		for _, item := range v.Items() {
			parts = append(parts, flow(item))
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case jsonvalue.Object:
		for _, m := range v.Members() {
			parts = append(parts, scalar(m.Name)+": "+flow(m.Value))
		}
		return "{" + strings.Join(parts, ", ") + "}"
	case jsonvalue.Text:
		return scalar(v.Text())
	}
	return string(v.Append(nil))
}

var plain = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_-]*$`)

// scalar writes a text so that all readers of YAML take it for one.
func scalar(s string) string {
	words := []string{"true", "false", "null", "yes", "no", "on", "off", "y", "n"}
	if plain.MatchString(s) && !slices.Contains(words, strings.ToLower(s)) {
		return s
	}
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r > 0xffff && !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\U%08X`, r)
		case !unicode.IsPrint(r):
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}
