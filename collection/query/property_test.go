package query_test

import (
	"errors"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

// rounds is how many worlds each property is tried in.
const rounds = 500

// eachWorld runs a property in many worlds and says which one broke it.
func eachWorld(t *testing.T, property func(t *testing.T, w world)) {
	t.Parallel()
	for seed := range uint64(rounds) {
		property(t, world{rand.New(rand.NewPCG(seed, 1))})
		if t.Failed() {
			t.Fatalf("in world %d", seed)
		}
	}
}

// some are up to n documents.
func (w world) some(n int) []*collection.Document {
	var list []*collection.Document
	for range w.IntN(n) {
		if d := w.document(); !slices.ContainsFunc(list, func(e *collection.Document) bool { return e.ID == d.ID }) {
			list = append(list, d)
		}
	}
	return list
}

// adas are those that ada may read.
func adas(documents []*collection.Document) (list []*collection.Document) {
	for _, d := range documents {
		if d.Owner == ada().Owner {
			list = append(list, d)
		}
	}
	return list
}

// TestPagesAreTheListCutIntoPieces compares every page, and both directions,
// with documents that were filtered and sorted one by one.
func TestPagesAreTheListCutIntoPieces(t *testing.T) {
	eachWorld(t, func(t *testing.T, w world) {
		filters, sort := w.filters(), w.sort()
		c, documents := w.collection(filters, sort), w.some(60)
		m := newMemory(documents...)
		m.careless = w.IntN(2) == 0
		if w.IntN(4) == 0 && len(c.Indexes) > 0 {
			m.building = []string{pick(w, c.Indexes).String()}
		}
		w.pages(t, m, c, documents, filters, sort)
	})
}

// pages follows a list to its end, and goes back from each page.
func (w world) pages(t *testing.T, store collection.Store, c *collection.Collection, documents []*collection.Document, filters []asked, sort []string) {
	t.Helper()
	raw, want := address(filters, sort), expected(c, adas(documents), filters, sort)
	cursor, at := "", 0
	for {
		limit := 1 + w.IntN(20)
		p := page(t, store, c, with(raw, cursor, limit)+"&count=exact")
		if got, piece := ids(p.Items), ids(want[at:min(len(want), at+limit)]); got != piece {
			t.Fatalf("%s with %v\ngot  %s\nwant %s", raw, c.Indexes, got, piece)
		}
		if p.Total.Value != len(want) || p.Limit != limit || (p.Prev == "") != (at == 0) {
			t.Fatalf("%s with %v: total %d of %d, limit %d, prev %q", raw, c.Indexes, p.Total.Value, len(want), p.Limit, p.Prev)
		}
		if p.Prev != "" {
			limit := 1 + w.IntN(20)
			before := page(t, store, c, with(raw, p.Prev, limit))
			if got, piece := ids(before.Items), ids(want[max(0, at-limit):at]); got != piece {
				t.Fatalf("%s with %v, back\ngot  %s\nwant %s", raw, c.Indexes, got, piece)
			}
			if (before.Prev == "") != (at-limit <= 0) || before.Next == "" {
				t.Fatalf("%s: prev %q, next %q", raw, before.Prev, before.Next)
			}
		}
		if at += len(p.Items); p.Next == "" {
			break
		}
		cursor = p.Next
	}
	if at != len(want) {
		t.Fatalf("%s with %v: ends after %d of %d", raw, c.Indexes, at, len(want))
	}
}

// TestTheBoundIsNeverPassed tries queries with a small bound: what comes is
// right, and what is refused would have cost more.
func TestTheBoundIsNeverPassed(t *testing.T) {
	eachWorld(t, func(t *testing.T, w world) {
		filters, sort := w.filters(), w.sort()
		c, documents := w.collection(filters, sort), w.some(120)
		raw, want := address(filters, sort), expected(c, adas(documents), filters, sort)
		m := newMemory(documents...)
		p, err := list(t, m, c, with(raw, "", 3), query.Limits{Scanned: 10})
		var required *query.IndexRequired
		switch {
		case errors.As(err, &required):
			if len(adas(documents)) <= 10 {
				t.Fatalf("%s: refused for %d documents", raw, len(documents))
			}
			if required.YAML == "" || !allBound(filters) {
				return
			}
			c.Indexes = append(c.Indexes, required.Index)
			if p, err = list(t, m, c, with(raw, "", 3), query.Limits{Scanned: 10}); err != nil {
				t.Fatalf("%s needs an index still: %v", raw, err)
			}
		case err != nil:
			t.Fatal(err)
		}
		if ids(p.Items) != ids(want[:min(3, len(want))]) {
			t.Fatalf("%s: %s", raw, ids(p.Items))
		}
	})
}

// allBound tells whether an index can answer all filters. One that is also
// sorted by keeps its order, and its other values are walked over.
func allBound(filters []asked) bool {
	return !slices.ContainsFunc(filters, func(f asked) bool {
		return f.op != "eq" || slices.ContainsFunc(f.values, func(v string) bool { return len(v) > 400 }) ||
			slices.ContainsFunc(filters, func(g asked) bool { return g.path == f.path && g.op != f.op })
	})
}
