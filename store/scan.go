package store

import (
	"cmp"
	"context"
	"errors"
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
		list, err = s.walk(on, p, extent{scan.Limit, scan.MaxBytes})
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("scan: %w", err)
	}
	// The statement has asked already. Nothing that stands beside the
	// documents is trusted to show one.
	return slices.DeleteFunc(list, func(d *collection.Document) bool { return !scan.Visible.Allows(d) }), nil
}

// scansAtOnce leaves some of the reads that run at once to those that are short,
// and on which the others rely: what was called back, sessions, the change feed.
// Behind hundreds of large pages they would come too late.
func scansAtOnce(readers int) int { return max(1, readers-max(1, readers/8)) }

// planned runs work with a plan of the scan, when it is its turn. An index that is dropped at that
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
	select {
	case s.scanning <- struct{}{}:
		defer func() { <-s.scanning }()
	case <-ctx.Done():
		return ctx.Err()
	}
	err := try()
	if err != nil && s.engine.isGone(err) {
		err = try()
	}
	return err
}

// extent is how far a list goes: to that many documents, or to the one with
// which their bodies reach so many bytes, where that is not 0.
type extent struct{ documents, bytes int }

// walk reads documents up to the extent.
func (s *Store) walk(on session, p *plan, most extent) ([]*collection.Document, error) {
	var merged []found
	parts := p.parts(s.engine.dialect().branches)
	keys := p.behind
	if len(parts) == 1 && len(parts[0]) == 1 {
		keys = nil // one select comes in its order
	}
	read := func() error {
		for _, sources := range parts {
			list, err := s.found(on, p, p.statement(sources, keys, most.documents), len(keys), most)
			if err != nil {
				return err
			}
			if merged == nil {
				merged = list
			} else {
				merged = append(merged, list...)
			}
			if p.inOrder() && len(merged) >= most.documents {
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
	return s.chosen(on, p, merged, most)
}

// found is a document, not yet read, with the keys by which it is ordered.
type found struct {
	raw
	keys []string
}

// errEnough ends a statement whose further rows are not wanted.
var errEnough = errors.New("enough")

// scanRoom is for how many documents there is room before the first one is read.
const scanRoom = 64

// found reads the rows of a statement, up to the one with which the bodies
// reach the extent's bytes. A document that several terms show counts once, as
// it does for chosen, which must not go on behind that row.
func (s *Store) found(on session, p *plan, q *statement, keys int, most extent) ([]found, error) {
	list := make([]found, 0, min(most.documents, scanRoom))
	held, counted := 0, map[string]bool{}
	var d raw
	key := make([]string, keys)
	places := d.places()
	for i := range key {
		places = append(places, &key[i])
	}
	err := on.query(q.String(), q.args, func(r row) error {
		if most.bytes > 0 && held >= most.bytes {
			return errEnough
		}
		d = raw{}
		clear(key)
		if err := r.scan(places...); err != nil {
			return err
		}
		list = append(list, found{d, slices.Clone(key)})
		if most.bytes > 0 && p.isFirst(d.id, counted) {
			held += len(d.body)
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return list, err
}

// chosen reads the first documents up to the extent. A document comes once for
// each term of the rule that shows it.
func (s *Store) chosen(on session, p *plan, merged []found, most extent) ([]*collection.Document, error) {
	list := make([]*collection.Document, 0, min(len(merged), most.documents))
	seen := map[string]bool{}
	held := 0
	for _, f := range merged {
		if !p.isFirst(f.id, seen) {
			continue
		}
		d, err := f.document(s, on)
		if err != nil {
			return nil, err
		}
		list, held = append(list, d), held+len(f.body)
		if len(list) == most.documents || most.bytes > 0 && held >= most.bytes {
			break
		}
	}
	return list, nil
}

// isFirst tells whether a document comes for the first time. A single term
// shows each of them once.
func (p *plan) isFirst(id string, seen map[string]bool) bool {
	if len(p.seeks) == 1 {
		return true
	}
	first := !seen[id]
	seen[id] = true
	return first
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
