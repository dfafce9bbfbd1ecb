package serve

import (
	"io/fs"
	"log/slog"
	"path"
	"runtime/debug"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

// LimitMemory has the garbage collector work harder before the control group of
// the process, which is that of a container or of a unit of systemd, runs out
// of memory: its soft limit becomes 90 % of the group's, less what SQLite has
// beside the heap. GOMEMLIMIT in the environment goes before. The files are
// those of the machine, from its root.
func LimitMemory(files fs.FS, settings config.Settings, getenv func(string) string, log *slog.Logger) {
	group := groupLimit(files)
	if group == 0 || getenv("GOMEMLIMIT") != "" {
		return
	}
	soft := softLimit(group, settings.DatabaseURL)
	debug.SetMemoryLimit(soft)
	log.Info("memory is limited by the control group", "bytes", group, "softLimit", soft)
}

// headroom is what the heap may grow by, beside what the garbage collector grants
// it, before the next collection, in bytes. It is granted as much as it holds: a
// small server, of some 10 MiB, would collect several times a second for little.
const headroom = 5 << 20

// Headroom returns what has to be held for as long as the heap shall have its
// headroom. It counts as part of the heap, and as no page of it is ever touched
// the system has none of it resident. GOGC in the environment goes before.
func Headroom(getenv func(string) string) []byte {
	if getenv("GOGC") != "" {
		return nil
	}
	return make([]byte, headroom)
}

// softLimit is never below half of the limit: a heap that is collected all the
// time is no better than one that is too large.
func softLimit(group int64, databaseURL string) int64 {
	soft := group / 10 * 9
	if strings.HasPrefix(databaseURL, "sqlite:") {
		soft -= store.PageCache
	}
	return max(soft, group/2)
}

// unlimited is above all that a machine has; version 1 says "no limit" by a
// number beyond it.
const unlimited = 1 << 60

// groupLimit is how many bytes the control group of the process may have, or
// one that it is part of; 0 where nothing limits it. See cgroups(7) for the
// form of /proc/self/cgroup: hierarchy:controllers:path.
func groupLimit(files fs.FS) int64 {
	groups, err := fs.ReadFile(files, "proc/self/cgroup")
	if err != nil {
		return 0 // another system than Linux
	}
	least := int64(unlimited)
	for line := range strings.Lines(string(groups)) {
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		switch {
		case len(parts) < 3:
		case parts[0] == "0" && parts[1] == "":
			least = min(least, leastUpwards(files, "sys/fs/cgroup", parts[2], "memory.max"))
		case strings.Contains(","+parts[1]+",", ",memory,"):
			least = min(least, leastUpwards(files, "sys/fs/cgroup/memory", parts[2], "memory.limit_in_bytes"))
		}
	}
	if least == unlimited {
		return 0
	}
	return least
}

// leastUpwards is the least limit from the group up to the root. A container
// may see its group as the root, whatever the path says: then nothing is below.
func leastUpwards(files fs.FS, root, group, file string) int64 {
	least := int64(unlimited)
	for at := path.Clean("/" + group); ; at = path.Dir(at) {
		if raw, err := fs.ReadFile(files, path.Join(root, at, file)); err == nil {
			limit, err := strconv.ParseInt(strings.TrimSpace(string(raw)), 10, 64)
			if err == nil && limit > 0 { // version 2 says "max"
				least = min(least, limit)
			}
		}
		if at == "/" {
			return least
		}
	}
}
