package store

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// catalogNow returns the catalog, read anew where it may be out of date.
func (s *Store) catalogNow(ctx context.Context) (*catalog, error) {
	if c := s.catalog.Load(); s.fresh(c) {
		return c, nil
	}
	return s.readCatalog(ctx)
}

// fresh tells whether a write may still be committed by the catalog. Where
// there are no other servers, nobody else changes it.
func (s *Store) fresh(c *catalog) bool {
	return c != nil && (!s.engine.shared() || time.Since(c.read) < s.catalogFresh)
}

// readCatalog reads the catalog and makes it the current one, unless a newer
// one is there.
func (s *Store) readCatalog(ctx context.Context) (*catalog, error) {
	var c *catalog
	err := s.engine.read(ctx, func(on session) (err error) {
		c, err = loadCatalog(on)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("read the catalog: %w", err)
	}
	for known := time.Now(); ; {
		old := s.catalog.Load()
		if old != nil && old.read.After(c.read) {
			return old, nil
		}
		c.date(known, old)
		if s.catalog.CompareAndSwap(old, c) {
			return c, nil
		}
	}
}

// date notes since when each generation is known: since now, unless the catalog
// before, which may be nil, had it.
func (c *catalog) date(now time.Time, before *catalog) {
	for name, t := range c.tables {
		t.known = now
		if before == nil {
			continue
		}
		if had := before.tables[name]; had != nil && had.generation == t.generation {
			t.known = had.known
		}
	}
}

// loadCatalog reads all of the catalog. Its age counts from before the first
// statement. Generations are read first: a column that is added meanwhile is
// then seen with an older generation, and never the other way round.
func loadCatalog(on session) (*catalog, error) {
	c := &catalog{read: time.Now(), tables: map[string]*table{}}
	err := on.query(`SELECT name, generation, filled, counted FROM collections`, nil, func(r row) error {
		t := newTable("")
		if err := r.scan(&t.name, &t.generation, &t.filled, &t.counted); err != nil {
			return err
		}
		t.sql, t.members = quote("c_"+t.name), quote("m_"+t.name)
		c.tables[t.name] = t
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := c.loadColumns(on); err != nil {
		return nil, err
	}
	if err := c.loadIndexes(on); err != nil {
		return nil, err
	}
	for _, t := range c.tables {
		t.prepare()
	}
	return c, nil
}

func (c *catalog) loadColumns(on session) error {
	return on.query(`SELECT collection, no, kind, path, form, state, since FROM columns ORDER BY collection, no`,
		nil, func(r row) (err error) {
			var name, path string
			var col column
			if err := r.scan(&name, &col.no, &col.kind, &path, &col.form, &col.state, &col.since); err != nil {
				return err
			}
			if col.path, err = readPath(path); err != nil {
				return err
			}
			if t := c.tables[name]; t != nil {
				t.columns = append(t.columns, col)
			}
			return nil
		})
}

func (c *catalog) loadIndexes(on session) error {
	return on.query(`SELECT collection, name, declared, definition, state, note FROM indexes`, nil, func(r row) error {
		var name string
		var x builtIndex
		if err := r.scan(&name, &x.name, &x.declared, &x.definition, &x.state, &x.note); err != nil {
			return err
		}
		if t := c.tables[name]; t != nil {
			t.indexes[x.name] = x
		}
		return nil
	})
}

// prepare writes the statements that every write needs.
func (t *table) prepare() {
	columns := []string{"id", "owner_iss", "owner_sub", "version", "birth", "created", "updated", "body", "filled"}
	for _, c := range t.live(kindKey) {
		columns = append(columns, c.sql())
	}
	var places, sets []string
	for i, name := range columns {
		place := "$" + strconv.Itoa(i+1)
		places = append(places, place)
		if i > 0 {
			sets = append(sets, name+" = "+place)
		}
	}
	t.insert = "INSERT INTO " + t.sql + " (" + strings.Join(columns, ", ") + ") VALUES (" +
		strings.Join(places, ", ") + ") ON CONFLICT (id) DO NOTHING"
	t.update = "UPDATE " + t.sql + " SET " + strings.Join(sets, ", ") + " WHERE id = $1"
}
