package documents

import (
	"context"
	"fmt"
	"slices"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// Seed is a document with which a collection begins. Its body has been checked.
type Seed struct {
	// ID is of the collection's format; empty where one is to be made.
	ID   string
	Body jsonvalue.Value
}

// seedsAtOnce is how many of them one transaction stores.
const seedsAtOnce = 1000

// Seed fills each collection that has no documents with its seeds, by its
// name. They belong to nobody.
func (s *Service) Seed(ctx context.Context, seeds map[string][]Seed) error {
	for _, c := range s.Collections() {
		if len(seeds[c.Name]) == 0 {
			continue
		}
		some, err := s.store.Scan(ctx, c, collection.Scan{Visible: collection.Always(), Limit: 1})
		if err == nil && len(some) == 0 {
			err = s.plant(ctx, c, seeds[c.Name])
		}
		if err != nil {
			return fmt.Errorf("seed %s: %w", c.Name, err)
		}
	}
	return nil
}

func (s *Service) plant(ctx context.Context, c *collection.Collection, seeds []Seed) error {
	now := collection.Now()
	for some := range slices.Chunk(seeds, seedsAtOnce) {
		planted := make([]*collection.Document, 0, len(some))
		for _, seed := range some {
			d := &collection.Document{ID: seed.ID, Version: 1, Birth: newBirth(), CreatedAt: now, UpdatedAt: now, Body: seed.Body}
			if d.ID == "" {
				d.ID = newID(c)
			}
			planted = append(planted, d)
		}
		if err := s.store.Write(ctx, func(tx collection.Tx) error { return insertAll(tx, c, planted) }); err != nil {
			return err
		}
	}
	return nil
}

func insertAll(tx collection.Tx, c *collection.Collection, planted []*collection.Document) error {
	for _, d := range planted {
		if err := tx.Insert(c, d); err != nil {
			return fmt.Errorf("document %s: %w", d.ID, err)
		}
	}
	return nil
}
