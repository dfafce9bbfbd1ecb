package serve

import (
	"bytes"
	"log/slog"
	"math"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

const mib = 1 << 20

// machine has files with these texts.
func machine(texts map[string]string) fstest.MapFS {
	files := fstest.MapFS{}
	for name, text := range texts {
		files[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return files
}

func TestTheControlGroupLimitsMemory(t *testing.T) {
	const self, v2, v1 = "proc/self/cgroup", "sys/fs/cgroup/", "sys/fs/cgroup/memory/"
	for _, tt := range []struct {
		name  string
		files map[string]string
		want  int64
	}{
		{"another system", nil, 0},
		{"version 2, in a container", map[string]string{self: "0::/\n", v2 + "memory.max": "268435456\n"}, 256 * mib},
		{"version 2, a unit", map[string]string{self: "0::/system.slice/postern.service\n", v2 + "system.slice/postern.service/memory.max": "134217728\n"}, 128 * mib},
		{"version 2, the group above has less", map[string]string{self: "0::/a/b\n", v2 + "a/b/memory.max": "268435456\n", v2 + "a/memory.max": "134217728\n"}, 128 * mib},
		{"version 2, the group above has none", map[string]string{self: "0::/a/b\n", v2 + "a/b/memory.max": "134217728\n", v2 + "a/memory.max": "max\n"}, 128 * mib},
		{"version 2, no limit", map[string]string{self: "0::/a\n", v2 + "a/memory.max": "max\n"}, 0},
		{"version 2, a path outside of what is seen", map[string]string{self: "0::/../../a\n", v2 + "memory.max": "134217728\n"}, 128 * mib},
		{"version 1", map[string]string{self: "5:cpu,cpuacct:/a\n4:memory:/docker/x\n", v1 + "docker/x/memory.limit_in_bytes": "134217728\n"}, 128 * mib},
		{"version 1, in a container that sees the path of its host", map[string]string{self: "4:cpu,memory:/docker/x\n", v1 + "memory.limit_in_bytes": "134217728\n"}, 128 * mib},
		{"version 1, no limit", map[string]string{self: "4:memory:/\n", v1 + "memory.limit_in_bytes": "9223372036854771712\n"}, 0},
		{"version 1 beside an empty version 2", map[string]string{self: "4:memory:/a\n0::/a\n", v1 + "a/memory.limit_in_bytes": "134217728\n"}, 128 * mib},
		{"a controller that sounds alike", map[string]string{self: "4:memorybandwidth:/a\n", v1 + "a/memory.limit_in_bytes": "134217728\n"}, 0},
		{"files that say something else", map[string]string{self: "0::\nnothing\n\n", v2 + "memory.max": "-1\n"}, 0},
		{"a number that is too large", map[string]string{self: "0::/\n", v2 + "memory.max": "99999999999999999999\n"}, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := groupLimit(machine(tt.files)); got != tt.want {
				t.Errorf("the limit is %d, want %d", got, tt.want)
			}
		})
	}
}

// The limit is the process's, so this test runs alone.
func TestTheHeapStaysBelowTheControlGroup(t *testing.T) {
	before := debug.SetMemoryLimit(-1)
	t.Cleanup(func() { debug.SetMemoryLimit(before) })
	limited := machine(map[string]string{"proc/self/cgroup": "0::/\n", "sys/fs/cgroup/memory.max": "1073741824\n"})
	for _, tt := range []struct {
		name, gomemlimit, database string
		files                      fstest.MapFS
		want                       int64
	}{
		{"PostgreSQL", "", "postgres://localhost/postern", limited, 1 << 30 / 10 * 9},
		{"SQLite", "", "sqlite:postern.db", limited, 1<<30/10*9 - store.PageCache},
		{"somebody said otherwise", "100MiB", "sqlite:postern.db", limited, math.MaxInt64},
		{"nothing limits it", "", "sqlite:postern.db", nil, math.MaxInt64},
	} {
		t.Run(tt.name, func(t *testing.T) {
			debug.SetMemoryLimit(math.MaxInt64)
			var log bytes.Buffer
			LimitMemory(tt.files, config.Settings{DatabaseURL: tt.database}, func(string) string { return tt.gomemlimit }, slog.New(slog.NewJSONHandler(&log, nil)))
			if got := debug.SetMemoryLimit(-1); got != tt.want {
				t.Errorf("the soft limit is %d, want %d", got, tt.want)
			}
			if lines, want := strings.Count(log.String(), "\n"), min(1, math.MaxInt64-tt.want); int64(lines) != want {
				t.Errorf("%d lines in the log, want %d: %s", lines, want, log.String())
			}
		})
	}
	for gogc, want := range map[string]int{"": headroom, "100": 0} {
		if got := len(Headroom(func(string) string { return gogc })); got != want {
			t.Errorf("GOGC=%s: %d bytes of headroom, want %d", gogc, got, want)
		}
	}
	if got := softLimit(32*mib, "sqlite:postern.db"); got < 16*mib {
		t.Errorf("a small group leaves %d to the heap", got)
	}
}
