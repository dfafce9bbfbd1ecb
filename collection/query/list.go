package query

import (
	"context"
	"slices"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/seal"
)

// Page is one page of a list.
type Page struct {
	Items []*collection.Document
	// Next and Prev are the cursors of the pages behind and before this one;
	// empty where there is none.
	Next, Prev string
	// Limit is how many items the page could have had.
	Limit int
	// Total is how many documents the whole list has; nil where nobody asked.
	Total *Total
	// Scanned is how many documents were examined. Warning says that these
	// are half of the bound or more: soon the list needs an index.
	Scanned int
	Warning bool
}

// Total is how many documents a list has.
type Total struct {
	Value int
	// AtLeast says that there can be more.
	AtLeast bool
}

// List finds one page of the caller's documents.
//
// While others write, following Next or Prev from end to end shows every
// document exactly once that was there throughout, met the filters throughout
// and did not change a member that the list is sorted by.
//
// Errors: *[NotAllowed], *[CursorError], *[IndexRequired], and those of the
// store.
func List(ctx context.Context, store collection.Store, sealer *seal.Sealer, c *collection.Collection, caller collection.Caller, q *Query) (*Page, error) {
	visible := c.Read.For(caller)
	if visible.IsNever() {
		return nil, &NotAllowed{c.Name, c.Read}
	}
	l := &list{
		ctx: ctx, store: store, c: c, q: q, visible: visible,
		order: q.order(), mark: markOf(c, caller, q), from: position{bare: true},
	}
	if q.Cursor != "" {
		var err error
		if l.from, err = l.mark.read(sealer, q.Cursor, len(l.order)-1); err != nil {
			return nil, err
		}
	}
	found, err := l.find()
	if err != nil {
		return nil, err
	}
	total, err := l.total()
	if err != nil {
		return nil, err
	}
	page := l.page(sealer, found)
	page.Total, page.Scanned, page.Warning = total, l.scanned, l.scanned >= q.limits.Scanned/2
	return page, nil
}

// list is one run of [List].
type list struct {
	ctx     context.Context
	store   collection.Store
	c       *collection.Collection
	q       *Query
	visible collection.Condition
	order   []collection.SortKey
	mark    mark
	from    position
	// scanned counts what was examined; matched what met the filters, once
	// all documents were looked at, and is -1 before.
	scanned, matched int
}

func (l *list) ready(index collection.Index) bool { return l.store.Ready(l.c, index) }

// fits is how many of the documents that were found the page shows: at least
// one.
func (l *list) fits(found []*collection.Document) int {
	bytes := 0
	for n, d := range found {
		if bytes += d.Body.Size(); n == l.q.Limit || n > 0 && bytes > l.q.limits.PageBytes {
			return n
		}
	}
	return len(found)
}

// page makes a page of what was found in the direction of the walk: one document
// more than the page shows, or some, where there are more.
func (l *list) page(sealer *seal.Sealer, found []*collection.Document) *Page {
	items := found[:l.fits(found)]
	more := len(items) < len(found)
	page := &Page{Items: items, Limit: l.q.Limit}
	// Ahead is where the walk leads, back is where it came from: there is a
	// page unless it began at that end.
	ahead, back := &page.Next, &page.Prev
	if l.from.backward {
		slices.Reverse(items)
		ahead, back = &page.Prev, &page.Next
	}
	if more {
		*ahead = l.mark.write(sealer, l.edge(items, l.from.backward))
	}
	if !l.from.bare {
		*back = l.mark.write(sealer, l.edge(items, !l.from.backward))
	}
	return page
}

// edge is the position from which the walk leaves a page. An empty page has no
// edge: what is on that side of it is the whole list.
func (l *list) edge(items []*collection.Document, backward bool) position {
	if len(items) == 0 {
		return position{backward: backward, bare: true}
	}
	d := items[len(items)-1]
	if backward {
		d = items[0]
	}
	return position{backward: backward, keys: l.keys(d), id: d.ID}
}

// keys are those of the document for each member of the order but the id.
func (l *list) keys(d *collection.Document) []collection.Key {
	keys := make([]collection.Key, len(l.order)-1)
	for i := range keys {
		keys[i] = l.c.KeyAt(d, l.order[i].Path)
	}
	return keys
}

func (l *list) meets(filters []*Filter, d *collection.Document) bool { return meetAll(l.c, filters, d) }

// Meets tells whether the document meets all filters.
func (q *Query) Meets(c *collection.Collection, d *collection.Document) bool {
	return meetAll(c, q.Filters, d)
}

func meetAll(c *collection.Collection, filters []*Filter, d *collection.Document) bool {
	for _, f := range filters {
		if !f.meets(c, d) {
			return false
		}
	}
	return true
}
