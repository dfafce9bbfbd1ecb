//go:build !nodev

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-dev/postern/store/pgtest"
)

// TestCheckSaysWhoElseGetsAtTheDatabase looks at addresses, and where it is told
// to read the database at the role, too.
func TestCheckSaysWhoElseGetsAtTheDatabase(t *testing.T) {
	settings := writeFile(t, strings.Replace(checkedFile, "STATUS", "401", 1))
	folder := t.TempDir()
	for name, mode := range map[string]os.FileMode{"mine.db": 0o600, "open.db": 0o644} {
		path := filepath.Join(folder, name)
		keepNotes(t, "sqlite:"+path, `{"title":"milk"}`)
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	kept := pgtest.URL(t)
	keepNotes(t, kept, `{"title":"milk"}`)
	for _, tt := range []struct {
		name, url, warns string
		more             []string
	}{
		{"a file of its owner", "sqlite:" + folder + "/mine.db", "", nil},
		{"a file that others may read", "sqlite:" + folder + "/open.db", "open.db has mode 0644", nil},
		{"PostgreSQL far away in clear", "postgres://postern@db.internal/postern", "db.internal: the connection may be in clear", nil},
		{"PostgreSQL far away and known", "postgres://postern@db.internal/postern?sslmode=verify-full", "", nil},
		{"a superuser, not asked", kept, "", nil},
		{"a superuser", kept, "the role postgres is a superuser", []string{"--database"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			code, stdout, stderr := called(t, map[string]string{"DATABASE_URL": tt.url}, append([]string{"check", "--offline", "--config", settings}, tt.more...)...)
			warned := strings.Contains(stdout, "warn  database")
			if code != 0 || warned != (tt.warns != "") || !strings.Contains(stdout, tt.warns) {
				t.Errorf("exit code %d, want %q\n%s\n%s", code, tt.warns, stdout, stderr)
			}
		})
	}
}
