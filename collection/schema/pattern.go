package schema

import (
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Patterns are matched in a time that grows with the text and with the size of
// the pattern, which is bounded.
const (
	mostPattern     = 1000
	mostPatternSize = 5000
)

// pattern is a regular expression of ECMA-262, as JSON Schema wants it.
type pattern struct {
	text    string
	matcher *regexp.Regexp
	size    int // of the program
}

// MatchString tells whether the pattern is found in s.
func (p *pattern) MatchString(s string) bool { return p.matcher.MatchString(s) }

// String is the pattern as it was written.
func (p *pattern) String() string { return p.text }

// compilePattern translates a pattern to the syntax of Go. What cannot be
// matched in linear time there is none; the error completes "the pattern ...".
func compilePattern(text string) (*pattern, error) {
	if len(text) > mostPattern {
		return nil, fmt.Errorf("is a pattern of more than %d characters", mostPattern)
	}
	t := translation{text: text}
	if err := t.run(); err != nil {
		return nil, fmt.Errorf("is the pattern %q, which %w", text, err)
	}
	parsed, err := syntax.Parse(t.out.String(), syntax.Perl)
	if err != nil {
		return nil, fmt.Errorf("is the pattern %q, which is no regular expression: %w", text, reason(err))
	}
	program, err := syntax.Compile(parsed.Simplify())
	if err != nil || len(program.Inst) > mostPatternSize {
		return nil, fmt.Errorf("is the pattern %q, which grows too large when its repetitions are written out", text)
	}
	matcher, err := regexp.Compile(t.out.String())
	if err != nil {
		return nil, fmt.Errorf("is the pattern %q, which is no regular expression: %w", text, reason(err))
	}
	return &pattern{text: text, matcher: matcher, size: len(program.Inst)}, nil
}

func reason(err error) error {
	if s, ok := err.(*syntax.Error); ok { //nolint:errorlint // syntax.Parse returns it bare
		return fmt.Errorf("%s: %q", s.Code, s.Expr)
	}
	return err
}

// translation goes through a pattern once.
type translation struct {
	text  string
	at    int
	class bool // within [ ]
	out   strings.Builder
}

func (t *translation) run() error {
	for t.at < len(t.text) {
		if err := t.next(); err != nil {
			return err
		}
	}
	return nil
}

func (t *translation) next() error {
	rest := t.text[t.at:]
	switch {
	case rest[0] == '\\':
		return t.escape(rest)
	case t.class:
		return t.inClass(rest)
	case strings.HasPrefix(rest, "(?"):
		return t.group(rest)
	case strings.HasPrefix(rest, "[^]"):
		t.write(`[\x{0}-\x{10FFFF}]`, 3)
	case strings.HasPrefix(rest, "[]"):
		t.write(`[^\x{0}-\x{10FFFF}]`, 2)
	case strings.HasPrefix(rest, "[^"):
		t.class = true
		t.write("[^", 2)
	case rest[0] == '[':
		t.class = true
		t.write("[", 1)
	case rest[0] == '.':
		t.write(`[^\n\r\x{2028}\x{2029}]`, 1)
	default:
		t.write(rest[:1], 1)
	}
	return nil
}

func (t *translation) write(out string, read int) {
	t.out.WriteString(out)
	t.at += read
}

func (t *translation) inClass(rest string) error {
	switch {
	case rest[0] == ']':
		t.class = false
		t.write("]", 1)
	case rest[0] == '[': // an ordinary character there; [[:alpha:]] is not of ECMA-262
		t.write(`\[`, 1)
	default:
		t.write(rest[:1], 1)
	}
	return nil
}

func (t *translation) group(rest string) error {
	for _, lacks := range []struct{ begin, name string }{
		{"(?=", "a lookahead (?=...)"}, {"(?!", "a negative lookahead (?!...)"},
		{"(?<=", "a lookbehind (?<=...)"}, {"(?<!", "a negative lookbehind (?<!...)"},
	} {
		if strings.HasPrefix(rest, lacks.begin) {
			return fmt.Errorf("has %s: such patterns can take forever and are not supported", lacks.name)
		}
	}
	switch {
	case strings.HasPrefix(rest, "(?:"):
		t.write("(?:", 3)
	case strings.HasPrefix(rest, "(?<"):
		t.write("(?<", 3)
	default:
		return fmt.Errorf("has %q, which is no group of ECMA-262", rest[:min(3, len(rest))])
	}
	return nil
}
