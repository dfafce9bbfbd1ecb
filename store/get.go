package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// Get returns the document, or nil where there is none that meets the
// condition. Others may have the same one: nobody changes it.
func (s *Store) Get(ctx context.Context, c *collection.Collection, id string, visible collection.Condition) (*collection.Document, error) {
	if visible.IsNever() {
		return nil, nil
	}
	catalog, err := s.catalogNow(ctx)
	if err != nil {
		return nil, err
	}
	table, err := catalog.table(c)
	if err != nil {
		return nil, err
	}
	key := docKey{c.Name, id}
	held, turn := s.cache.get(key)
	if held != nil {
		return allowed(visible, held), nil
	}
	var found []*collection.Document
	var text int
	err = s.engine.read(ctx, func(on session) error {
		seeks, err := s.seeks(on, table, visible)
		if err != nil || len(seeks) == 0 {
			return err
		}
		q := &statement{}
		q.add("SELECT " + qualified + " FROM " + table.sql + " AS t WHERE t.id = " + q.arg(id))
		q.add(q.anyOf(table, seeks))
		found, text, err = documents(s, on, q.String(), q.args)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("get a document: %w", err)
	}
	if len(found) == 0 {
		return nil, nil
	}
	s.cache.put(key, cachedDocument{found[0], weight(text)}, turn)
	return allowed(visible, found[0]), nil
}

func allowed(visible collection.Condition, d *collection.Document) *collection.Document {
	if !visible.Allows(d) {
		return nil
	}
	return d
}

// anyOf writes the condition that one of the seeks is met.
func (q *statement) anyOf(table *table, seeks []seek) string {
	var terms []string
	for _, s := range seeks {
		if s.isAlways() {
			return ""
		}
		terms = append(terms, strings.Join(q.filters(table, s), " AND "))
	}
	return " AND (" + strings.Join(terms, " OR ") + ")"
}
