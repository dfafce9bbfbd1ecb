package feed

import (
	"slices"

	"github.com/postern-dev/postern/collection"
)

// interest is what a follower wants to hear of: all changes of a collection, or
// those of documents that a person owns, or that name the person. A change that
// concerns nobody who listens wakes nobody.
type interest struct {
	collection string
	person     collection.Owner
	// path is where the document names the person; empty is its owner.
	path string
}

// interestsIn returns what somebody has to hear of who sees the documents that
// meet the condition. Of a term, one atom is enough: without it, the term is
// not met.
func interestsIn(c *collection.Collection, visible collection.Condition) []interest {
	var list []interest
	for _, term := range visible.Terms() {
		if len(term) == 0 {
			return []interest{{collection: c.Name}}
		}
		atom := term[0]
		for _, a := range term {
			if a.Path == nil {
				atom = a
			}
		}
		i := interest{collection: c.Name, person: atom.Person}
		if atom.Path != nil {
			i.path = atom.Path.Pointer()
		}
		if !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	return list
}

// interestsOf returns who may want to hear of the change.
func interestsOf(of *collection.Collection, c *collection.Change) []interest {
	list := []interest{{collection: of.Name}}
	add := func(i interest) {
		if !slices.Contains(list, i) {
			list = append(list, i)
		}
	}
	for _, d := range []*collection.Document{c.Before, c.After} {
		if d == nil {
			continue
		}
		if !d.Owner.IsNobody() {
			add(interest{collection: of.Name, person: d.Owner})
		}
		for _, path := range of.MemberPaths() {
			for _, subject := range collection.Named(d.Body, path) {
				add(interest{of.Name, collection.Owner{Issuer: d.Owner.Issuer, Subject: subject}, path.Pointer()})
			}
		}
	}
	return list
}
