package query

import (
	"slices"

	"github.com/postern-dev/postern/collection"
)

// maxAlternatives is how many stretches of an index one scan reads.
const maxAlternatives = 100

// plan is one way to find the documents of a list.
type plan struct {
	// index is nil for the order of ids.
	index *collection.Index
	// bound are the filters that give the prefix, one for each key.
	bound     []*Filter
	low, high *collection.Bound
	// residual are the filters that each document has to be asked.
	residual []*Filter
	// sorted says that the scan has the order of the list, and reverse that
	// it has to be walked from its end for that.
	sorted, reverse bool
	// ids are those of all documents of the list, where they are known.
	ids []collection.Key
	// covered and alternatives are how good it is.
	covered, alternatives int
}

// plans are the two that are worth trying.
type plans struct {
	// sorted reads documents in the order of the list and can stop early; nil
	// where no index has that order.
	sorted *plan
	// narrow reads the fewest.
	narrow *plan
}

// makePlans looks for the best ways among the indexes that are ready.
func makePlans(c *collection.Collection, q *Query, ready func(collection.Index) bool) plans {
	if p := idPlan(q); p != nil {
		return plans{narrow: p}
	}
	var best plans
	order := q.order()
	best.take(candidate(q, order, nil, 0))
	for i := range c.Indexes {
		index := &c.Indexes[i]
		if !ready(*index) {
			continue
		}
		for n := 0; n <= len(index.Keys); n++ {
			p := candidate(q, order, index, n)
			if p == nil {
				break
			}
			best.take(p)
		}
	}
	for _, p := range []*plan{best.sorted, best.narrow} {
		if p != nil {
			p.leave(q)
		}
	}
	return best
}

// take keeps the plan where it is better. Those that come first win a tie.
func (best *plans) take(p *plan) {
	if p.sorted && p.betterThan(best.sorted) {
		best.sorted = p
	}
	if p.betterThan(best.narrow) {
		best.narrow = p
	}
}

func (p *plan) betterThan(other *plan) bool {
	if other == nil || p.covered != other.covered {
		return other == nil || p.covered > other.covered
	}
	if len(p.bound) != len(other.bound) {
		return len(p.bound) > len(other.bound)
	}
	return p.alternatives < other.alternatives
}

// idPlan fetches documents one by one where a filter says their ids.
func idPlan(q *Query) *plan {
	f := binder(q, idPath)
	if f == nil {
		return nil
	}
	p := &plan{ids: f.keys, covered: 1}
	for _, other := range q.Filters {
		if other != f {
			p.residual = append(p.residual, other)
		}
	}
	return p
}

// binder returns the filter that leaves the fewest keys at path, or nil.
func binder(q *Query, path collection.Path) *Filter {
	var best *Filter
	for _, f := range q.Filters {
		keys := f.binds()
		if keys != nil && f.Path.Equal(path) && (best == nil || len(keys) < len(best.keys)) {
			best = f
		}
	}
	return best
}

// candidate is the plan that binds the first n keys of the index; nil where
// the filters do not. A nil index is the order of ids.
func candidate(q *Query, order []collection.SortKey, index *collection.Index, n int) *plan {
	p := &plan{index: index, alternatives: 1}
	for i := range n {
		f := binder(q, index.Keys[i].Path)
		if f == nil || p.alternatives*len(f.keys) > maxAlternatives {
			return nil
		}
		p.bound, p.alternatives, p.covered = append(p.bound, f), p.alternatives*len(f.keys), p.covered+1
	}
	if index != nil && n < len(index.Keys) {
		p.stretch(q, index.Keys[n].Path)
	}
	p.sorted, p.reverse = p.follows(q, order)
	return p
}

// stretch takes the ranges of the filters at path together.
func (p *plan) stretch(q *Query, path collection.Path) {
	for _, f := range q.Filters {
		if !f.isRange() || !f.Path.Equal(path) {
			continue
		}
		p.covered++
		p.low, p.high = tighter(p.low, f.low, 1), tighter(p.high, f.high, -1)
	}
}

// tighter returns the bound that leaves less: the higher one of two low ones
// with sign 1, the lower one of two high ones with sign -1.
func tighter(a, b *collection.Bound, sign int) *collection.Bound {
	switch {
	case a == nil:
		return b
	case b == nil:
		return a
	case a.Key == b.Key:
		if a.Inclusive {
			return b
		}
		return a
	case (a.Key > b.Key) == (sign > 0):
		return a
	}
	return b
}

// behind are the keys of the scan's order, without the id that ends it unless
// it is declared.
func (p *plan) behind() []collection.SortKey {
	if p.index == nil {
		return nil
	}
	return p.index.Keys[len(p.bound):]
}

// follows tells whether the scan has the order of the list, as it is or from
// its end.
func (p *plan) follows(q *Query, order []collection.SortKey) (sorted, reverse bool) {
	same, turned := true, true
	i := 0
	step := func(key collection.SortKey) bool {
		if i == len(order) || !order[i].Path.Equal(key.Path) {
			same, turned = false, false
			return false
		}
		same, turned = same && order[i].Desc == key.Desc, turned && order[i].Desc != key.Desc
		i++
		return same || turned
	}
	behind := p.behind()
	for i, key := range behind {
		if _, ok := q.constant(key.Path); ok {
			continue
		}
		if !step(key) {
			return false, false
		}
		if key.Path.Equal(idPath) {
			return i == len(behind)-1, turned
		}
	}
	step(collection.SortKey{Path: idPath, Desc: p.idDesc()})
	return same || turned, turned
}

// idDesc is the direction of the ids that end the scan's order.
func (p *plan) idDesc() bool {
	return p.index != nil && p.index.Keys[len(p.index.Keys)-1].Desc
}

// leave notes the filters that the scan does not answer alone.
func (p *plan) leave(q *Query) {
	p.residual = nil
	for _, f := range q.Filters {
		if f.loose || !p.answers(f) {
			p.residual = append(p.residual, f)
		}
	}
}

func (p *plan) answers(f *Filter) bool {
	if slices.Contains(p.bound, f) {
		return true
	}
	behind := p.behind()
	return f.isRange() && len(behind) > 0 && behind[0].Path.Equal(f.Path)
}

// prefixes are all combinations of the keys of the bound filters.
func (p *plan) prefixes() [][]collection.Key {
	if len(p.bound) == 0 {
		return nil
	}
	all := [][]collection.Key{nil}
	for _, f := range p.bound {
		longer := make([][]collection.Key, 0, len(all)*len(f.keys))
		for _, prefix := range all {
			for _, key := range f.keys {
				longer = append(longer, append(slices.Clip(prefix), key))
			}
		}
		all = longer
	}
	return all
}

// scan is the plan as the store takes it.
func (p *plan) scan(visible collection.Condition) collection.Scan {
	return collection.Scan{Visible: visible, Index: p.index, Prefixes: p.prefixes(), Low: p.low, High: p.high}
}
