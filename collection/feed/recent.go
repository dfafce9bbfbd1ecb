package feed

import (
	"sort"

	"github.com/postern-dev/postern/collection"
)

// recent are the last changes that were told, without a gap, so that who comes
// back soon, or joins, asks no database.
type recent struct {
	changes []*collection.Change
	bytes   int
}

// What is kept at most.
const (
	recentMost  = 4096
	recentBytes = 16 << 20
)

func (r *recent) clear() { *r = recent{} }

func (r *recent) add(c *collection.Change) {
	r.changes, r.bytes = append(r.changes, c), r.bytes+c.Size()
	for len(r.changes) > recentMost || r.bytes > recentBytes {
		r.bytes -= r.changes[0].Size()
		r.changes[0] = nil // the array behind the slice lives on
		r.changes = r.changes[1:]
	}
}

// after returns the changes after the position, where none of them is missing;
// head is the last position of all.
func (r *recent) after(position, head int64) (_ []*collection.Change, complete bool) {
	if position >= head {
		return nil, true
	}
	i := sort.Search(len(r.changes), func(i int) bool { return r.changes[i].Position > position })
	if i == len(r.changes) || i == 0 && r.changes[0].Position != position+1 {
		return nil, false
	}
	return r.changes[i:], true
}
