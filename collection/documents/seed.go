package documents

import (
	"context"
	"fmt"

	"github.com/postern-dev/postern/collection"
)

// Seed fills each collection that has no documents with those that its
// declaration has for that. They belong to nobody.
func (s *Service) Seed(ctx context.Context) error {
	for _, c := range s.Collections() {
		if len(c.Seed) == 0 {
			continue
		}
		some, err := s.store.Scan(ctx, c, collection.Scan{Visible: collection.Always(), Limit: 1})
		if err == nil && len(some) == 0 {
			err = s.plant(ctx, c)
		}
		if err != nil {
			return fmt.Errorf("seed %s: %w", c.Name, err)
		}
	}
	return nil
}

// plant stores all seeds or none. Their ids are made in the order of the
// declaration, so that lists have it, too.
func (s *Service) plant(ctx context.Context, c *collection.Collection) error {
	now := collection.Now()
	var planted []*collection.Document
	for _, body := range c.Seed {
		planted = append(planted, &collection.Document{ID: newID(c), Version: 1, Birth: newBirth(), CreatedAt: now, UpdatedAt: now, Body: body})
	}
	return s.store.Write(ctx, func(tx collection.Tx) error {
		for _, d := range planted {
			if err := tx.Insert(c, d); err != nil {
				return err
			}
		}
		return nil
	})
}
