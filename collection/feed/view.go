package feed

import (
	"crypto/sha256"
	"encoding/binary"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

// View is what one reader sees of one collection.
type View struct {
	Collection *collection.Collection
	// Visible is the rule, for this reader.
	Visible collection.Condition
	// Query has the filters; nil is none.
	Query *query.Query
}

// Op is what became of a document in the eyes of a reader.
type Op string

// Upsert is a document that is new to the reader, or another version of it;
// Remove is one that is gone, whether it was deleted or left the reader's view.
const (
	Upsert Op = "upsert"
	Remove Op = "remove"
)

// Event is what a change means to one reader.
type Event struct {
	Op Op
	*collection.Change
	// View is the reader's.
	View *View
}

// judge works out what the change means to the reader, by the state before and
// after it.
func (f *Follower) judge(c *collection.Change) (Event, bool) {
	for i := range f.views {
		v := &f.views[i]
		switch {
		case v.Collection.Name != c.Collection:
			continue
		case v.shows(c.After):
			return Event{Upsert, c, v}, true
		case v.shows(c.Before):
			return Event{Remove, c, v}, true
		}
	}
	return Event{}, false
}

func (v *View) shows(d *collection.Document) bool {
	return d != nil && v.Visible.Allows(d) && (v.Query == nil || v.Query.Meets(v.Collection, d))
}

// rights is a hash of what the reader may see of the collection, in the database
// of this lineage.
func (v *View) rights(lineage int64, reader collection.Owner) (hash [8]byte) {
	var data []byte
	if lineage != 0 { // else positions are what they were before there was any
		data = binary.BigEndian.AppendUint64(data, uint64(lineage))
	}
	add := func(texts ...string) {
		for _, text := range texts {
			data = append(binary.AppendUvarint(data, uint64(len(text))), text...)
		}
	}
	add(v.Collection.Name, reader.Issuer, reader.Subject)
	for _, term := range v.Visible.Terms() {
		data = append(data, ';')
		for _, atom := range term {
			data = append(data, ',')
			add(atom.Person.Issuer, atom.Person.Subject, atom.Path.Pointer())
		}
	}
	sum := sha256.Sum256(data)
	copy(hash[:], sum[:])
	return hash
}
