package query

import (
	"errors"

	"github.com/postern-dev/postern/collection"
)

// total counts the documents of the whole list where the query asks for it.
func (l *list) total() (*Total, error) {
	most := l.q.limits.Counted
	if l.q.Count == NoCount {
		return nil, nil
	}
	if l.matched >= 0 {
		return l.capped(l.matched), nil
	}
	p := makePlans(l.c, l.q, l.ready).narrow
	if p.ids != nil || len(p.residual) > 0 {
		return l.countOneByOne(p)
	}
	stop := 0
	if l.q.Count == Capped {
		stop = most + 1
	}
	n, err := l.store.Count(l.ctx, l.c, p.scan(l.visible), stop)
	if err != nil {
		return nil, err
	}
	return l.capped(n), nil
}

func (l *list) capped(n int) *Total {
	if most := l.q.limits.Counted; l.q.Count == Capped && n > most {
		return &Total{most, true}
	}
	return &Total{n, false}
}

// countOneByOne asks each document. A capped count says what it found up to
// the bound.
func (l *list) countOneByOne(p *plan) (*Total, error) {
	documents, err := l.candidates(p, l.q.limits.Scanned)
	beyond := errors.Is(err, errBound)
	if err != nil && !beyond {
		return nil, err
	}
	if beyond && l.q.Count == Exact {
		return nil, l.indexRequired(nil)
	}
	n := 0
	for _, d := range documents {
		if l.meets(p.residual, d) {
			n++
		}
	}
	total := l.capped(n)
	total.AtLeast = total.AtLeast || beyond
	return total, nil
}

// indexRequired is the error for a list that no index answers.
func (l *list) indexRequired(order []collection.SortKey) error {
	return needed(l.c, l.q, order, l.ready)
}
