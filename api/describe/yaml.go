package describe

import (
	"bytes"
	"regexp"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// plainText is what means the same with and without quotes in every version of
// YAML: words that are no number, no date and no constant.
var plainText = regexp.MustCompile(`^[A-Za-z/][A-Za-z0-9_/.-]*( [A-Za-z0-9_/.()-]+)*$`)

func isPlain(s string) bool {
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n":
		return false
	}
	return len(s) <= 100 && plainText.MatchString(s)
}

// appendYAML writes the value in YAML's block style. Scalars that are not plain
// are written as in JSON, which YAML reads alike.
func appendYAML(dst []byte, v jsonvalue.Value, indent int) []byte {
	switch {
	case len(v.Members()) > 0:
		for _, m := range v.Members() {
			dst = append(newLine(dst, indent), scalar(jsonvalue.String(m.Name))...)
			dst = appendBelow(append(dst, ':'), m.Value, indent+2)
		}
	case len(v.Items()) > 0:
		for _, item := range v.Items() {
			dst = append(newLine(dst, indent), '-')
			if isContainer(item) {
				// The first member stands in the line of the dash.
				below := bytes.TrimLeft(appendYAML(nil, item, indent+2), "\n ")
				dst = append(append(dst, ' '), below...)
				continue
			}
			dst = appendBelow(dst, item, indent+2)
		}
	default:
		dst = append(dst, scalar(v)...)
	}
	return dst
}

func appendBelow(dst []byte, v jsonvalue.Value, indent int) []byte {
	if isContainer(v) {
		return appendYAML(dst, v, indent)
	}
	if lines, ok := literal(v); ok {
		dst = append(dst, " |"...)
		for _, line := range lines {
			if line == "" {
				dst = append(dst, '\n')
				continue
			}
			dst = append(newLine(dst, indent), line...)
		}
		return dst
	}
	return append(append(dst, ' '), scalar(v)...)
}

func isContainer(v jsonvalue.Value) bool { return len(v.Members()) > 0 || len(v.Items()) > 0 }

func newLine(dst []byte, indent int) []byte {
	if len(dst) == 0 {
		return dst
	}
	return append(append(dst, '\n'), strings.Repeat(" ", indent)...)
}

func scalar(v jsonvalue.Value) string {
	if v.Kind() == jsonvalue.Text && isPlain(v.Text()) {
		return v.Text()
	}
	return string(v.Append(nil))
}

// literal returns the lines of a text that can be written as it is: several
// lines of printable characters, the first not indented, one line end at the
// end.
func literal(v jsonvalue.Value) (lines []string, ok bool) {
	text, ended := strings.CutSuffix(v.Text(), "\n")
	odd := func(r rune) bool { return r != '\n' && (r < ' ' || r > '~') }
	if v.Kind() != jsonvalue.Text || !ended || text == "" || strings.ContainsFunc(text, odd) {
		return nil, false
	}
	lines = strings.Split(text, "\n")
	if strings.HasPrefix(lines[0], " ") || lines[0] == "" || lines[len(lines)-1] == "" {
		return nil, false
	}
	for _, line := range lines {
		if line != "" && strings.TrimSpace(line) == "" {
			return nil, false
		}
	}
	return lines, true
}
