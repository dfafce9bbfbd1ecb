package store

import (
	"context"
	"fmt"
	"time"

	"github.com/postern-dev/postern/collection"
)

// buildPause is how long building waits after it failed, or where another
// server does it.
const buildPause = time.Second

// build fills and builds what Declare left to do, until it is done or the
// store is closed. What it does can be cut off anywhere and goes on at the
// next start.
func (s *Store) build(ctx context.Context, collections []*collection.Collection) {
	for _, c := range collections {
		for ctx.Err() == nil {
			done, err := s.buildOne(ctx, c)
			if done {
				break
			}
			if err != nil && ctx.Err() == nil {
				s.log.Error("build indexes, and try again", "collection", c.Name, "error", err)
			}
			s.sleep(ctx, buildPause)
		}
	}
}

// buildOne tells whether nothing is left to do.
func (s *Store) buildOne(ctx context.Context, c *collection.Collection) (done bool, err error) {
	catalog, err := s.readCatalog(ctx)
	if err != nil {
		return false, err
	}
	table, err := catalog.table(c)
	if err != nil {
		return false, err
	}
	if !s.unfinished(c, table) {
		return true, nil
	}
	done, err = s.engine.lead(ctx, "build "+c.Name, func(ctx context.Context) error {
		if err := s.fill(ctx, c, table); err != nil {
			return err
		}
		if err := s.growAll(ctx, c, table); err != nil {
			return err
		}
		return s.weed(ctx, c, table)
	})
	if err != nil {
		return false, fmt.Errorf("collection %s: %w", c.Name, err)
	}
	_, err = s.readCatalog(ctx)
	return done && err == nil, err
}

// unfinished tells whether something is left to do.
func (s *Store) unfinished(c *collection.Collection, t *table) bool {
	wanted := t.wanted(c, "")
	for _, x := range wanted {
		if have, ok := t.indexes[x.name]; ok && have.state != stateReady {
			return true
		}
	}
	return t.filled < t.generation || s.behind(t) || len(t.indexes) > len(wanted)
}

// behind tells whether this server began a generation and has not looked yet
// for documents that others wrote by an older one.
func (s *Store) behind(t *table) bool {
	_, young := s.young.Load(t.name)
	return young
}

func (s *Store) growAll(ctx context.Context, c *collection.Collection, t *table) error {
	for _, x := range t.wanted(c, s.engine.dialect().concurrently) {
		// One that is not there any more was dropped by a later declaration.
		if have, ok := s.catalog.Load().tables[c.Name].indexes[x.name]; !ok || have.state == stateReady {
			continue
		}
		began := time.Now()
		if err := s.grow(ctx, c, x); err != nil {
			return err
		}
		s.log.Debug("built an index", "collection", c.Name, "declared", x.declared, "took", time.Since(began))
		if _, err := s.readCatalog(ctx); err != nil {
			return err
		}
	}
	return nil
}
