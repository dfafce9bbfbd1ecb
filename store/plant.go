package store

import (
	"context"
	"time"

	"github.com/postern-dev/postern/collection"
)

// plant writes down the indexes that the declaration asks for. Where there are
// no documents it builds them at once.
func (s *Store) plant(ctx context.Context, c *collection.Collection, t *table, empty bool) error {
	for _, x := range t.wanted(c, s.engine.dialect().concurrently) {
		if t.indexes[x.name].state == stateReady {
			continue
		}
		err := s.engine.write(ctx, func(on session) error {
			_, err := on.exec(`INSERT INTO indexes (name, collection, declared, definition, state, note)
				VALUES ($1, $2, $3, $4, $5, '') ON CONFLICT (name) DO UPDATE SET declared = excluded.declared`,
				x.name, c.Name, x.declared, x.definition, stateBuilding)
			return s.engine.explain(err)
		})
		if err != nil {
			return err
		}
	}
	if !empty {
		return nil
	}
	// Where several servers start at once, one of them builds. It may then go on
	// to look for documents of others for long, which nobody has to wait for.
	for {
		catalog, err := s.readCatalog(ctx)
		if err != nil || catalog.tables[c.Name].isGrown(c) {
			return err
		}
		led, err := s.engine.lead(ctx, "build "+c.Name, func(ctx context.Context) error {
			catalog, err := s.readCatalog(ctx)
			if err != nil {
				return err
			}
			return s.growAll(ctx, c, catalog.tables[c.Name])
		})
		if led || err != nil {
			return err
		}
		if !s.sleep(ctx, 50*time.Millisecond) {
			return ctx.Err()
		}
	}
}

// isGrown tells whether each index that the declaration asks for is built, or
// cannot be.
func (t *table) isGrown(c *collection.Collection) bool {
	for _, x := range t.wanted(c, "") {
		if state := t.indexes[x.name].state; state != stateReady && state != stateFailed {
			return false
		}
	}
	return true
}

// grow builds one index and says so in the catalog. That documents contradict
// a unique is no error here: they were there first, and the server has to
// start. The catalog, and the log, tell.
func (s *Store) grow(ctx context.Context, c *collection.Collection, x wantedIndex) error {
	state, note := stateReady, ""
	err := s.engine.index(ctx, x.name, x.create)
	if _, unfit := s.engine.unfit(err); err != nil && unfit {
		state, note = stateFailed, "documents that are stored already contradict it"
		s.log.Error("a unique cannot be enforced", "collection", c.Name, "declared", x.declared, "why", note)
	} else if err != nil {
		return err
	}
	return s.engine.write(ctx, func(on session) error {
		_, err := on.exec(`UPDATE indexes SET state = $2, note = $3 WHERE name = $1`, x.name, state, note)
		return s.engine.explain(err)
	})
}

// weed drops the indexes that nobody declares any more. Servers that still run
// with a declaration of them learn from the catalog that they are not ready.
func (s *Store) weed(ctx context.Context, c *collection.Collection, t *table) error {
	wanted := map[string]bool{}
	for _, x := range t.wanted(c, "") {
		wanted[x.name] = true
	}
	for name := range t.indexes {
		if wanted[name] {
			continue
		}
		gone, err := s.uproot(ctx, c, name)
		if err == nil && gone {
			_, err = s.readCatalog(ctx) // no new scan of this server names it
		}
		if err == nil && gone {
			err = s.engine.alter(ctx, "DROP INDEX "+s.engine.dialect().concurrently+"IF EXISTS "+quote(name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// uproot takes the index out of the catalog, unless another server declared
// the collection since.
func (s *Store) uproot(ctx context.Context, c *collection.Collection, name string) (gone bool, err error) {
	err = s.engine.write(ctx, func(on session) error {
		n, err := on.exec(`DELETE FROM indexes WHERE name = $1 AND EXISTS
			(SELECT 1 FROM collections WHERE name = $2 AND declarer = $3)`, name, c.Name, s.name)
		gone = n > 0
		return s.engine.explain(err)
	})
	return gone, err
}
