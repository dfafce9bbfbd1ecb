package query

import "github.com/postern-dev/postern/collection"

// Query is what a list asks for, checked against its collection. It never
// changes.
type Query struct {
	// Filters have all to be met.
	Filters []*Filter
	// Sort is the order that was asked for; nil is the order of ids. Documents
	// that it does not tell apart are in the order of their ids, in the
	// direction of the last key.
	Sort []collection.SortKey
	// Limit is how many documents a page has at most.
	Limit int
	// Cursor is where the page begins, as [Page] gave it; empty is the first
	// page.
	Cursor string
	// Fields are the members to show; nil is all.
	Fields []collection.Path
	// Count says whether to count the documents that the filters meet.
	Count Count
	// Can says whether to show what the caller may do with each document.
	Can bool

	limits Limits
}

// Count is how documents are counted.
type Count string

// The ways to count. Capped stops at [Limits.Counted].
const (
	NoCount Count = ""
	Exact   Count = "exact"
	Capped  Count = "capped"
)

// Limits bound what one list may ask for and cost. A field that is 0 has the
// default of [DefaultLimits].
type Limits struct {
	// Filters is how many filters one list has.
	Filters int
	// In is how many values one in or nin has.
	In int
	// ValueBytes is the length of one value of a filter.
	ValueBytes int
	// SortKeys is how many members one order has.
	SortKeys int
	// Fields is how many members one list chooses.
	Fields int
	// PageSize is the limit of a list that says none, MaxPageSize the highest
	// that it may say.
	PageSize    int
	MaxPageSize int
	// PageBytes ends a page: the bodies of its documents have no more together,
	// unless it is one document.
	PageBytes int
	// Scanned is how many documents are examined for one page where no index
	// answers alone, ScannedBytes how large their bodies are together.
	Scanned      int
	ScannedBytes int
	// Counted is where capped counts stop.
	Counted int
}

// DefaultLimits are the limits where nobody sets others.
func DefaultLimits() Limits {
	return Limits{
		Filters: 10, In: 100, ValueBytes: 1000, SortKeys: 4, Fields: 50, PageSize: 50, MaxPageSize: 200, PageBytes: 1 << 20,
		Scanned: 20_000, ScannedBytes: 64 << 20, Counted: 10_000,
	}
}

// OrDefault returns the limits with defaults in place of what is 0.
func (l Limits) OrDefault() Limits {
	d := DefaultLimits()
	for _, each := range []struct{ field, value *int }{
		{&l.Filters, &d.Filters}, {&l.In, &d.In}, {&l.ValueBytes, &d.ValueBytes}, {&l.SortKeys, &d.SortKeys},
		{&l.Fields, &d.Fields}, {&l.PageSize, &d.PageSize}, {&l.MaxPageSize, &d.MaxPageSize}, {&l.PageBytes, &d.PageBytes},
		{&l.Scanned, &d.Scanned}, {&l.ScannedBytes, &d.ScannedBytes}, {&l.Counted, &d.Counted},
	} {
		if *each.field <= 0 {
			*each.field = *each.value
		}
	}
	l.PageSize = min(l.PageSize, l.MaxPageSize)
	return l
}

// idPath leads to the member that every order ends with.
var idPath = collection.Path{"id"}

// order is the whole order of the list: members that differ between its
// documents, each once, and the id last. What follows the id decides nothing.
func (q *Query) order() []collection.SortKey {
	order := make([]collection.SortKey, 0, len(q.Sort)+1)
	desc := false
	for _, key := range q.Sort {
		if _, ok := q.constant(key.Path); ok {
			continue
		}
		order, desc = append(order, key), key.Desc
		if key.Path.Equal(idPath) {
			return order
		}
	}
	return append(order, collection.SortKey{Path: idPath, Desc: desc})
}

// constant returns the one key that all documents of the list have at path.
func (q *Query) constant(path collection.Path) (key collection.Key, ok bool) {
	for _, f := range q.Filters {
		if keys := f.binds(); len(keys) == 1 && f.Path.Equal(path) {
			return keys[0], true
		}
	}
	return "", false
}
