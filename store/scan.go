package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/postern-dev/postern/collection"
)

// Scan returns the documents of one stretch of an order.
func (s *Store) Scan(ctx context.Context, c *collection.Collection, scan collection.Scan) ([]*collection.Document, error) {
	if scan.Visible.IsNever() || scan.Limit < 1 {
		return nil, nil
	}
	var list []*collection.Document
	err := s.planned(ctx, c, scan, func(on session, p *plan) (err error) {
		list, err = s.walk(on, p, scan.Limit)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	// The statement has asked already. Nothing that stands beside the
	// documents is trusted to show one.
	return slices.DeleteFunc(list, func(d *collection.Document) bool { return !scan.Visible.Allows(d) }), nil
}

// planned runs work with a plan of the scan. An index that is dropped at that
// moment makes it plan once more.
func (s *Store) planned(ctx context.Context, c *collection.Collection, scan collection.Scan, work func(session, *plan) error) error {
	try := func() error {
		catalog, err := s.catalogNow(ctx)
		if err != nil {
			return err
		}
		return s.engine.read(ctx, func(on session) error {
			p, err := s.plan(on, catalog, c, scan)
			if err != nil {
				return err
			}
			return work(on, p)
		})
	}
	err := try()
	if err != nil && s.engine.isGone(err) {
		err = try()
	}
	return err
}

// walk reads up to limit documents.
func (s *Store) walk(on session, p *plan, limit int) ([]*collection.Document, error) {
	var merged []found
	parts := p.parts(s.engine.dialect().branches)
	read := func() error {
		for _, sources := range parts {
			list, err := s.found(on, p.statement(sources, limit), len(p.behind))
			if err != nil {
				return err
			}
			merged = append(merged, list...)
			if p.inOrder() && len(merged) >= limit {
				break
			}
		}
		return nil
	}
	if len(parts) == 1 {
		if err := read(); err != nil {
			return nil, err
		}
	} else {
		if err := snapshot(on, read); err != nil {
			return nil, err
		}
		slices.SortStableFunc(merged, p.compare)
	}
	return s.chosen(on, merged, limit)
}

// found is a document, not yet read, with the keys by which it is ordered.
type found struct {
	raw
	keys []string
}

func (s *Store) found(on session, q *statement, keys int) ([]found, error) {
	return all(on, func(r row) (found, error) {
		f := found{keys: make([]string, keys)}
		var dst []any
		for i := range f.keys {
			dst = append(dst, &f.keys[i])
		}
		return f, f.scan(r, dst...)
	}, q.String(), q.args...)
}

// chosen reads the first documents up to limit. A document comes once for each
// term of the rule that shows it.
func (s *Store) chosen(on session, merged []found, limit int) ([]*collection.Document, error) {
	var list []*collection.Document
	seen := map[string]bool{}
	for _, f := range merged {
		if seen[f.id] {
			continue
		}
		seen[f.id] = true
		d, err := f.document(s, on)
		if err != nil {
			return nil, err
		}
		if list = append(list, d); len(list) == limit {
			break
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
	return p.id.sign() * cmp.Compare(a.id, b.id)
}

// maxUnion is how many selects are counted together. SQLite joins at most 500.
const maxUnion = 200

// Count counts the documents of a stretch; it stops at limit, where 0 is no
// limit.
func (s *Store) Count(ctx context.Context, c *collection.Collection, scan collection.Scan, limit int) (int, error) {
	if scan.Visible.IsNever() {
		return 0, nil
	}
	var total int64
	err := s.planned(ctx, c, scan, func(on session, p *plan) error {
		total = 0
		for _, sources := range p.parts(maxUnion) {
			var n int64
			q := p.counting(sources, limit)
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
