package query_test

import (
	"slices"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

// crowd writes while ada reads. It writes to its memory and to the store from
// which ada reads, where that is another one.
type crowd struct {
	*memory
	store   collection.Store
	w       world
	c       *collection.Collection
	filters []asked
	sort    []string
	// steady are the documents that were there all the time, met the filters
	// and kept their place.
	steady map[string]bool
	// tell writes the same to the store; nil is missing.
	tell func(old, d *collection.Document)
}

func (w world) crowd(filters []asked, sort []string) *crowd {
	m := newMemory(w.some(80)...)
	o := &crowd{memory: m, store: m, w: w, c: w.collection(filters, sort), filters: filters, sort: sort}
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
		d = nil
	} else {
		o.documents[d.ID] = d
	}
	if o.tell != nil {
		o.tell(old, d)
	}
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
		p := page(t, o.store, o.c, with(raw, cursor, 1+o.w.IntN(15)))
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
		o := w.crowd(w.filters(), w.sort())
		o.between = o.few
		o.walks(t)
	})
}

// few writes up to twice.
func (o *crowd) few() {
	for range o.w.IntN(3) {
		o.write()
	}
}

// walks follows the list to its end and back.
func (o *crowd) walks(t *testing.T) {
	t.Helper()
	raw := address(o.filters, o.sort)
	shown, last := o.follow(t, raw, "", false)
	o.check(t, raw, "forward", shown)
	if last.Prev == "" {
		return
	}
	o.begin()
	o.ahead(last.Items)
	shown, _ = o.follow(t, raw, last.Prev, true)
	o.check(t, raw, "backward", shown)
}

// ahead takes what stands behind the beginning of a page out of the steady
// documents: a walk back from there does not come by.
func (o *crowd) ahead(items []*collection.Document) {
	for id := range o.steady {
		if len(items) > 0 && compareBy(o.c, o.filters, o.sort, o.documents[id], items[0]) >= 0 {
			delete(o.steady, id)
		}
	}
}
