package config

import (
	"bytes"
	"strings"
	"testing"
	"time"
)

// FuzzReadYAML looks for files that bring the reader down, or that it reports
// at lines they do not have.
func FuzzReadYAML(f *testing.F) {
	for _, seed := range []string{
		"", "addr: :6060\n", "origins: [a, 'b', \"c\"]\n", "issuers:\n- url: https://a.example.com/\n  audience: [x]\n",
		"a: &x 1\nb: *x\n<<: {c: d}\n", "? a\n: !!str b\n", "a: |\n  b\n  c\n---\nd: >-\n  e\n", "%YAML 1.2\n---\n{a: ~, b: true, c: .inf}\n...\n",
		"a: 1\na: 2\n", "\ta: 1", "a: [", "# c\r\na : b # d\r\n", "- - - a\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		members, faults := readYAML(data)
		lines := 1 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r"))
		for _, m := range members {
			if m.line < 1 || m.line > lines {
				t.Errorf("key %q at line %d of %d", m.key, m.line, lines)
			}
		}
		for _, bad := range faults {
			if bad.problem == "" || bad.line < 0 || bad.line > lines {
				t.Errorf("%q at line %d of %d", bad.problem, bad.line, lines)
			}
		}
		if _, err := Load(Sources{ReadFile: func(string) ([]byte, error) { return data, nil }}); err != nil && err.Error() == "" {
			t.Error("a mistake without words")
		}
	})
}

// A file within the limits must not hold up the start, whatever is in it. The
// bound is generous: without the limit on tokens these take minutes.
func TestNoFileTakesLong(t *testing.T) {
	for _, part := range []string{"[", "- ", "a: b\n", "&a "} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{30_000, mostBytes} {
				begin := time.Now()
				readYAML([]byte(strings.Repeat(part, size/len(part))))
				if took := time.Since(begin); took > 20*time.Second {
					t.Errorf("%d bytes took %v", size, took)
				}
			}
		})
	}
}
