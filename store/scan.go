package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/postern-dev/postern/collection"
)

// maxBranches is how many selects go into one statement: SQLite joins at
// most 500 selects, and each has one for each term of the rule.
const maxBranches = 200

// Scan returns the documents of one stretch of an order.
func (s *Store) Scan(ctx context.Context, c *collection.Collection, scan collection.Scan) ([]*collection.Document, error) {
	if scan.Visible.IsNever() || scan.Limit < 1 {
		return nil, nil
	}
	catalog, err := s.catalogNow(ctx)
	if err != nil {
		return nil, err
	}
	var list []*collection.Document
	err = s.engine.read(ctx, func(on session) error {
		plan, err := s.plan(on, catalog, c, scan)
		if err != nil {
			return err
		}
		list, err = s.walk(on, plan, scan.Limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	// The statement has asked already. Nothing that stands beside the
	// documents is trusted to show one.
	return slices.DeleteFunc(list, func(d *collection.Document) bool { return !scan.Visible.Allows(d) }), nil
}

// walk reads up to limit documents.
func (s *Store) walk(on session, p *plan, limit int) ([]*collection.Document, error) {
	var merged []found
	parts := p.parts()
	for _, prefixes := range parts {
		q := p.statement(prefixes, limit)
		list, err := s.found(on, q, len(p.behind))
		if err != nil {
			return nil, err
		}
		// A document that several terms show comes once for each, and side by
		// side.
		merged = append(merged, slices.CompactFunc(list, func(a, b found) bool { return a.ID == b.ID })...)
	}
	if len(parts) > 1 {
		slices.SortStableFunc(merged, p.compare)
	}
	var list []*collection.Document
	for _, f := range merged[:min(limit, len(merged))] {
		list = append(list, f.Document)
	}
	return list, nil
}

// found is a document with the keys by which it is ordered.
type found struct {
	*collection.Document
	issuer int64
	keys   []string
}

func (s *Store) found(on session, q *statement, keys int) ([]found, error) {
	var list []found
	err := on.query(q.String(), q.args, func(r row) (err error) {
		f := found{keys: make([]string, keys)}
		var dst []any
		for i := range f.keys {
			dst = append(dst, &f.keys[i])
		}
		f.Document, f.issuer, err = readDocument(r, dst...)
		list = append(list, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	for _, f := range list {
		if f.Owner.Issuer, err = s.issuerURL(on, f.issuer); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// compare orders documents as the statements do.
func (p *plan) compare(a, b found) int {
	for i, key := range p.behind {
		if c := cmp.Compare(a.keys[i], b.keys[i]); c != 0 {
			return key.sign() * c
		}
	}
	return p.id.sign() * cmp.Compare(a.ID, b.ID)
}

// Count counts the documents of a stretch; it stops at limit, where 0 is no
// limit.
func (s *Store) Count(ctx context.Context, c *collection.Collection, scan collection.Scan, limit int) (int, error) {
	if scan.Visible.IsNever() {
		return 0, nil
	}
	catalog, err := s.catalogNow(ctx)
	if err != nil {
		return 0, err
	}
	var total int64
	err = s.engine.read(ctx, func(on session) error {
		plan, err := s.plan(on, catalog, c, scan)
		if err != nil {
			return err
		}
		total = 0
		for _, prefixes := range plan.parts() {
			var n int64
			q := plan.counting(prefixes, limit)
			if _, err := one(on, q.String(), q.args, &n); err != nil {
				return err
			}
			total += n
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("count: %w", err)
	}
	if limit > 0 {
		total = min(total, int64(limit))
	}
	return int(total), nil
}
