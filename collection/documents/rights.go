package documents

import "github.com/postern-dev/postern/collection"

// Extent is on which documents a caller may do something.
type Extent string

// The extents of a right.
const (
	None Extent = "none" // on no document
	Some Extent = "some" // depends on the document
	Each Extent = "all"  // on every document
)

// Rights says what the caller may do in the collection. A new document is the
// caller's own.
func Rights(caller collection.Caller, c *collection.Collection) map[collection.Operation]Extent {
	rights := map[collection.Operation]Extent{}
	for _, o := range collection.Operations() {
		condition := c.Rule(o).For(caller)
		switch {
		case condition.IsNever():
			rights[o] = None
		case condition.IsAlways(), o == collection.Create && condition.Allows(&collection.Document{Owner: caller.Owner}):
			rights[o] = Each
		default:
			rights[o] = Some
		}
	}
	return rights
}

// May says what the caller may do with a document that it reads.
func May(caller collection.Caller, c *collection.Collection, d *collection.Document) (update, remove bool) {
	return c.Update.For(caller).Allows(d), c.Delete.For(caller).Allows(d)
}

// Shown tells whether the caller may see what its write led to. Who may change
// a document and not read it is not shown what others wrote into it; what a
// caller made is its own words.
func Shown(caller collection.Caller, o Outcome) bool {
	return o.Created || o.Collection.Read.For(caller).Allows(o.Document)
}
