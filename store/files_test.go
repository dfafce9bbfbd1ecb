package store

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
)

func TestAFileHasOneServer(t *testing.T) {
	url := sqliteURL(t)
	c := tasks()
	s := sqlites.at(t, url, c)
	if _, err := Open(t.Context(), url, Options{Log: quiet}); err == nil || !strings.Contains(err.Error(), "another server") {
		t.Errorf("a second server: %v", err)
	}
	insert(t, s, c, doc(ada, "a", `{}`))
	reader, err := Open(t.Context(), url, Options{Log: quiet, ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if get(t, reader, c, "a") == nil {
		t.Error("a reader sees nothing")
	}
	if err := reader.Write(t.Context(), inserting(c, "b", `{}`)); !errors.Is(err, errReadOnly) {
		t.Errorf("a reader writes: %v", err)
	}
	if err := reader.Declare(t.Context(), []*collection.Collection{c}); !errors.Is(err, errReadOnly) {
		t.Errorf("a reader declares: %v", err)
	}
	info, err := os.Stat(strings.TrimPrefix(url, "sqlite:"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestBackupWhileWriting(t *testing.T) {
	c := tasks(index("rank"))
	s := sqlites.open(t, c)
	insert(t, s, c, many(500)...)
	ctx, stop := context.WithCancel(t.Context())
	written := make(chan error)
	go func() {
		var err error
		for ctx.Err() == nil && err == nil {
			err = s.Write(context.Background(), func(tx collection.Tx) error {
				for _, id := range []string{"0001", "0002"} {
					d, err := tx.Load(c, id)
					if err == nil {
						err = tx.Update(c, d, next(d, `{"rank":1}`))
					}
					if err != nil {
						return err
					}
				}
				return nil
			})
		}
		written <- err
	}()
	path := filepath.Join(t.TempDir(), "it's a copy.db")
	err := s.Backup(t.Context(), path)
	stop()
	if err := errors.Join(err, <-written); err != nil {
		t.Fatal(err)
	}
	if err := s.Backup(t.Context(), path); !errors.Is(err, os.ErrExist) {
		t.Errorf("over a file: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	copied := sqlites.at(t, "sqlite:"+path, c)
	if n := len(ids(t, copied, c, collection.Scan{Visible: collection.Always(), Limit: 1000})); n != 500 {
		t.Errorf("%d documents", n)
	}
	if one, two := get(t, copied, c, "0001"), get(t, copied, c, "0002"); one.Version != two.Version {
		t.Errorf("versions %d and %d of one transaction", one.Version, two.Version)
	}
}

func TestMemoryIsGoneAtTheEnd(t *testing.T) {
	s, err := Open(t.Context(), "sqlite::memory:", Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	c := tasks()
	declare(t, s, c)
	insert(t, s, c, doc(ada, "a", `{}`))
	folder := s.engine.(*lite).temporary
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(folder); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("left behind: %v", err)
	}
	if _, err := s.Get(context.Background(), c, "a", collection.Always()); !errors.Is(err, collection.ErrUnavailable) {
		t.Errorf("after the end: %v", err)
	}
}

func TestAddresses(t *testing.T) {
	for _, tt := range []struct{ url, want string }{
		{"", "sqlite:"}, {"mysql://x", "postgres://"}, {"sqlite:", "path"}, {"sqlite:/no/such/folder/x.db", "no such file"},
	} {
		if _, err := Open(t.Context(), tt.url, Options{Log: quiet}); err == nil || !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v", tt.url, err)
		}
	}
	if _, err := Open(t.Context(), sqliteURL(t), Options{Durability: "some"}); err == nil {
		t.Error("any durability is taken")
	}
}

// A file that cannot be written to any more, as where its disk was mounted
// anew for reading, is read on, and written to once it can be.
func TestAFileThatIsForReadingOnly(t *testing.T) {
	c := tasks()
	s := sqlites.open(t, c)
	insert(t, s, c, doc(ada, "1", `{}`))
	pragma := func(statement string) {
		t.Helper()
		err := s.engine.(*lite).writer.do(t.Context(), &member{alone: func(c *liteConn) error { return c.run(statement) }})
		if err != nil {
			t.Fatal(err)
		}
	}
	pragma("PRAGMA query_only(ON)")
	err := s.Write(t.Context(), func(tx collection.Tx) error { return tx.Insert(c, doc(ada, "2", `{}`)) })
	if !errors.Is(err, collection.ErrUnavailable) {
		t.Errorf("a write got %v", err)
	}
	if d := get(t, s, c, "1"); d == nil {
		t.Error("the document cannot be read")
	}
	pragma("PRAGMA query_only(OFF)")
	insert(t, s, c, doc(ada, "2", `{}`))
}
