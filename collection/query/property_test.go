package query_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

// rounds is how many worlds each property is tried in.
const rounds = 1500

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
		raw, want := address(filters, sort), expected(c, adas(documents), filters, sort)
		cursor, at := "", 0
		for {
			limit := 1 + w.IntN(20)
			p := page(t, m, c, with(raw, cursor, limit)+"&count=exact")
			if got, piece := ids(p.Items), ids(want[at:min(len(want), at+limit)]); got != piece {
				t.Fatalf("%s with %v\ngot  %s\nwant %s", raw, c.Indexes, got, piece)
			}
			if p.Total.Value != len(want) || p.Limit != limit || (p.Prev == "") != (at == 0) {
				t.Fatalf("%s with %v: total %d of %d, limit %d, prev %q", raw, c.Indexes, p.Total.Value, len(want), p.Limit, p.Prev)
			}
			if back := p.Prev; back != "" {
				limit := 1 + w.IntN(20)
				before := page(t, m, c, with(raw, back, limit))
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
	})
}

// crowd is a memory that others write to while ada reads.
type crowd struct {
	*memory
	w       world
	c       *collection.Collection
	filters []asked
	sort    []string
	// steady are the documents that were there all the time, met the filters
	// and kept their place.
	steady map[string]bool
}

func (w world) crowd(filters []asked, sort []string) *crowd {
	o := &crowd{memory: newMemory(w.some(80)...), w: w, c: w.collection(filters, sort), filters: filters, sort: sort}
	o.begin()
	return o
}

// begin makes all documents of the list steady.
func (o *crowd) begin() {
	o.steady = map[string]bool{}
	for id, d := range o.documents {
		if d.Owner == ada().Owner && meetsAll(o.filters, d) {
			o.steady[id] = true
		}
	}
}

// write inserts, deletes or changes a document.
func (o *crowd) write() {
	d := o.w.document()
	old := o.documents[d.ID]
	if len(o.documents) > 0 && o.w.IntN(3) > 0 {
		old = o.documents[pick(o.w, o.ids())]
		d.ID, d.Owner = old.ID, old.Owner
	}
	if old != nil && (o.w.IntN(3) == 0 || !o.keeps(old, d)) {
		delete(o.steady, old.ID)
	}
	if old != nil && !o.steady[old.ID] && o.w.IntN(2) == 0 {
		delete(o.documents, old.ID)
		return
	}
	o.documents[d.ID] = d
}

func (o *crowd) keeps(old, d *collection.Document) bool {
	same := *d
	same.ID = old.ID
	return meetsAll(o.filters, d) && compareBy(o.c, o.filters, o.sort, old, &same) == 0
}

func (o *crowd) ids() (list []string) {
	for id := range o.documents {
		list = append(list, id)
	}
	slices.Sort(list)
	return list
}

// follow walks from a cursor to the end of the list while others write.
func (o *crowd) follow(t *testing.T, raw, cursor string, backward bool) (shown []*collection.Document, last *query.Page) {
	t.Helper()
	for {
		p := page(t, o, o.c, with(raw, cursor, 1+o.w.IntN(15)))
		if cursor = p.Next; backward {
			shown, cursor = append(slices.Clone(p.Items), shown...), p.Prev
		} else {
			shown = append(shown, p.Items...)
		}
		if cursor == "" {
			return shown, p
		}
		for range o.w.IntN(6) {
			o.write()
		}
	}
}

// check holds what a walk showed against what it had to.
func (o *crowd) check(t *testing.T, raw, how string, shown []*collection.Document) {
	t.Helper()
	times := map[string]int{}
	var steady []*collection.Document
	for _, d := range shown {
		if times[d.ID]++; o.steady[d.ID] {
			steady = append(steady, d)
		}
		if !meetsAll(o.filters, d) || d.Owner != ada().Owner {
			t.Fatalf("%s, %s: shows %s, which is not of this list", raw, how, d.ID)
		}
	}
	for id := range o.steady {
		if times[id] != 1 {
			t.Fatalf("%s with %v, %s: shows %s %d times", raw, o.c.Indexes, how, id, times[id])
		}
	}
	if !slices.IsSortedFunc(steady, func(a, b *collection.Document) int { return compareBy(o.c, o.filters, o.sort, a, b) }) {
		t.Fatalf("%s with %v, %s: out of order: %s", raw, o.c.Indexes, how, ids(steady))
	}
}

// TestWalksAreRightWhileOthersWrite writes between pages and between the scans
// of one page.
func TestWalksAreRightWhileOthersWrite(t *testing.T) {
	eachWorld(t, func(t *testing.T, w world) {
		filters, sort := w.filters(), w.sort()
		o := w.crowd(filters, sort)
		o.between = func() {
			for range w.IntN(3) {
				o.write()
			}
		}
		raw := address(filters, sort)
		shown, last := o.follow(t, raw, "", false)
		o.check(t, raw, "forward", shown)
		o.begin()
		if last.Prev == "" {
			return
		}
		for _, d := range last.Items { // these are shown already; the walk back begins before them
			delete(o.steady, d.ID)
		}
		o.ahead(last.Items)
		shown, _ = o.follow(t, raw, last.Prev, true)
		o.check(t, raw, "backward", shown)
	})
}

// ahead takes what stands behind the beginning of a page out of the steady
// documents: a walk back from there does not come by.
func (o *crowd) ahead(items []*collection.Document) {
	for id := range o.steady {
		if len(items) > 0 && compareBy(o.c, o.filters, o.sort, o.documents[id], items[0]) > 0 {
			delete(o.steady, id)
		}
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
			o := notes(fmt.Sprint(required.Index)[1 : len(required.Index.String())-1])
			if required.YAML != "" && required.Index.Keys != nil && allBound(filters) {
				if p, err = list(t, m, o, with(raw, "", 3), query.Limits{Scanned: 10}); err != nil {
					t.Fatalf("%s needs an index still: %v", raw, err)
				}
			}
		case err != nil:
			t.Fatal(err)
		}
		if p != nil && ids(p.Items) != ids(want[:min(3, len(want))]) {
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
