package schema

import (
	"fmt"
	"regexp"
	"strings"
)

// White space of ECMA-262, which is more than Go's.
const (
	space    = `\t\n\v\f\r \x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}\x{feff}`
	notSpace = `\x{0}-\x{8}\x{e}-\x{1f}!-\x{9f}\x{a1}-\x{167f}\x{1681}-\x{1fff}\x{200b}-\x{2027}\x{202a}-\x{202e}` +
		`\x{2030}-\x{205e}\x{2060}-\x{2fff}\x{3001}-\x{fefe}\x{ff00}-\x{10ffff}`
)

var (
	pairEscape = regexp.MustCompile(`^\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})`)
	codeEscape = regexp.MustCompile(`^\\(?:u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}|x([0-9a-fA-F]{2}))`)
)

// escape translates what begins with a backslash.
func (t *translation) escape(rest string) error {
	if len(rest) == 1 {
		return fmt.Errorf("ends in a backslash")
	}
	if pair := pairEscape.FindStringSubmatch(rest); pair != nil {
		t.write(fmt.Sprintf(`\x{%x}`, surrogates(pair[1], pair[2])), len(pair[0]))
		return nil
	}
	if code := codeEscape.FindStringSubmatch(rest); code != nil {
		t.write(`\x{`+code[1]+code[2]+code[3]+`}`, len(code[0]))
		return nil
	}
	c := rest[1]
	switch {
	case c == 's' || c == 'S':
		t.space(c)
	case c >= '1' && c <= '9' || c == 'k':
		return fmt.Errorf("has the back reference %q: such patterns can take forever and are not supported", rest[:2])
	case c == '0':
		t.write(`\x{0}`, 2)
	case c == 'b' && t.class:
		t.write(`\x{8}`, 2)
	case c == 'c' && len(rest) > 2 && isLetter(rest[2]):
		t.write(fmt.Sprintf(`\x{%x}`, rest[2]&31), 3)
	case c == 'p' || c == 'P':
		return t.property(rest)
	case isLetter(c) && !strings.ContainsRune("dDwWbBtnvfr", rune(c)):
		return fmt.Errorf("has the escape %q, which ECMA-262 does not have", rest[:2])
	case c >= 0x80 || c == '_':
		t.write("", 1) // the backslash means nothing
	default:
		t.write(rest[:2], 2)
	}
	return nil
}

func (t *translation) space(c byte) {
	set := space
	if c == 'S' {
		set = notSpace
	}
	if !t.class {
		set = "[" + set + "]"
	}
	t.write(set, 2)
}

// property wants the braces that ECMA-262 wants; which names there are is
// Go's to say.
func (t *translation) property(rest string) error {
	end := strings.IndexByte(rest, '}')
	if len(rest) < 3 || rest[2] != '{' || end < 0 {
		return fmt.Errorf("has %q without braces as in \\p{L}", rest[:2])
	}
	name := rest[3:end]
	for _, prefix := range []string{"Script=", "sc=", "General_Category=", "gc="} {
		name = strings.TrimPrefix(name, prefix)
	}
	t.write(rest[:2]+"{"+name+"}", end+1)
	return nil
}

func isLetter(c byte) bool { return c|32 >= 'a' && c|32 <= 'z' }

func surrogates(high, low string) rune {
	var h, l rune
	_, _ = fmt.Sscanf(high+" "+low, "%x %x", &h, &l)
	return (h-0xd800)<<10 + (l - 0xdc00) + 0x10000
}
