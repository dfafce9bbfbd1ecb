package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
)

// fillPeople fills in whom documents name, where that is new.
func (s *Store) fillPeople(ctx context.Context, collections []*collection.Collection) error {
	for _, c := range collections {
		for s.unnamed(c) {
			catalog, err := s.readCatalog(ctx)
			if err != nil {
				return err
			}
			table := catalog.tables[c.Name]
			s.log.Info("filling in whom documents name; the server starts when that is done", "collection", c.Name)
			_, err = s.engine.lead(ctx, "build "+c.Name, func(ctx context.Context) error { return s.fill(ctx, c, table) })
			if err != nil {
				return fmt.Errorf("declare %s: %w", c.Name, err)
			}
			if _, err := s.readCatalog(ctx); err != nil {
				return err
			}
			if s.unnamed(c) && !s.sleep(ctx, time.Second) {
				return ctx.Err()
			}
		}
	}
	return nil
}

// unnamed tells whether a list by a rule of the collection would lack
// documents.
func (s *Store) unnamed(c *collection.Collection) bool {
	table := s.catalog.Load().tables[c.Name]
	for _, col := range table.live(kindMember) {
		if !table.filledUp(col) {
			return true
		}
	}
	return false
}

// fill brings every document up to the table's generation. Documents that are
// written meanwhile are already.
func (s *Store) fill(ctx context.Context, c *collection.Collection, t *table) error {
	if t.filled >= t.generation && !s.behind(t) {
		return nil
	}
	if s.engine.shared() && !s.sleep(ctx, s.fillGrace-time.Since(t.known)) {
		return ctx.Err()
	}
	began, total, after := time.Now(), 0, ""
	for {
		n, last, err := s.fillSome(ctx, c, t.generation, after)
		if err != nil {
			return err
		}
		if n == 0 {
			break
		}
		total, after = total+n, last
	}
	s.young.Delete(t.name)
	if total > 0 {
		s.log.Info("filled in the keys of documents", "collection", c.Name, "documents", total, "seconds", int(time.Since(began).Seconds()))
	}
	return s.engine.write(ctx, func(on session) error {
		_, err := on.exec(`UPDATE collections SET filled = $2 WHERE name = $1 AND filled < $2`, c.Name, t.generation)
		return s.engine.explain(err)
	})
}

// fillSome fills a batch of documents and returns the last one's id. A batch
// is a transaction of its own, short enough for others to write in between.
func (s *Store) fillSome(ctx context.Context, c *collection.Collection, generation int64, after string) (n int, last string, err error) {
	err = s.write(ctx, func(t *tx) error {
		n, last = 0, after
		table, err := t.table(c)
		if err != nil {
			return err
		}
		batch, _, err := documents(t, t.on, "SELECT "+documentColumns+" FROM "+table.sql+
			" WHERE id > $1 AND filled < $2 ORDER BY id LIMIT $3"+s.engine.dialect().forUpdate,
			[]any{after, generation, int64(s.fillBatch)})
		if err != nil {
			return t.fail("fill in keys", err)
		}
		for _, d := range batch {
			if err := t.refill(table, c, d); err != nil {
				return t.fail("fill in keys", err)
			}
			n, last = n+1, d.ID
		}
		return nil
	})
	return n, last, err
}

// refill writes what stands beside the document anew.
func (t *tx) refill(table *table, c *collection.Collection, d *collection.Document) error {
	args := []any{d.ID, table.generation}
	set := []string{"filled = $2"}
	for _, col := range table.live(kindKey) {
		args = append(args, string(col.key(c, d)))
		set = append(set, fmt.Sprintf("%s = $%d", col.sql(), len(args)))
	}
	_, err := t.on.exec("UPDATE "+table.sql+" SET "+strings.Join(set, ", ")+" WHERE id = $1", args...)
	if err != nil {
		return err
	}
	if len(table.live(kindMember)) == 0 {
		return nil
	}
	issuer, err := t.register(d.Owner.Issuer)
	if err != nil {
		return err
	}
	if _, err := t.on.exec("DELETE FROM "+table.members+" WHERE id = $1", d.ID); err != nil {
		return err
	}
	return t.name(table, d.ID, issuer, nil, table.people(d))
}
