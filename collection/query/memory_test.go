package query_test

import (
	"cmp"
	"context"
	"slices"

	"github.com/postern-dev/postern/collection"
)

// memory is a store that does what [collection.Scan] says in the plainest way:
// it looks at every document.
type memory struct {
	collection.Store // methods that lists do not need
	documents        map[string]*collection.Document
	building         []string // indexes that are not ready
	careless         bool     // leaves MaxBytes out
	between          func()   // runs before each scan
	scans            int
	alternatives     int // the most of one scan
}

func newMemory(documents ...*collection.Document) *memory {
	m := &memory{documents: map[string]*collection.Document{}}
	for _, d := range documents {
		m.documents[d.ID] = d
	}
	return m
}

func (m *memory) Ready(_ *collection.Collection, index collection.Index) bool {
	return !slices.Contains(m.building, index.String())
}

func (m *memory) Get(_ context.Context, _ *collection.Collection, id string, visible collection.Condition) (*collection.Document, error) {
	if d := m.documents[id]; d != nil && visible.Allows(d) {
		return d, nil
	}
	return nil, nil
}

func (m *memory) Scan(ctx context.Context, c *collection.Collection, scan collection.Scan) ([]*collection.Document, error) {
	if m.between != nil {
		m.between()
	}
	m.scans++
	m.alternatives = max(m.alternatives, len(scan.Prefixes))
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	v := view{c, scan}
	var places []collection.Position
	for _, d := range m.documents {
		if !scan.Visible.Allows(d) || !v.has(d) {
			continue
		}
		if at := v.place(d); scan.After == nil || v.compare(at, *scan.After) > 0 {
			places = append(places, at)
		}
	}
	slices.SortFunc(places, v.compare)
	var list []*collection.Document
	for _, at := range places[:min(len(places), scan.Limit)] {
		list = append(list, m.documents[at.ID])
	}
	bytes := 0
	for i, d := range list {
		if bytes += d.Body.Size(); !m.careless && scan.MaxBytes > 0 && bytes >= scan.MaxBytes {
			return list[:i+1], nil
		}
	}
	return list, nil
}

func (m *memory) Count(ctx context.Context, c *collection.Collection, scan collection.Scan, limit int) (int, error) {
	scan.Limit, scan.MaxBytes = cmp.Or(limit, len(m.documents)+1), 0
	list, err := m.Scan(ctx, c, scan)
	return len(list), err
}

// view is one scan of a collection.
type view struct {
	c    *collection.Collection
	scan collection.Scan
}

func (v view) prefix() int {
	if len(v.scan.Prefixes) == 0 {
		return 0
	}
	return len(v.scan.Prefixes[0])
}

func (v view) behind() []collection.SortKey {
	if v.scan.Index == nil {
		return nil
	}
	return v.scan.Index.Keys[v.prefix():]
}

func (v view) has(d *collection.Document) bool {
	in := len(v.scan.Prefixes) == 0
	for _, prefix := range v.scan.Prefixes {
		same := true
		for i, key := range prefix {
			same = same && v.c.KeyAt(d, v.scan.Index.Keys[i].Path) == key
		}
		in = in || same
	}
	if !in || v.scan.Low == nil && v.scan.High == nil {
		return in
	}
	key := v.c.KeyAt(d, v.behind()[0].Path)
	if low := v.scan.Low; low != nil && (key < low.Key || key == low.Key && !low.Inclusive) {
		return false
	}
	high := v.scan.High
	return high == nil || key < high.Key || key == high.Key && high.Inclusive
}

func (v view) place(d *collection.Document) collection.Position {
	p := collection.Position{ID: d.ID}
	for _, key := range v.behind() {
		p.Keys = append(p.Keys, v.c.KeyAt(d, key.Path))
	}
	return p
}

func (v view) compare(a, b collection.Position) int {
	desc := false
	if v.scan.Index != nil {
		desc = v.scan.Index.Keys[len(v.scan.Index.Keys)-1].Desc
	}
	result := 0
	for i, key := range v.behind() {
		if result == 0 && a.Keys[i] != b.Keys[i] {
			if result = cmp.Compare(a.Keys[i], b.Keys[i]); key.Desc {
				result = -result
			}
		}
	}
	if result == 0 {
		if result = cmp.Compare(a.ID, b.ID); desc {
			result = -result
		}
	}
	if v.scan.Reverse {
		return -result
	}
	return result
}
