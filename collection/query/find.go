package query

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"github.com/postern-dev/postern/collection"
)

const (
	// chunk and chunkBytes bound what one scan of a walk returns.
	chunk      = 1000
	chunkBytes = 2 << 20
)

// errBound says that more would have to be examined than is allowed.
var errBound = errors.New("too many documents to examine")

// find returns the documents of the page, in the direction of the walk, and
// one more where there is one.
func (l *list) find() ([]*collection.Document, error) {
	l.matched = -1
	found, err := l.attempt(makePlans(l.c, l.q, l.ready))
	if errors.Is(err, errBound) {
		return nil, l.indexRequired(l.order)
	}
	return found, err
}

// attempt tries the plans. Where one reads fewer documents and the other has
// the order of the list, nobody knows which is the better one: of many that
// meet the filters, enough for a page come soon in their order; few are quickly
// gathered. So each may try a little, then more.
func (l *list) attempt(p plans) ([]*collection.Document, error) {
	most := l.q.limits.Scanned
	if p.sorted == nil {
		return l.gather(p.narrow, most)
	}
	if p.sorted.covered >= p.narrow.covered {
		return l.walk(p.sorted, most)
	}
	few := 2 * (l.q.Limit + 1)
	for _, bound := range []int{max(few, most/200), max(10*few, most/20), most} {
		bound = min(bound, most)
		found, err := l.walk(p.sorted, bound)
		if errors.Is(err, errBound) {
			found, err = l.gather(p.narrow, bound)
		}
		if !errors.Is(err, errBound) {
			return found, err
		}
	}
	return nil, errBound
}

// walk reads documents in the order of the list until the page is full.
func (l *list) walk(p *plan, most int) ([]*collection.Document, error) {
	scan := p.scan(l.visible)
	scan.Reverse = p.reverse != l.from.backward
	scan.After = p.at(l.q, l.order, l.from)
	scan.MaxBytes = chunkBytes
	want := l.q.Limit + 1
	if len(p.residual) == 0 {
		most = math.MaxInt - 1
	}
	var found []*collection.Document
	bytes := 0
	for examined, size := 0, want; ; size = min(2*size, chunk) {
		scan.Limit = min(size, most+1-examined)
		documents, err := l.store.Scan(l.ctx, l.c, scan)
		if err != nil {
			return nil, err
		}
		for _, d := range documents {
			l.scanned++
			if l.meets(p.residual, d) {
				found, bytes = append(found, d), bytes+d.Body.Size()
				if len(found) == want || len(found) > 1 && bytes > l.q.limits.PageBytes {
					return found, nil
				}
			}
		}
		if examined += len(documents); examined > most {
			return nil, errBound
		}
		if isLast(documents, scan) {
			return found, nil
		}
		scan.After = p.placeOf(l.c, documents[len(documents)-1])
	}
}

// isLast tells whether nothing can follow what a scan returned.
func isLast(documents []*collection.Document, scan collection.Scan) bool {
	if len(documents) == 0 {
		return true
	}
	return len(documents) < scan.Limit && weigh(documents) < scan.MaxBytes
}

// weigh returns the bytes of the bodies.
func weigh(documents []*collection.Document) (bytes int) {
	for _, d := range documents {
		bytes += d.Body.Size()
	}
	return bytes
}

// candidates reads all documents of the plan, at one moment: a document that
// moves in the index meanwhile is neither lost nor there twice.
func (l *list) candidates(p *plan, most int) ([]*collection.Document, error) {
	if p.ids != nil {
		return l.fetch(p)
	}
	scan := p.scan(l.visible)
	scan.Limit, scan.MaxBytes = most+1, l.q.limits.ScannedBytes
	documents, err := l.store.Scan(l.ctx, l.c, scan)
	if err != nil {
		return nil, err
	}
	l.scanned += len(documents)
	if len(documents) > most || weigh(documents) >= scan.MaxBytes {
		return documents, errBound
	}
	return documents, nil
}

// fetch reads documents by their ids.
func (l *list) fetch(p *plan) ([]*collection.Document, error) {
	var documents []*collection.Document
	for _, key := range p.ids {
		if len(key) < 2 || key.IsLong() {
			continue // no id is empty or that long
		}
		d, err := l.store.Get(l.ctx, l.c, string(key[1:]), l.visible)
		if err != nil {
			return nil, err
		}
		if d != nil {
			documents = append(documents, d)
		}
	}
	l.scanned += len(documents)
	return documents, nil
}

// placed is a document with its place in the order.
type placed struct {
	*collection.Document
	keys []collection.Key
}

// gather reads all documents of the plan and puts them into order.
func (l *list) gather(p *plan, most int) ([]*collection.Document, error) {
	documents, err := l.candidates(p, most)
	if err != nil {
		return nil, err
	}
	l.matched = 0
	var behind []placed
	for _, d := range documents {
		if !l.meets(p.residual, d) {
			continue
		}
		l.matched++
		if at := (placed{d, l.keys(d)}); l.from.bare || l.compare(at, l.edgeOf(l.from)) > 0 {
			behind = append(behind, at)
		}
	}
	slices.SortFunc(behind, l.compare)
	found := make([]*collection.Document, 0, min(len(behind), l.q.Limit+1))
	for _, at := range behind[:min(len(behind), l.q.Limit+1)] {
		found = append(found, at.Document)
	}
	return found, nil
}

func (l *list) edgeOf(from position) placed {
	return placed{&collection.Document{ID: from.id}, from.keys}
}

// compare orders in the direction of the walk.
func (l *list) compare(a, b placed) int {
	for i := range a.keys {
		if c := cmp.Compare(a.keys[i], b.keys[i]); c != 0 {
			return c * l.sign(i)
		}
	}
	return cmp.Compare(a.ID, b.ID) * l.sign(len(a.keys))
}

func (l *list) sign(i int) int {
	if l.order[i].Desc != l.from.backward {
		return -1
	}
	return 1
}
