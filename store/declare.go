package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/postern-dev/postern/collection"
)

// errReadOnly refuses writes to a database that was opened for reading.
var errReadOnly = errors.New("the database is open for reading only")

// Declare makes the store fit the collections. It returns when documents can
// be read and written. What is declared of an empty collection is ready then;
// that of others is built in the background. Whom documents name is always
// filled in first: a list by a rule that asks for it would lack documents.
//
// The last server that declares decides. Others that run with an older
// declaration go on: their indexes may be gone, which makes their lists slow
// and never wrong, and they fill the columns that the catalog tells.
//
// Tables of collections that are no longer declared stay as they are.
func (s *Store) Declare(ctx context.Context, collections []*collection.Collection) error {
	s.declaring.Lock()
	defer s.declaring.Unlock()
	s.stopBuilding()
	for _, c := range collections {
		if err := s.declare(ctx, c); err != nil {
			return fmt.Errorf("declare %s: %w", c.Name, err)
		}
	}
	if _, err := s.readCatalog(ctx); err != nil {
		return err
	}
	if err := s.fillPeople(ctx, collections); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(s.background)
	ended := make(chan struct{})
	s.stopBuilding = func() { cancel(); <-ended }
	s.tasks.Go(func() {
		defer close(ended)
		s.build(ctx, collections)
	})
	return nil
}

func (s *Store) declare(ctx context.Context, c *collection.Collection) error {
	if err := s.engine.alter(ctx, room(s.engine.dialect(), c.Name)...); err != nil {
		return err
	}
	added, err := s.announce(ctx, c)
	if err != nil {
		return err
	}
	if err := s.engine.alter(ctx, added...); err != nil {
		return err
	}
	empty, err := s.enliven(ctx, c)
	if err != nil {
		return err
	}
	catalog, err := s.readCatalog(ctx)
	if err != nil {
		return err
	}
	table, err := catalog.table(c)
	if err != nil {
		return err
	}
	return s.plant(ctx, c, table, empty)
}

// announce gives every new path a number, and returns what adds the columns.
// Nobody fills them yet.
func (s *Store) announce(ctx context.Context, c *collection.Collection) (added []string, err error) {
	err = s.engine.write(ctx, func(on session) error {
		added = nil
		_, err := on.exec(`INSERT INTO collections (name, declarer, generation, filled, counted)
			VALUES ($1, $2, 1, 1, 0) ON CONFLICT (name) DO UPDATE SET declarer = excluded.declarer`, c.Name, s.name)
		if err != nil {
			return s.engine.explain(err)
		}
		table, err := s.lockTable(on, c)
		if err != nil {
			return s.engine.explain(err)
		}
		next := int64(len(table.columns)) // numbers are never freed
		for _, col := range declaredColumns(c) {
			have, ok := table.find(col.kind, col.path, col.form)
			if !ok {
				next++
				have = col
				have.no, have.state = next, stateNew
				if err := announceColumn(on, c, have); err != nil {
					return s.engine.explain(err)
				}
			}
			if have.state == stateNew && have.kind == kindKey {
				added = append(added, s.engine.dialect().in("ALTER TABLE "+table.sql+" ADD COLUMN "+
					s.engine.dialect().addColumn+have.sql()+" {text} NOT NULL DEFAULT ''"))
			}
		}
		return nil
	})
	return added, err
}

func announceColumn(on session, c *collection.Collection, col column) error {
	_, err := on.exec(`INSERT INTO columns (collection, no, kind, path, form, state, since)
		VALUES ($1, $2, $3, $4, $5, $6, 0)`,
		c.Name, col.no, col.kind, writePath(col.path), col.form, col.state)
	return err
}

// declaredColumns returns the columns that the declaration needs.
func declaredColumns(c *collection.Collection) []column {
	var list []column
	for _, path := range c.Columns() {
		list = append(list, column{kind: kindKey, path: path, form: formOf(c, path)})
	}
	for _, path := range c.MemberPaths() {
		list = append(list, column{kind: kindMember, path: path, form: formPlain})
	}
	return list
}

// lockTable reads the collection's part of the catalog and keeps others from
// changing it.
func (s *Store) lockTable(on session, c *collection.Collection) (*table, error) {
	_, err := one(on, `SELECT generation FROM collections WHERE name = $1`+s.engine.dialect().forUpdate,
		[]any{c.Name}, new(int64))
	if err != nil {
		return nil, err
	}
	catalog, err := loadCatalog(on)
	if err != nil {
		return nil, err
	}
	return catalog.table(c)
}

// enliven begins a new generation where writers have to fill more than before,
// and tells whether there are no documents, so that nothing has to be filled.
func (s *Store) enliven(ctx context.Context, c *collection.Collection) (empty bool, err error) {
	err = s.engine.write(ctx, func(on session) error {
		empty, err = s.nextGeneration(on, c)
		return s.engine.explain(err)
	})
	return empty, err
}

func (s *Store) nextGeneration(on session, c *collection.Collection) (empty bool, err error) {
	table, err := s.lockTable(on, c)
	if err != nil {
		return false, err
	}
	some, err := one(on, "SELECT id FROM "+table.sql+" LIMIT 1", nil, new(string))
	if err != nil {
		return false, err
	}
	next, began := table.generation+1, false
	for _, col := range table.changed(c) {
		began = began || col.state == stateLive
		_, err := on.exec(`UPDATE columns SET state = $3, since = $4 WHERE collection = $1 AND no = $2`,
			c.Name, col.no, col.state, next)
		if err != nil {
			return false, err
		}
	}
	counted := table.counted
	if quotas := c.MaxDocuments > 0 || c.MaxBytes > 0; quotas != (counted > 0) {
		counted = 0
		if quotas {
			counted, began = next, true
		}
	}
	if !began {
		next = table.generation
	}
	filled := table.filled
	if !some {
		filled = next
	}
	if began && s.engine.shared() {
		s.young.Store(c.Name, true)
	}
	_, err = on.exec(`UPDATE collections SET generation = $2, filled = $3, counted = $4 WHERE name = $1`,
		c.Name, next, filled, counted)
	return !some, err
}

// changed returns the columns that become live, and those that nobody declares
// any more, each in its new state.
func (t *table) changed(c *collection.Collection) []column {
	wanted := map[int64]bool{}
	for _, col := range declaredColumns(c) {
		if have, ok := t.find(col.kind, col.path, col.form); ok {
			wanted[have.no] = true
		}
	}
	var list []column
	for _, col := range t.columns {
		switch {
		case wanted[col.no] && col.state != stateLive:
			col.state = stateLive
		case !wanted[col.no] && col.state == stateLive:
			col.state = stateUnused
		default:
			continue
		}
		list = append(list, col)
	}
	return list
}
