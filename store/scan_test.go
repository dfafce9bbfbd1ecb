package store

import (
	"testing"

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
