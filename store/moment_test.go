package store

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"

	"github.com/postern-dev/postern/collection"
)

// A snapshot shows neither what is written nor what is deleted after it began,
// also beyond one page and in collections that nobody has read yet.
func testSnapshot(t *testing.T, db database) {
	c, other := tasks(), tasks(func(c *collection.Collection) { c.Name = "other" })
	s := db.open(t, c, other)
	var docs []*collection.Document
	for i := range viewPage + 5 {
		docs = append(docs, doc([]collection.Owner{ada, eve, {}}[i%3], fmt.Sprintf("%05d", i), fmt.Sprintf(`{"n":%d.0}`, i)))
	}
	insert(t, s, c, docs...)
	insert(t, s, other, doc(bob, "x", `{}`))
	err := s.Snapshot(t.Context(), func(v collection.View) error {
		if got := v.Names(); !slices.Equal(got, []string{"other", "tasks"}) {
			t.Errorf("names are %v", got)
		}
		insert(t, s, c, doc(ada, "00000a", `{}`), doc(ada, "99999", `{}`))
		remove(t, s, other, "x")
		var n int
		err := v.Documents(c, func(d *collection.Document) error {
			want := docs[n]
			if d.ID != want.ID || d.Owner != want.Owner || string(d.Body.Append(nil)) != string(want.Body.Append(nil)) {
				t.Errorf("document %d is %+v, want %+v", n, d, want)
			}
			n++
			return nil
		})
		if err != nil || n != len(docs) {
			t.Errorf("%d documents, want %d: %v", n, len(docs), err)
		}
		n = 0
		err = errors.Join(err, v.Documents(other, func(*collection.Document) error { n++; return nil }))
		err = errors.Join(err, v.Documents(tasks(func(c *collection.Collection) { c.Name = "never" }), nil))
		if n != 1 {
			t.Errorf("%d documents in the other collection", n)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func testSnapshotEnds(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	insert(t, s, c, doc(ada, "a", `{}`), doc(ada, "b", `{}`))
	stop, n := errors.New("enough"), 0
	each := func(*collection.Document) error { n++; return stop }
	err := s.Snapshot(t.Context(), func(v collection.View) error { return v.Documents(c, each) })
	if !errors.Is(err, stop) || n != 1 {
		t.Errorf("%d documents, then %v", n, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	err = s.Snapshot(ctx, func(v collection.View) error {
		cancel()
		return v.Documents(c, func(*collection.Document) error { return nil })
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	insert(t, s, c, doc(ada, "c", `{}`)) // nothing is held
}

// InsertAll leaves behind what as many calls of Insert do.
func testInsertAll(t *testing.T, db database) {
	quota := func(c *collection.Collection) { c.MaxDocuments = 1000 }
	c := tasks(index("due, -rank"), unique("owner, slug"), readable(anyOf(ownOnly, editors)), quota)
	s := db.open(t, c)
	var docs []*collection.Document
	for i := range 2*manyRows + 7 {
		body := fmt.Sprintf(`{"slug":"s%d","due":"2026-01-%02d","rank":%d,"editors":["x","y%d"]}`, i, 1+i%9, i%5, i)
		docs = append(docs, doc([]collection.Owner{ada, eve, {}}[i%3], fmt.Sprintf("%05d", i), body))
	}
	all := func(docs ...*collection.Document) error {
		return s.Write(t.Context(), func(tx collection.Tx) error { return tx.InsertAll(c, docs) })
	}
	if err := all(docs...); err != nil {
		t.Fatal(err)
	}
	who := collection.Owner{Issuer: ada.Issuer, Subject: "x"}
	if got := ids(t, s, c, collection.Scan{Visible: collection.Naming(collection.Path{"editors"}, who), Limit: 1000}); len(got) != 69 {
		t.Errorf("%d documents name x, want 69", len(got))
	}
	sorted := order("due, -rank")
	if got := ids(t, s, c, collection.Scan{Visible: collection.Always(), Index: &sorted, Limit: 1000}); len(got) != len(docs) {
		t.Errorf("%d documents by index", len(got))
	}
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		n, _, err := tx.Usage(c, ada)
		if n != 69 {
			t.Errorf("ada keeps %d documents, want 69", n)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if err := all(doc(ada, "a", `{}`), docs[3]); !errors.Is(err, collection.ErrTaken) || get(t, s, c, "a") != nil {
		t.Errorf("taken: %v", err)
	}
	var unique *collection.UniqueError
	if err := all(doc(ada, "a", `{}`), doc(ada, "b", `{"slug":"s0"}`)); !errors.As(err, &unique) || get(t, s, c, "a") != nil {
		t.Errorf("unique: %v", err)
	}
	if err := all(doc(ada, "a", `{"slug":"new"}`), doc(ada, "b", `{"slug":"new"}`)); !errors.As(err, &unique) || get(t, s, c, "a") != nil {
		t.Errorf("unique among themselves: %v", err)
	}
	if err := all(); err != nil {
		t.Errorf("nothing: %v", err)
	}
	var changes int64
	if err := s.engine.read(t.Context(), func(on session) error {
		_, err := one(on, "SELECT count(*) FROM changes WHERE op = 'insert' AND version = 1", nil, &changes)
		return err
	}); err != nil || changes != int64(len(docs)) {
		t.Errorf("%d changes, want %d: %v", changes, len(docs), err)
	}
}

func remove(t *testing.T, s *Store, c *collection.Collection, id string) {
	t.Helper()
	err := s.Write(context.Background(), func(tx collection.Tx) error {
		d, err := tx.Load(c, id)
		if err != nil {
			return err
		}
		return tx.Delete(c, d)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A snapshot is taken beside a server, too, whether or not one runs.
func TestSQLiteSnapshotWithoutWriting(t *testing.T) {
	url := sqliteURL(t)
	c := tasks()
	s, err := Open(t.Context(), url, Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	declare(t, s, c)
	insert(t, s, c, doc(ada, "a", `{}`))
	look := func(when string) {
		beside, err := Open(t.Context(), url, Options{ReadOnly: true, Log: quiet})
		if err != nil {
			t.Fatal(when, err)
		}
		n := 0
		err = beside.Snapshot(t.Context(), func(v collection.View) error {
			return v.Documents(c, func(*collection.Document) error { n++; return nil })
		})
		if err = errors.Join(err, beside.Close()); err != nil || n != 1 {
			t.Errorf("%s: %d documents, %v", when, n, err)
		}
	}
	look("beside the server")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	look("without a server")
}

func TestABackupIsChecked(t *testing.T) {
	c := tasks()
	s := sqlites.open(t, c)
	insert(t, s, c, doc(ada, "a", `{}`))
	path := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	if err := CheckBackup(t.Context(), path); err != nil {
		t.Error(err)
	}
	another := path + ".2"
	if err := s.Backup(t.Context(), another); err != nil {
		t.Fatal(err)
	}
	// Each copy is another database than the one that goes on.
	lineages := map[int64]bool{lineageOf(t, s): true}
	for _, at := range []string{path, another} {
		copied, err := Open(t.Context(), "sqlite:"+at, Options{ReadOnly: true, Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		lineages[lineageOf(t, copied)] = true
		if err := copied.Close(); err != nil {
			t.Error(err)
		}
	}
	if len(lineages) != 3 || !lineages[0] {
		t.Errorf("the lineages are %v", lineages)
	}
	if left, _ := filepath.Glob(path + "*"); len(left) != 2 {
		t.Errorf("beside the copies lie %v", left)
	}
}

func lineageOf(t *testing.T, s *Store) int64 {
	t.Helper()
	lineage, err := s.Lineage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return lineage
}
