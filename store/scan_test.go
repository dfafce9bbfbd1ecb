package store

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

func testScans(t *testing.T, db database) {
	c := tasks(index("rank, -due"), readable(anyOf(ownOnly, editors, collection.Rule{Kind: collection.Scope, Name: "x"})))
	s := db.open(t, c)
	insert(t, s, c,
		doc(ada, "a", `{"rank":2,"due":"2026-01-01T00:00:00Z"}`),
		doc(ada, "b", `{"rank":2,"due":"2026-01-01T02:00:00+01:00"}`),
		doc(ada, "c", `{"rank":10}`),
		doc(ada, "d", `{}`),
		doc(bob, "e", `{"rank":2,"due":"2026-01-01T00:00:00Z","editors":["ada"]}`),
		doc(eve, "f", `{"rank":3,"editors":"ada"}`),
	)
	x := order("rank, -due")
	all := func(change func(*collection.Scan)) []string {
		scan := collection.Scan{Visible: collection.Always(), Index: &x, Limit: 10}
		change(&scan)
		return ids(t, s, c, scan)
	}
	wantIDs(t, all(func(*collection.Scan) {}), "d", "b", "e", "a", "f", "c")
	wantIDs(t, all(func(q *collection.Scan) { q.Reverse = true }), "c", "f", "a", "e", "b", "d")
	own := collection.OwnedBy(ada)
	wantIDs(t, all(func(q *collection.Scan) { q.Visible = own }), "d", "b", "a", "c")
	shared := collection.AnyOf(own, collection.Naming(collection.Path{"editors"}, ada))
	wantIDs(t, all(func(q *collection.Scan) { q.Visible = shared }), "d", "b", "e", "a", "c")
	for _, visible := range []collection.Condition{collection.Always(), shared} {
		// Bob's names ada, so it counts once, though two terms may show it.
		wantIDs(t, all(func(q *collection.Scan) { q.Visible, q.MaxBytes = visible, 1 }), "d")
		wantIDs(t, all(func(q *collection.Scan) { q.Visible, q.MaxBytes = visible, 3 }), "d", "b")
		wantIDs(t, all(func(q *collection.Scan) { q.Visible, q.MaxBytes = visible, 47 }), "d", "b", "e")
		wantIDs(t, all(func(q *collection.Scan) { q.Visible, q.MaxBytes, q.Reverse = visible, 1, true }), "c")
	}
	for range 3 { // by one, by position
		for _, reverse := range []bool{false, true} {
			scan := collection.Scan{Visible: shared, Index: &x, Limit: 1, Reverse: reverse}
			var walked []string
			for {
				docs, err := s.Scan(t.Context(), c, scan)
				if err != nil {
					t.Fatal(err)
				}
				if len(docs) == 0 {
					break
				}
				d := docs[0]
				walked = append(walked, d.ID)
				scan.After = &collection.Position{ID: d.ID, Keys: []collection.Key{c.KeyAt(d, x.Keys[0].Path), c.KeyAt(d, x.Keys[1].Path)}}
			}
			if reverse {
				wantIDs(t, walked, "c", "a", "e", "b", "d")
			} else {
				wantIDs(t, walked, "d", "b", "e", "a", "c")
			}
		}
	}
}

// However many large pages are asked for, what is short finds its turn.
func testShortReadsBesideScans(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	insert(t, s, c, doc(ada, "1", `{}`))
	ctx, stop := context.WithCancel(t.Context())
	reading, done := make(chan struct{}, 100), make(chan struct{})
	var scans sync.WaitGroup
	for range 100 {
		scans.Go(func() {
			_ = s.planned(ctx, c, collection.Scan{Visible: collection.Always(), Limit: 1}, func(session, *plan) error {
				reading <- struct{}{}
				<-done
				return nil
			})
		})
	}
	for range scansAtOnce(s.engine.readers()) {
		<-reading
	}
	soon, end := context.WithTimeout(t.Context(), 10*time.Second)
	defer end()
	if d, err := s.Get(soon, c, "1", collection.Always()); d == nil || err != nil {
		t.Errorf("a document: %v, %v", d, err)
	}
	if _, err := s.Revocations(soon, time.Time{}); err != nil {
		t.Error(err)
	}
	if len(reading) > 0 {
		t.Error("more scans run at once")
	}
	stop()
	close(done)
	scans.Wait()
}
