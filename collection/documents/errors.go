package documents

import (
	"errors"
	"fmt"

	"github.com/postern-dev/postern/collection"
)

// ErrNotFound says that there is no such document for this caller.
var ErrNotFound = errors.New("document not found")

// Changed says that a precondition does not hold (RFC 9110, section 13).
type Changed struct {
	// Current is the document as it is, for callers who may read it.
	Current *collection.Document
}

// Error says what does not hold.
func (e *Changed) Error() string { return "the document is not as the request expects" }

// Invalid says that a body is not valid.
type Invalid struct{ Violations []collection.Violation }

// Error counts the violations.
func (e *Invalid) Error() string { return fmt.Sprintf("body has %d violations", len(e.Violations)) }

// PatchFailed says that a JSON patch cannot be applied.
type PatchFailed struct {
	Pointer, Reason string
	// Test is true for a test operation that did not hold.
	Test bool
}

// Error tells the reason.
func (e *PatchFailed) Error() string { return "patch: " + e.Reason }

// TooLarge says that a document would be larger than allowed.
type TooLarge struct{ Limit int }

// Error names the limit.
func (e *TooLarge) Error() string { return fmt.Sprintf("document is larger than %d bytes", e.Limit) }

// IDRefused says that an id is not of the collection's format.
type IDRefused struct{ Format collection.IDFormat }

// Error names the format.
func (e *IDRefused) Error() string { return "id is not of the format " + string(e.Format) }

// QuotaExceeded says that the owner keeps as much as is allowed.
type QuotaExceeded struct {
	Collection *collection.Collection
	// Of is documents or bytes.
	Of    string
	Limit int64
}

// Error names the quota.
func (e *QuotaExceeded) Error() string {
	return fmt.Sprintf("quota of %d %s is used up", e.Limit, e.Of)
}

// ErrKeyReused says that an idempotency key was used for another request.
var ErrKeyReused = errors.New("idempotency key was used for another request")

// ErrBatchTooLarge says that the documents of a batch are too large together.
var ErrBatchTooLarge = errors.New("the documents of the batch are too large together")

// BatchError says which request of a batch failed; nothing of it is stored.
type BatchError struct {
	Index int
	Err   error
}

// Error names the place.
func (e *BatchError) Error() string { return fmt.Sprintf("request %d: %v", e.Index, e.Err) }

// Unwrap returns why it failed.
func (e *BatchError) Unwrap() error { return e.Err }
