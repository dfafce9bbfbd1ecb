package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"
)

// Building is one thing that a declaration asked for and that is not there
// yet.
type Building struct {
	Collection string
	// Declared is the index, [done, -due], or unique [slug].
	Declared string
	// Failed is why it cannot be; empty while it is being built.
	Failed string
}

// Progress returns what is being built, by whichever server, and what cannot
// be.
func (s *Store) Progress(ctx context.Context) ([]Building, error) {
	catalog, err := s.readCatalog(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the progress: %w", err)
	}
	var list []Building
	for _, t := range catalog.tables {
		for _, x := range t.indexes {
			b := Building{Collection: t.name, Declared: x.declared}
			if x.state == stateFailed {
				b.Failed = x.note
			}
			if x.state != stateReady && !slices.Contains(list, b) {
				list = append(list, b)
			}
		}
	}
	slices.SortFunc(list, func(a, b Building) int {
		return cmp.Or(cmp.Compare(a.Collection, b.Collection), cmp.Compare(a.Declared, b.Declared))
	})
	return list, nil
}
