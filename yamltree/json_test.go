package yamltree_test

import (
	"strings"
	"testing"

	"github.com/postern-dev/postern/yamltree"
)

func TestJSON(t *testing.T) {
	for _, tt := range []struct{ yaml, want string }{
		{"1", `1`}, {"-0.50", `-0.50`}, {"+1", `1`}, {".5", `0.5`}, {"-.5e3", `-0.5e3`}, {"5.", `5`}, {"5.e1", `5e1`}, {"1e3", `1e3`}, {"0", `0`},
		{"0x1F", `31`}, {"0o17", `15`}, {"123456789012345678901234567890", `123456789012345678901234567890`},
		{`"1"`, `"1"`}, {"'1e3'", `"1e3"`}, {"1:30", `"1:30"`}, {"2026-01-01", `"2026-01-01"`}, {"yes", `"yes"`}, {"''", `""`},
		{"True", `true`}, {"false", `false`}, {"~", `null`}, {"null", `null`}, {"", `null`},
		{`"a\nb\u00e9\U0001F600"`, `"a\nbé😀"`}, {"|\n  a\n  b", `"a\nb\n"`}, {"|-\n  a\n  b", `"a\nb"`}, {">\n  a\n  b", `"a b\n"`}, {"a\n  b", `"a b"`},
		{"[1, [], {}, a]", `[1,[],{},"a"]`}, {"{b: 1, a: {c: }}", `{"b":1,"a":{"c":null}}`}, {"{1: a, true: b}", `{"1":"a","true":"b"}`},
		{"\n- 1\n- - 2\n", `[1,[2]]`}, {"  spaced  ", `"spaced"`}, {`" kept "`, `" kept "`},
	} {
		tree, faults := yamltree.Read([]byte("v: " + tt.yaml + "\n"))
		if len(faults) > 0 {
			t.Errorf("%s: %v", tt.yaml, faults)
			continue
		}
		got, faults := tree.Members[0].Value.JSON()
		if len(faults) > 0 || string(got.Append(nil)) != tt.want {
			t.Errorf("%s is %s %v, want %s", tt.yaml, got.Append(nil), faults, tt.want)
		}
	}
}

func TestFaultsOfJSON(t *testing.T) {
	for _, tt := range []struct {
		yaml string
		line int
		want string
	}{
		{"v: 012", 1, "not everybody reads"}, {"v: -007", 1, "not everybody reads"}, {"v: 1_000", 1, "quotes around it"},
		{"v: 0b11", 1, "decimal digits"}, {"v: -0x1", 1, "decimal digits"}, {"v:\n- .inf", 2, "is a part of YAML that is not used here"},
		{"v:\n- &a 1\n- *a", 2, "anchor"}, {"v: !!str 1", 1, "tag"}, {"v:\n  <<: {a: b}", 2, "not used here"},
		{"v: 1e99999", 1, "too large"}, {"v: 1" + strings.Repeat("0", 1001), 1, "1,000 characters"}, {"v: \"a\\0\"", 1, "U+0000"},
		{"v:\n  \"a\\0\": 1", 2, "U+0000"},
	} {
		tree, faults := yamltree.Read([]byte(tt.yaml + "\n"))
		if len(faults) > 0 {
			t.Errorf("%s: %v", tt.yaml, faults)
			continue
		}
		_, faults = tree.JSON()
		if len(faults) == 0 || faults[0].Line != tt.line || !strings.Contains(faults[0].Problem, tt.want) {
			t.Errorf("%s: got %v, want line %d and %q", tt.yaml, faults, tt.line, tt.want)
		}
	}
}

func TestLineAt(t *testing.T) {
	tree, _ := yamltree.Read([]byte("a:\n  b:\n  - x\n  - c: 1\n    d: 2\n"))
	for path, want := range map[string]int{"": 1, "a": 1, "a b": 2, "a b 1": 4, "a b 1 d": 5, "a b 1 e": 4, "a b 7": 2, "a b 01": 2} {
		if got := tree.LineAt(strings.Fields(path)); got != want {
			t.Errorf("%q is line %d, want %d", path, got, want)
		}
	}
}

func TestFaultsOfFiles(t *testing.T) {
	for _, tt := range []struct {
		file string
		line int
		want string
	}{
		{"a: 1\nb: " + strings.Repeat("[", 101) + strings.Repeat("]", 101), 2, "nested more than 100 deep"},
		{"a: 1\na: 2", 2, `has the key "a" again, which line 1 has already`},
		{"a:\n- b: 1\n  c: 2\n  b: 3", 4, `has the key "b" again, which line 2 has already`},
		{"a: 1\n---\nb: 1", 3, "second document"},
		{"- a", 1, "is a list, but a mapping"},
		{"a: [", 1, "is not YAML"},
		{"a: \xff", 1, "is not UTF-8"},
		{strings.Repeat("#", 1<<20+1), 0, "larger than 1 MiB"},
		{strings.Repeat("a: 1\n", 20_000), 0, "is too long"},
	} {
		_, faults := yamltree.Read([]byte(tt.file))
		if len(faults) != 1 || faults[0].Line != tt.line || !strings.Contains(faults[0].Problem, tt.want) {
			t.Errorf("%.40q: %v", tt.file, faults)
		}
	}
	if n, faults := yamltree.Read([]byte("a: " + strings.Repeat("[", 100) + strings.Repeat("]", 100))); len(faults) > 0 || n.Members[0].Value.Kind != yamltree.List {
		t.Errorf("100 deep: %v", faults)
	}
}
