package store

import (
	"context"
	"os"
	"strings"
	"testing"
)

// TestPagesTakeBoundedMemory asks SQLite itself, and the system whether it
// mapped the file.
func TestPagesTakeBoundedMemory(t *testing.T) {
	c := tasks(index("rank"))
	url := sqliteURL(t)
	s := sqlites.at(t, url, c)
	insert(t, s, c, many(500)...)
	conns := borrowAll(t, s)
	total := int64(0)
	for _, conn := range conns {
		on := liteSession{conn, context.Background()}
		var rows, kib, mapped int64
		for sql, into := range map[string]*int64{"SELECT count(*) FROM c_tasks": &rows, "PRAGMA cache_size": &kib, "PRAGMA mmap_size": &mapped} {
			if found, err := one(on, sql, nil, into); !found || err != nil {
				t.Fatalf("%s: %v, %v", sql, found, err)
			}
		}
		if rows != 500 || kib >= 0 || mapped != 0 {
			t.Errorf("%d documents, a cache of %d, %d bytes mapped", rows, kib, mapped)
		}
		total -= kib << 10
	}
	if total > PageCache || total < PageCache/2 {
		t.Errorf("%d connections may keep %d bytes of pages, and not %d", len(conns), total, PageCache)
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		t.Skip("this system does not tell what is mapped: ", err)
	}
	path := strings.TrimPrefix(url, "sqlite:")
	for line := range strings.Lines(string(maps)) {
		if strings.HasSuffix(strings.TrimSpace(line), path) {
			t.Errorf("the file is mapped: %s", line)
		}
	}
}
