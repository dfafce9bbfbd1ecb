package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/transfer"
)

// importAsChild imports standard input into the database at url.
func importAsChild(url string) int {
	ctx := context.Background()
	s, err := store.Open(ctx, url, store.Options{Log: quiet})
	if err == nil {
		err = s.Declare(ctx, declared())
	}
	if err == nil {
		_, err = transfer.Import(ctx, s, os.Stdin, importing())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// An import that is killed, again and again, ends with the very same documents.
func TestAnImportThatIsKilledGoesOn(t *testing.T) {
	const documents = 6000
	from := open(t, sqliteURL(t))
	fill(t, from, documents)
	file := export(t, from)
	path := filepath.Join(t.TempDir(), "export.ndjson")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, url := range map[string]func(testing.TB) string{"SQLite": sqliteURL, "PostgreSQL": postgresURL} {
		t.Run(name, func(t *testing.T) {
			url := url(t)
			part := 0
			for try := range 30 {
				if killed := kill(t, url, path, time.Duration(100+50*try)*time.Millisecond); !killed {
					break
				}
				if n := int(stored(t, url)); n > 0 && n < documents {
					part++
				}
				if part == 2 {
					break
				}
			}
			if part == 0 {
				t.Log("no import was killed in its middle on this machine")
			}
			s := open(t, url)
			if _, err := transfer.Import(t.Context(), s, bytes.NewReader(file), importing()); err != nil {
				t.Fatal(err)
			}
			if !bytes.Equal(file, export(t, s)) {
				t.Error("the documents are not those of the file")
			}
		})
	}
}

// kill starts an import in a process of its own and kills it after a while; it
// tells whether that came before the end.
func kill(t *testing.T, url, path string, after time.Duration) bool {
	t.Helper()
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = in.Close() }()
	var said bytes.Buffer
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), "TRANSFER_TEST_IMPORT="+url)
	child.Stdin, child.Stderr = in, &said
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	time.AfterFunc(after, func() { _ = child.Process.Kill() })
	err = child.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.Exited() {
		t.Fatalf("the import failed: %s", &said)
	}
	return err != nil
}

// stored counts the notes.
func stored(t *testing.T, url string) (n int64) {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Snapshot(t.Context(), func(v collection.View) error {
		return v.Documents(declared()[1], func(*collection.Document) error { n++; return nil })
	})
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	return n
}

// writing writes pairs of documents, one in each collection and both in one
// transaction, until it is told to stop. It returns how many are acknowledged.
func writing(t *testing.T, s *store.Store) (acknowledged *atomic.Int64, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	acknowledged = new(atomic.Int64)
	list := declared()
	go func() {
		defer close(ended)
		for i := 0; ctx.Err() == nil; i++ {
			// Downwards, so that what is new stands where a reader comes early
			// or has been.
			n := 1_000_000 - i
			err := s.Write(context.Background(), func(tx collection.Tx) error {
				return errors.Join(tx.Insert(list[1], note(n)), tx.Insert(list[0], document(n, `{}`)))
			})
			if err != nil {
				t.Errorf("write: %v", err)
				return
			}
			acknowledged.Add(1)
		}
	}()
	return acknowledged, func() { cancel(); <-ended }
}

// An export while a server writes is one moment: the transactions it has, it
// has whole, and all that were acknowledged before it began are in it.
func TestAnExportIsOneMoment(t *testing.T) {
	for name, url := range map[string]func(testing.TB) string{"SQLite": sqliteURL, "PostgreSQL": postgresURL} {
		t.Run(name, func(t *testing.T) {
			url := url(t)
			server := open(t, url)
			beside, err := store.Open(t.Context(), url, store.Options{ReadOnly: true, Log: quiet})
			if err != nil {
				t.Fatal(err)
			}
			acknowledged, stop := writing(t, server)
			defer stop()
			for range 5 {
				time.Sleep(100 * time.Millisecond)
				least := acknowledged.Load()
				var file bytes.Buffer
				done, err := transfer.Export(t.Context(), beside, &file, transfer.Exporting{Collections: declared(), At: at})
				if err != nil {
					t.Fatal(err)
				}
				notes, tags := done.Collections[0].Documents, done.Collections[1].Documents
				if notes != tags || notes < least {
					t.Errorf("%d notes and %d tags, %d of each were acknowledged before", notes, tags, least)
				}
				if err := read(&file); err != nil {
					t.Error(err)
				}
			}
			if err := beside.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A backup while a server writes opens, is whole, and has every write that was
// acknowledged before it began.
func TestABackupIsOneMoment(t *testing.T) {
	url := sqliteURL(t)
	server := open(t, url)
	beside, err := store.Open(t.Context(), url, store.Options{ReadOnly: true, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	acknowledged, stop := writing(t, server)
	defer stop()
	for i := range 3 {
		time.Sleep(100 * time.Millisecond)
		least := acknowledged.Load()
		path := filepath.Join(t.TempDir(), fmt.Sprintf("copy%d.db", i))
		if err := beside.Backup(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		if err := store.CheckBackup(t.Context(), path); err != nil {
			t.Error(err)
		}
		if n := stored(t, "sqlite:"+path); n < least {
			t.Errorf("the copy has %d documents, %d were acknowledged before", n, least)
		}
	}
	if err := beside.Close(); err != nil {
		t.Error(err)
	}
}
