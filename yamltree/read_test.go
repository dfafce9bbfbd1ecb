package yamltree

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/jsonvalue"
)

// FuzzRead looks for files that bring the reader down, or that it reports
// at lines they do not have.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"", "addr: :6060\n", "origins: [a, 'b', \"c\"]\n", "issuers:\n- url: https://a.example.com/\n  audience: [x]\n",
		"a: &x 1\nb: *x\n<<: {c: d}\n", "? a\n: !!str b\n", "a: |\n  b\n  c\n---\nd: >-\n  e\n", "%YAML 1.2\n---\n{a: ~, b: true, c: .inf}\n...\n",
		"a: 1\na: 2\n", "\ta: 1", "a: [", "# c\r\na : b # d\r\n", "- - - a\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, faults := Read(data)
		lines := 1 + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r"))
		for _, m := range tree.Members {
			if m.Line < 1 || m.Line > lines {
				t.Errorf("key %q at line %d of %d", m.Key, m.Line, lines)
			}
		}
		if v, bad := tree.JSON(); len(bad) == 0 {
			roundTrip(t, v)
		}
		for _, bad := range faults {
			if bad.Problem == "" || bad.Line < 0 || bad.Line > lines {
				t.Errorf("%q at line %d of %d", bad.Problem, bad.Line, lines)
			}
		}
	})
}

// roundTrip reads what was written: JSON made of YAML is JSON.
func roundTrip(t *testing.T, v jsonvalue.Value) {
	t.Helper()
	again, err := jsonvalue.Parse(v.Append(nil), jsonvalue.Limits{Depth: 1 << 20})
	if err != nil || !jsonvalue.Equal(v, again) {
		t.Errorf("%s: %v", v.Append(nil), err)
	}
}

// A file within the limits must not hold up the start, whatever is in it. The
// bound is generous: without the limit on tokens these take minutes.
func TestNoFileTakesLong(t *testing.T) {
	for _, part := range []string{"[", "- ", "a: b\n", "&a "} {
		t.Run(part, func(t *testing.T) {
			t.Parallel()
			for _, size := range []int{30_000, mostBytes} {
				begin := time.Now()
				Read([]byte(strings.Repeat(part, size/len(part))))
				if took := time.Since(begin); took > 20*time.Second {
					t.Errorf("%d bytes took %v", size, took)
				}
			}
		})
	}
}
