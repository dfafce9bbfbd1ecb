package store

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/postern-dev/postern/store/pgtest"
)

func TestExposedFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	for _, tt := range []struct {
		name string
		url  string
		mode os.FileMode
		says string
	}{
		{"its owner's alone", "sqlite:" + path, 0o600, ""},
		{"everybody's to read", "sqlite:" + path, 0o644, "a.db has mode 0644"},
		{"a group's", "sqlite:" + path, 0o620, "a.db has mode 0620"},
		{"not there yet", "sqlite:" + path + ".other", 0o644, ""},
		{"in memory", "sqlite::memory:", 0o644, ""},
		{"no file", "postgres://a@db/a", 0o644, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			if err := os.Chmod(path, tt.mode); err != nil {
				t.Fatal(err)
			}
			e, exposed := ExposedFile(tt.url)
			if exposed != (tt.says != "") || !strings.Contains(e.Says, tt.says) || exposed && e.Mend == "" {
				t.Errorf("got %+v, want %q", e, tt.says)
			}
		})
	}
}

func TestExposedWay(t *testing.T) {
	for _, tt := range []struct {
		name, url string
		says      []string
	}{
		{"nothing said", "postgres://a:s3cret@db/a", []string{"db: the connection may be in clear"}},
		{"disable", "postgres://a:s3cret@db/a?sslmode=disable", []string{"in clear"}},
		{"allow", "postgres://a:s3cret@db/a?sslmode=allow", []string{"in clear"}},
		{"prefer", "postgres://a:s3cret@db/a?sslmode=prefer", []string{"in clear"}},
		{"require", "postgres://a:s3cret@db/a?sslmode=require", []string{"to whoever answers"}},
		{"verify-ca", "postgres://a:s3cret@db/a?sslmode=verify-ca", []string{"its name is not compared"}},
		{"verify-full", "postgres://a:s3cret@db/a?sslmode=verify-full", nil},
		{"two hosts", "postgres://a:s3cret@one,localhost,two/a?sslmode=disable", []string{"one: ", "two: "}},
		{"this machine", "postgres://a:s3cret@localhost/a?sslmode=disable", nil},
		{"its addresses", "postgres://a:s3cret@127.0.0.1,[::1]/a?sslmode=disable", nil},
		{"a socket", "postgres://a:s3cret@/a?host=/run/postgresql", nil},
		{"a private address", "postgres://a:s3cret@10.0.0.7/a", []string{"10.0.0.7: "}},
		{"a name that only begins so", "postgres://a:s3cret@localhost.example.com/a", []string{"localhost.example.com: "}},
		{"SQLite", "sqlite:a.db", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			all, err := ExposedWay(tt.url)
			if err != nil || len(all) != len(tt.says) {
				t.Fatalf("got %v (%v), want %v", all, err, tt.says)
			}
			for i, e := range all {
				if !strings.Contains(e.Says, tt.says[i]) || strings.Contains(e.Says+e.Mend, "s3cret") || e.Mend == "" {
					t.Errorf("got %+v, want %q", e, tt.says[i])
				}
			}
		})
	}
}

func TestExposedRole(t *testing.T) {
	ctx, super := t.Context(), pgtest.URL(t)
	for _, tt := range []struct {
		name, url string
		exposed   bool
	}{
		{"a superuser", super, true},
		{"an owner", ownerOf(t, pgtest.URL(t)), false},
		{"SQLite", "sqlite::memory:", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := Open(ctx, tt.url, Options{})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			e, exposed, err := s.ExposedRole(ctx)
			if err != nil || exposed != tt.exposed || strings.Contains(e.Says, "is a superuser") != tt.exposed {
				t.Errorf("got %+v, %v, %v", e, exposed, err)
			}
		})
	}
}

// ownerOf gives the database to a role that may do nothing else, and returns the
// address by which it comes.
func ownerOf(t *testing.T, url string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(t.Context()) }()
	if _, err := conn.Exec(t.Context(), `CREATE ROLE plain LOGIN; ALTER DATABASE `+conn.Config().Database+` OWNER TO plain`); err != nil {
		t.Fatal(err)
	}
	return strings.Replace(url, "//postgres:", "//plain:", 1)
}
