package store

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

// verified is a collection with all that Verify looks at.
func verified() *collection.Collection {
	return tasks(index("rank"), unique("owner, title"), readable(anyOf(ownOnly, editors)), func(c *collection.Collection) { c.MaxDocuments = 1000 })
}

// live writes in every way.
func live(t *testing.T, s *Store, c *collection.Collection) {
	t.Helper()
	err := s.Write(context.Background(), func(tx collection.Tx) error {
		for i := range 9 {
			body := fmt.Sprintf(`{"title":"t%d","rank":%d,"editors":["bob"]}`, i, i)
			if err := tx.Insert(c, doc(ada, fmt.Sprint(i), body)); err != nil {
				return err
			}
		}
		if _, _, err := tx.Usage(c, ada); err != nil {
			return err
		}
		one, err := tx.Load(c, "1")
		if err != nil {
			return err
		}
		if err := tx.Update(c, one, next(one, `{"title":"other","rank":70,"editors":["eve"]}`)); err != nil {
			return err
		}
		two, err := tx.Load(c, "2")
		if err != nil {
			return err
		}
		return tx.Delete(c, two)
	})
	if err != nil {
		t.Fatal(err)
	}
	again := doc(bob, "2", `{"title":"again"}`)
	again.Birth = "z001"
	insert(t, s, c, again)
	if _, err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func testVerify(t *testing.T, db database) {
	for _, tt := range []struct {
		name, spoil, says string
	}{
		{"nothing", "", ""},
		{"a key", `UPDATE "c_tasks" SET K = 'x' WHERE id = '3'`, "document 3 has other keys than its members say: "},
		{"a body", `UPDATE "c_tasks" SET body = '{"rank":' WHERE id = '3'`, "document 3 cannot be read"},
		{"an owner", `UPDATE "c_tasks" SET owner_iss = 77 WHERE id = '3'`, "document 3 cannot be read: issuer number 77"},
		{"a document that is lost", `DELETE FROM "c_tasks" WHERE id = '3'`, "1 documents that are not what their last change says; the first is 3"},
		{"a document that comes back", `UPDATE "c_tasks" SET version = version + 1 WHERE id = '1'`, "not what their last change says; the first is 1"},
		{"a change that is lost", `DELETE FROM changes WHERE id = '1' AND op = 'update'`, "not what their last change says; the first is 1"},
		{"a change in the middle that is lost", `DELETE FROM changes WHERE id = '1' AND op = 'insert'`, "1 changes that do not follow from the one before; the first is 1"},
		{"a deletion that is lost", `DELETE FROM changes WHERE id = '2' AND op = 'delete'`, "do not follow from the one before; the first is 2"},
		{"a document without changes", `DELETE FROM changes WHERE id = '4'`, "1 documents of which no change tells; the first is 4"},
		{"somebody who is not named", `DELETE FROM "m_tasks" WHERE id = '5'`, "document 5 names other people than are kept"},
		{"somebody who is named by nobody", `INSERT INTO "m_tasks" (path, iss, sub, id) SELECT path, iss, sub, 'gone' FROM "m_tasks" WHERE id = '5'`, "1 people who are named by no document"},
		{"usage", `UPDATE usage SET bytes = bytes + 1`, "owners of whom another usage is noted than they have; the first is ada"},
		{"an index that is gone", `DROP INDEX I`, "the index of unique [owner, title] is not there"},
		{"a unique that is none", `DROP INDEX I; UPDATE "c_tasks" SET K = (SELECT K FROM "c_tasks" WHERE id = '5') WHERE id = '6'`, "2 documents that have to be one: unique [owner, title]; the first is 5"},
		{"a position of the future", `UPDATE changes SET P = 1000 WHERE id = '8'`, "only those behind 0 up to"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := verified()
			s := db.open(t, c)
			live(t, s, c)
			spoil(t, s, c, tt.spoil)
			v, err := s.Verify(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if tt.says == "" && (len(v.Flaws) > 0 || v.Documents != 9 || v.Changes != 12) || !strings.Contains(fmt.Sprint(v.Flaws), tt.says) {
				t.Errorf("got %+v, want %s", v, tt.says)
			}
		})
	}
}

// spoil runs the statements. K is the title's column, I the index that has it
// and P the position of changes.
func spoil(t *testing.T, s *Store, c *collection.Collection, statements string) {
	t.Helper()
	table := s.catalog.Load().tables[c.Name]
	title, _ := table.find(kindKey, collection.ParsePath("title"), formPlain)
	unique, ok := table.uniqueIndex(c, c.Unique[0])
	if !ok {
		t.Fatal("the index of the title is not known")
	}
	replacer := strings.NewReplacer(" K ", " "+title.sql()+" ", "INDEX I", "INDEX "+quote(unique.name), " P ", " "+s.engine.dialect().position+" ")
	for _, statement := range strings.Split(statements, "; ") {
		if statement == "" {
			continue
		}
		if err := s.engine.alter(t.Context(), replacer.Replace(statement)); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}

// An index that is dropped while everything is read is no flaw.
func testVerifyWhileDropping(t *testing.T, db database) {
	c := verified()
	s := db.open(t, c)
	live(t, s, c)
	err := s.engine.moment(t.Context(), func(on session) error {
		known, err := loadCatalog(on) // the moment begins
		if err != nil {
			return err
		}
		v := verification{ctx: t.Context(), store: s, on: on, catalog: known}
		for name := range known.tables[c.Name].indexes {
			if gone, err := s.uproot(t.Context(), c, name); err != nil || !gone {
				return fmt.Errorf("%v %w", gone, err)
			}
			if err := s.engine.alter(t.Context(), "DROP INDEX "+quote(name)); err != nil {
				return err
			}
		}
		if err := v.indexes(known.tables[c.Name]); err != nil {
			return err
		}
		if len(v.found.Flaws) > 0 {
			t.Errorf("got %+v", v.found.Flaws)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func testVerifyWhileWriting(t *testing.T, db database) {
	c := verified()
	url := db.url(t)
	s := db.at(t, url, c)
	beside, err := Open(t.Context(), url, Options{ReadOnly: true, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = beside.Close() })
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for i := 0; ctx.Err() == nil; i++ {
			insert(t, s, c, doc(ada, fmt.Sprint("w", i), fmt.Sprintf(`{"title":"w%d","rank":%d,"editors":["bob"]}`, i, i)))
		}
	}()
	for end := time.Now().Add(time.Second); time.Now().Before(end); {
		v, err := beside.Verify(t.Context())
		if err != nil || len(v.Flaws) > 0 {
			t.Errorf("got %+v, %v", v.Flaws, err)
			break
		}
	}
	stop()
	<-ended
}
