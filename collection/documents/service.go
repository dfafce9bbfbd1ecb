package documents

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/postern-dev/postern/collection"
)

// Limits bound what one request costs.
type Limits struct {
	// Document is the most bytes of one document's body; 0 is 256 KiB.
	Document int
	// Batch is the most writes in one batch; 0 is 100.
	Batch int
	// BatchBytes is the most bytes that the bodies of its documents have
	// together, as they are afterwards; 0 is 8 MiB. One document may have more.
	BatchBytes int
	// Kept is how long the answer to a write with an idempotency key is kept; 0
	// is 24 h.
	Kept time.Duration
}

const (
	defaultDocument   = 256 << 10
	defaultBatch      = 100
	defaultBatchBytes = 8 << 20
	defaultKept       = 24 * time.Hour
)

// Service is the one door to documents. It is safe for concurrent use.
type Service struct {
	store       collection.Store
	collections map[string]*collection.Collection
	names       []string
	limits      Limits
}

// New returns a service for the declared collections, which the store already
// fits.
func New(store collection.Store, collections []*collection.Collection, limits Limits) *Service {
	if limits.Document == 0 {
		limits.Document = defaultDocument
	}
	if limits.Batch == 0 {
		limits.Batch = defaultBatch
	}
	if limits.BatchBytes == 0 {
		limits.BatchBytes = defaultBatchBytes
	}
	if limits.Kept == 0 {
		limits.Kept = defaultKept
	}
	s := &Service{store: store, collections: map[string]*collection.Collection{}, limits: limits}
	for _, c := range collections {
		s.collections[c.Name] = c
	}
	s.names = slices.Sorted(maps.Keys(s.collections))
	return s
}

// Store is where the documents are.
func (s *Service) Store() collection.Store { return s.store }

// Collection returns the collection of that name, or nil.
func (s *Service) Collection(name string) *collection.Collection { return s.collections[name] }

// Collections returns all collections in the order of their names.
func (s *Service) Collections() []*collection.Collection {
	var all []*collection.Collection
	for _, name := range s.names {
		all = append(all, s.collections[name])
	}
	return all
}

// Limits returns the limits in force.
func (s *Service) Limits() Limits { return s.limits }

// Get returns a document. Errors: *[collection.Denied], [ErrNotFound].
func (s *Service) Get(ctx context.Context, caller collection.Caller, c *collection.Collection, id string) (*collection.Document, error) {
	visible := c.Read.For(caller)
	if visible.IsNever() {
		return nil, &collection.Denied{Collection: c, Operation: collection.Read}
	}
	if !canBe(id) {
		return nil, ErrNotFound
	}
	d, err := s.store.Get(ctx, c, id, visible)
	if err == nil && d == nil {
		err = ErrNotFound
	}
	return d, err
}
