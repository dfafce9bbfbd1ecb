package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

// many are n documents with ranks that go down.
func many(n int) (docs []*collection.Document) {
	for i := range n {
		docs = append(docs, doc(ada, fmt.Sprintf("%04d", i), fmt.Sprintf(`{"rank":%d,"slug":"s%d","editors":["bob"]}`, n-i, i)))
	}
	return docs
}

func testIndexAppears(t *testing.T, db database) {
	bare, x := tasks(), order("rank")
	s := db.open(t, bare)
	s.fillBatch = 30
	insert(t, s, bare, many(100)...)
	c := tasks(index("rank"), unique("slug"))
	declare(t, s, c)
	settle(t, s, c)
	if !s.Ready(c, x) {
		t.Fatal("not ready")
	}
	scan := collection.Scan{Visible: collection.OwnedBy(ada), Index: &x, Limit: 2}
	wantIDs(t, ids(t, s, c, scan), "0099", "0098")
	var taken *collection.UniqueError
	if err := s.Write(t.Context(), inserting(c, "new", `{"slug":"s5"}`)); !errors.As(err, &taken) {
		t.Errorf("unique: %v", err)
	}
	// It goes with its declaration, and comes back with all that was written
	// meanwhile.
	declare(t, s, bare)
	settle(t, s, bare)
	if s.Ready(c, x) {
		t.Error("ready without a declaration")
	}
	insert(t, s, bare, doc(ada, "new", `{"rank":0,"slug":"s100"}`))
	declare(t, s, c)
	settle(t, s, c)
	wantIDs(t, ids(t, s, c, scan), "new", "0099")
	if building, err := s.Progress(t.Context()); len(building) > 0 || err != nil {
		t.Error(building, err)
	}
}

func testIndexOfAnEmptyCollection(t *testing.T, db database) {
	c := tasks(index("rank"), unique("slug"))
	s := db.open(t, c)
	if !s.Ready(c, c.Indexes[0]) || s.Ready(c, order("title")) {
		t.Error("an index of an empty collection is ready at once, and no other")
	}
	more := tasks(index("rank"), index("title"), unique("slug"), unique("owner, title"))
	declare(t, s, more)
	if !s.Ready(more, order("title")) {
		t.Error("not ready")
	}
	insert(t, s, more, doc(ada, "a", `{"title":"x"}`))
	var taken *collection.UniqueError
	if err := s.Write(t.Context(), inserting(more, "b", `{"title":"x"}`)); !errors.As(err, &taken) {
		t.Errorf("unique: %v", err)
	}
}

// A changed type changes the keys.
func testTypeChanges(t *testing.T, db database) {
	text := tasks(index("at"))
	s := db.open(t, text)
	insert(t, s, text, doc(ada, "later", `{"at":"2026-01-01T00:30:00Z"}`), doc(ada, "sooner", `{"at":"2026-01-01T01:00:00+01:00"}`))
	x := order("at")
	scan := collection.Scan{Visible: collection.Always(), Index: &x, Limit: 9}
	wantIDs(t, ids(t, s, text, scan), "later", "sooner")
	times := tasks(index("at"), func(c *collection.Collection) { c.Schema = types{"at": collection.DateTime} })
	if s.Ready(times, x) {
		t.Error("ready with keys of another type")
	}
	declare(t, s, times)
	settle(t, s, times)
	wantIDs(t, ids(t, s, times, scan), "sooner", "later")
}

