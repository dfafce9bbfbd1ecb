package store

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestTheWriterIsDurable asks SQLite how the connection that writes is set, and
// not the text that sets it.
func TestTheWriterIsDurable(t *testing.T) {
	for _, tt := range []struct {
		durability  Durability
		journal     string
		synchronous int64 // 2 is FULL, 1 is NORMAL
	}{{"", "wal", 2}, {Full, "wal", 2}, {Normal, "wal", 1}} {
		s, err := Open(t.Context(), sqliteURL(t), Options{Log: quiet, Durability: tt.durability})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		for n, conn := range borrowAll(t, s) {
			on := liteSession{conn, context.Background()}
			var journal string
			var synchronous, patience, queryOnly int64
			for sql, into := range map[string]any{"PRAGMA journal_mode": &journal, "PRAGMA synchronous": &synchronous, "PRAGMA busy_timeout": &patience, "PRAGMA query_only": &queryOnly} {
				if found, err := one(on, sql, nil, into); !found || err != nil {
					t.Fatalf("%s: %v, %v", sql, found, err)
				}
			}
			writes := n == 0
			if journal != tt.journal || writes && synchronous != tt.synchronous || patience != 5000 || writes != (queryOnly == 0) {
				t.Errorf("durability %q, connection %d: journal %s, synchronous %d, patience %d, query only %d", tt.durability, n, journal, synchronous, patience, queryOnly)
			}
		}
		// No table refers to another, so there is nothing to enforce: rows that
		// belong together are written together.
		var references int64
		sql := "SELECT count(*) FROM sqlite_schema AS t, pragma_foreign_key_list(t.name) WHERE t.type = 'table'"
		if _, err := one(liteSession{s.engine.(*lite).writer.conn, context.Background()}, sql, nil, &references); err != nil || references > 0 {
			t.Errorf("%d foreign keys, which nobody enforces: %v", references, err)
		}
	}
}

// tracedFile names the file of the process that strace watches.
const tracedFile = "POSTERN_TEST_TRACED_FILE"

// lacking skips the test, or fails it where nothing may be missing.
func lacking(t *testing.T, what string) {
	t.Helper()
	if os.Getenv("POSTERN_TEST_REQUIRE") == "all" {
		t.Fatal(what)
	}
	t.Skip(what)
}

// TestACommitIsSyncedBeforeItIsTold runs itself under strace, and reads there in
// which order the system was asked to write, to sync, and to tell.
func TestACommitIsSyncedBeforeItIsTold(t *testing.T) {
	const commits = 20
	if path := os.Getenv(tracedFile); path != "" {
		commitAndTell(t, path, commits)
		return
	}
	strace, missing := exec.LookPath("strace")
	if missing != nil {
		lacking(t, "strace tells what is synced: apt install strace")
	}
	folder := t.TempDir()
	trace := filepath.Join(folder, "trace")
	watched := exec.CommandContext(t.Context(), strace, "-f", "-y", "-e", "trace=write,pwrite64,fsync,fdatasync", "-o", trace, os.Args[0], "-test.run", "^"+t.Name()+"$")
	watched.Env = append(os.Environ(), tracedFile+"="+filepath.Join(folder, "test.db"))
	said, err := watched.CombinedOutput()
	if err != nil && strings.Contains(string(said), "PTRACE") {
		lacking(t, "strace may not watch here: "+string(said))
	}
	if err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	text, err := os.ReadFile(trace)
	if err != nil {
		t.Fatal(err)
	}
	if told := mustSyncFirst(t, string(text)); told != commits {
		t.Errorf("%d commits were told, not %d", told, commits)
	}
}

// commitAndTell writes to its standard error what it has committed.
func commitAndTell(t *testing.T, path string, commits int) {
	c := tasks()
	s := sqlites.at(t, "sqlite:"+path, c)
	for n := range commits {
		insert(t, s, c, doc(ada, fmt.Sprint(n), `{}`))
		if _, err := os.Stderr.WriteString(fmt.Sprintln("committed", n)); err != nil {
			t.Fatal(err)
		}
	}
}

var (
	writesLog = regexp.MustCompile(`(pwrite64|write)\(\d+<[^>]*test\.db-wal>`)
	syncsLog  = regexp.MustCompile(`(fsync|fdatasync)\(\d+<[^>]*test\.db-wal>`)
	tells     = regexp.MustCompile(`write\(2<[^>]*>, "committed \d+`)
)

// mustSyncFirst fails where something was told while the log had what was not
// synced, or had nothing new, and returns how often something was told.
func mustSyncFirst(t *testing.T, trace string) (told int) {
	t.Helper()
	written, synced := false, false
	for line := range strings.Lines(trace) {
		switch {
		case writesLog.MatchString(line):
			written, synced = true, false
		case syncsLog.MatchString(line):
			synced = true
		case tells.MatchString(line):
			if told++; !written || !synced {
				t.Errorf("told as commit %d: written %v, synced %v", told, written, synced)
			}
			written, synced = false, false
		}
	}
	return told
}
