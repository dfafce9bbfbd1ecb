package collection

import (
	"context"
	"time"
)

// Store keeps documents. Every method is safe for concurrent use.
//
// Errors: [ErrUnavailable] where the database cannot answer now and trying
// again can help, [ErrFull] where it has no room.
type Store interface {
	// Declare makes the store fit the collections. It returns when documents
	// can be read and written; indexes that are new are built in the
	// background, and those no longer declared are dropped.
	Declare(ctx context.Context, collections []*Collection) error
	// Ready tells whether the index is built, with every document in it.
	Ready(c *Collection, index Index) bool
	// Get returns the document, or nil where there is none that meets the
	// condition.
	Get(ctx context.Context, c *Collection, id string, visible Condition) (*Document, error)
	// Scan returns the documents of one stretch of an order.
	Scan(ctx context.Context, c *Collection, scan Scan) ([]*Document, error)
	// Count counts the documents of a stretch; it stops at limit, where 0 is
	// no limit.
	Count(ctx context.Context, c *Collection, scan Scan, limit int) (int, error)
	// Write runs work in one transaction and returns when it is durable.
	//
	// Work may run more than once, and beside others' in one transaction: it
	// must depend on nothing but the request and what Tx tells it. When it
	// returns an error, nothing of it is stored, and Write returns that error
	// once everything that led to it is durable. Work gets no context: a
	// caller who leaves does not stop a transaction that others share.
	Write(ctx context.Context, work func(Tx) error) error
	// Secret returns the named shared secret, 32 bytes, newest first and at
	// most two, made at the first call by whichever server comes first.
	Secret(ctx context.Context, name string) ([][]byte, error)
	// Ping tells whether the database answers.
	Ping(ctx context.Context) error
	// Backup writes a consistent copy of everything to the file at path,
	// while others read and write. [ErrUnsupported] where the database has
	// tools of its own.
	Backup(ctx context.Context, path string) error
	// Close waits for what is being written, and closes.
	Close() error
}

// View is all that a database keeps, as it was at one moment. It is used by
// one goroutine.
type View interface {
	// Names are the collections that have room in the database, declared or
	// not, in the order of their names.
	Names() []string
	// Documents hands the documents of the collection to each, in the order of
	// their ids, and ends with the first error. It holds one at a time.
	Documents(c *Collection, each func(*Document) error) error
}

// Tx is what work sees of the database: all that was committed, and its own
// writes.
type Tx interface {
	// Load returns the document as it is now and keeps others from changing
	// it until the transaction ends; nil where there is none.
	Load(c *Collection, id string) (*Document, error)
	// Insert stores a new document. It returns [ErrTaken] where the id exists
	// and *[UniqueError] where a unique member does.
	Insert(c *Collection, d *Document) error
	// InsertAll stores new documents, with far fewer questions to the database
	// than Insert. Errors as for Insert, without telling whose they are.
	InsertAll(c *Collection, documents []*Document) error
	// Update stores the document in place of before, which Load returned.
	// Errors as for Insert.
	Update(c *Collection, before, d *Document) error
	// Delete removes the document, which Load returned.
	Delete(c *Collection, before *Document) error
	// Usage returns how many documents, and how many bytes of bodies, the
	// owner keeps in the collection.
	Usage(c *Collection, owner Owner) (documents, bytes int64, err error)
	// Owned returns up to limit documents of the owner, in the order of their
	// ids, after the given id.
	Owned(c *Collection, owner Owner, after string, limit int) ([]*Document, error)
	// Spend takes note of the caller's proof for as long as it counts. It
	// returns [ErrReplayed] where that was done before, by whichever server.
	Spend(proof *Proof) error
	// Claim reserves an idempotency key. Where it was used before, it returns
	// what Keep stored. A twin that is still being worked on is waited for.
	Claim(key IdempotencyKey) (*Kept, error)
	// Keep stores the answer under the key that this transaction claimed.
	Keep(key IdempotencyKey, kept Kept) error
}

// History is what happened to the documents, as the writes themselves wrote it
// down. Every method is safe for concurrent use.
type History interface {
	// Settle gives a position to every change that was committed and has none
	// yet, and returns the bounds. A position is given after the commit, so
	// whoever sees one sees every smaller one.
	Settle(ctx context.Context) (Bounds, error)
	// Changes returns the changes after the position in their order, up to
	// limit of them; it stops behind the one with which they reach maxBytes.
	Changes(ctx context.Context, after int64, limit, maxBytes int) ([]*Change, error)
	// Lineage tells a database from its restored copies: positions of the one say
	// nothing about the other, in which other changes have their numbers. It is 0
	// where there was none, and stays while the database is open.
	Lineage(ctx context.Context) (int64, error)
	// Wrote receives after this process wrote something, once for one write or
	// many. There is one receiver.
	Wrote() <-chan struct{}
}

// IdempotencyKey names one request of one caller.
type IdempotencyKey struct {
	// Scope is a hash of issuer, subject, method and path.
	Scope [32]byte
	// Writer is the caller.
	Writer Writer
	// Key is the client's; empty where it sent none.
	Key string
}

// Kept is the answer to a request with an idempotency key.
type Kept struct {
	// Request is a hash of the request's body and preconditions.
	Request [32]byte
	// Answer is opaque to the store.
	Answer []byte
	// Until is when it may be forgotten.
	Until time.Time
}

// Scan is a stretch of one order of a collection, under a rule.
type Scan struct {
	// Visible is the rule.
	Visible Condition
	// Index is the order; nil is the order of ids. Documents with equal keys
	// are in the order of their ids, in the direction of the last key.
	Index *Index
	// Prefixes are the values of the index's first keys, an alternative each,
	// all of the same length; nil is one empty prefix. The alternatives'
	// documents are merged into one order: that of the keys behind the
	// prefix. With more than one alternative that order has to mean something
	// to the caller.
	Prefixes [][]Key
	// Low and High bound the key behind the prefix; nil is no bound. They are
	// as values, whatever the key's direction.
	Low, High *Bound
	// Reverse walks from the end.
	Reverse bool
	// After is where to begin, exclusively, in the direction of the walk.
	After *Position
	// Limit bounds the documents returned; at least 1.
	Limit int
	// MaxBytes ends the list behind the document with which the bodies reach
	// that many bytes; 0 is no bound. A store may leave it out, at the cost of
	// memory.
	MaxBytes int
}

// Bound is one end of a range of keys.
type Bound struct {
	Key       Key
	Inclusive bool
}

// Position is a place in the order of a scan: keys behind the prefix, and the
// id.
type Position struct {
	Keys []Key
	ID   string
}
