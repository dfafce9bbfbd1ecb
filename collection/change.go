package collection

import (
	"crypto/sha256"
	"time"
)

// Change is one write of one document, with all that is needed to tell each
// reader what became of it.
type Change struct {
	// Position is the place in the one order of all changes of the database.
	// The changes of one document are in the order of its versions.
	Position int64
	// Collection is its name.
	Collection string
	// Before is nil where the document was made, After where it was deleted.
	Before, After *Document
	// Version is that of After; a deletion counts as a version of its own.
	Version int64
	// At is when it happened, by the clock of the server that wrote it.
	At time.Time
	// Writer and Key are set where the write had an idempotency key.
	Writer Writer
	Key    string
}

// ID is that of the document.
func (c *Change) ID() string {
	if c.After != nil {
		return c.After.ID
	}
	return c.Before.ID
}

// Size is about how many bytes the change takes.
func (c *Change) Size() int {
	size := 256
	for _, d := range []*Document{c.Before, c.After} {
		if d != nil {
			size += d.Body.Size()
		}
	}
	return size
}

// Writer stands for a person who wrote something. The zero Writer is nobody.
type Writer [16]byte

// WriterOf returns what stands for the person.
func WriterOf(person Owner) (w Writer) {
	if !person.IsNobody() {
		sum := sha256.Sum256([]byte(person.Issuer + "\x00" + person.Subject))
		copy(w[:], sum[:])
	}
	return w
}

// Bounds say which changes a database still has: those after Pruned up to Last.
type Bounds struct{ Pruned, Last int64 }