func testUniqueContradicted(t *testing.T, db database) {
	s := db.open(t, tasks())
	insert(t, s, tasks(), doc(ada, "a", `{"slug":"x"}`), doc(ada, "b", `{"slug":"x"}`))
	c := tasks(unique("slug"), index("rank"))
	declare(t, s, c)
	for range 200 {
		building, err := s.Progress(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(building) == 1 && building[0].Failed != "" && s.Ready(c, order("rank")) {
			if building[0].Declared != "unique [slug]" {
				t.Errorf("got %+v", building)
			}
			insert(t, s, c, doc(ada, "c", `{"slug":"x"}`))
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Error("nobody says that the unique failed")
}

// Filling is cut off by the end of the server, and goes on at the next start.
func testFillCutOff(t *testing.T, db database) {
	url, bare := db.url(t), tasks()
	first := db.at(t, url, bare)
	insert(t, first, bare, many(200)...)
	c := tasks(index("rank"), readable(anyOf(ownOnly, editors)))
	if err := first.declare(t.Context(), c); err != nil { // without what goes on in the background
		t.Fatal(err)
	}
	first.fillBatch = 50
	if _, _, err := first.fillSome(t.Context(), c, first.catalog.Load().tables[c.Name].generation, ""); err != nil {
		t.Fatal(err)
	}
	if first.Ready(c, c.Indexes[0]) {
		t.Error("ready too early")
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := db.at(t, url, c)
	// Whom documents name is complete when Declare returns.
	if list := ids(t, s, c, collection.Scan{Visible: collection.Naming(collection.Path{"editors"}, bob), Limit: 300}); len(list) != 200 {
		t.Errorf("bob sees %d", len(list))
	}
	settle(t, s, c)
	list := ids(t, s, c, collection.Scan{Visible: collection.OwnedBy(ada), Index: &c.Indexes[0], Limit: 300})
	if len(list) != 200 || list[0] != "0199" || !slices.IsSortedFunc(list, func(a, b string) int { return strings.Compare(b, a) }) {
		t.Errorf("got %v", list)
	}
}

// Documents that are written while others are filled in have their keys.
func testWritesWhileFilling(t *testing.T, db database) {
	bare := tasks()
	s := db.open(t, bare)
	// Writers may commit by a catalog that is as old as catalogFresh.
	s.fillBatch, s.fillGrace = 10, s.catalogFresh+3*time.Second
	insert(t, s, bare, many(300)...)
	c := tasks(index("rank"), readable(anyOf(ownOnly, editors, public)))
	written := make(chan error)
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		var err error
		for i := 0; ctx.Err() == nil && err == nil; i++ {
			err = s.Write(context.Background(), func(tx collection.Tx) error {
				d, err := tx.Load(c, fmt.Sprintf("%04d", i%300))
				if err != nil {
					return err
				}
				if err := tx.Update(c, d, next(d, fmt.Sprintf(`{"rank":%d}`, -i))); err != nil {
					return err
				}
				return tx.Insert(c, doc(ada, fmt.Sprintf("x%04d", i), fmt.Sprintf(`{"rank":%d.5}`, -i)))
			})
		}
		written <- err
	}()
	declare(t, s, c)
	settle(t, s, c)
	stop()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	all, err := s.Scan(t.Context(), c, collection.Scan{Visible: collection.Always(), Limit: 100_000})
	if err != nil {
		t.Fatal(err)
	}
	scan := collection.Scan{Visible: collection.Always(), Index: &c.Indexes[0], Limit: 100_000}
	wantIDs(t, ids(t, s, c, scan), model(c, all, scan)...)
	scan = collection.Scan{Visible: collection.Naming(collection.Path{"editors"}, bob), Limit: 100_000}
	wantIDs(t, ids(t, s, c, scan), model(c, all, scan)...)
}

func testReopened(t *testing.T, db database) {
	url := db.url(t)
	c := tasks(index("rank"), unique("slug"))
	first := db.at(t, url, c)
	insert(t, first, c, many(20)...)
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	s := db.at(t, url)
	declare(t, s, c)
	if !s.Ready(c, c.Indexes[0]) {
		t.Error("not ready")
	}
	list := ids(t, s, c, collection.Scan{Visible: collection.OwnedBy(ada), Index: &c.Indexes[0], Limit: 3})
	wantIDs(t, list, "0019", "0018", "0017")
}
