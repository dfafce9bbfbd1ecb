package documents

import (
	"crypto/sha256"
	"slices"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// Op is what a [Request] does.
type Op string

// The writes.
const (
	// Create makes a document whose id the server chooses.
	Create Op = "create"
	// Put replaces a document, or makes one with this id where the
	// precondition is that there is none.
	Put Op = "put"
	// MergePatch changes members (RFC 7396).
	MergePatch Op = "mergePatch"
	// JSONPatch applies operations (RFC 6902).
	JSONPatch Op = "jsonPatch"
	// Delete removes a document.
	Delete Op = "delete"
)

// Request is one write.
type Request struct {
	Op         Op
	Collection *collection.Collection
	// ID names the document; empty for Create.
	ID string
	// Body is the document or the patch.
	Body jsonvalue.Value
	// Match is what the caller expects to find.
	Match Precondition
}

// Barred returns *[collection.Denied] where the caller may do this with no
// document at all.
func (r *Request) Barred(caller collection.Caller) error {
	operation := r.operation()
	if r.Collection.Rule(operation).For(caller).IsNever() &&
		(operation == collection.Create || r.Collection.Read.For(caller).IsNever()) {
		return &collection.Denied{Collection: r.Collection, Operation: operation}
	}
	return nil
}

// creates tells whether the request wants a document that is not there.
func (r *Request) creates() bool { return r.Op == Create || r.Op == Put && r.Match.Absent }

func (r *Request) operation() collection.Operation {
	switch {
	case r.creates():
		return collection.Create
	case r.Op == Delete:
		return collection.Delete
	}
	return collection.Update
}

// Precondition is If-Match and If-None-Match (RFC 9110, sections 13.1.1 and
// 13.1.2). The zero Precondition expects nothing.
type Precondition struct {
	// Tags are the versions of which one has to be there; nil is no
	// expectation, as is If-Match: *, since no write but a creating one does
	// without the document.
	Tags []string
	// Absent asks that there is none (*).
	Absent bool
	// NotTags are versions that must not be there.
	NotTags []string
}

// holds tells whether a document that is there meets the precondition.
func (p Precondition) holds(d *collection.Document) bool {
	return !p.Absent && (p.Tags == nil || slices.Contains(p.Tags, d.Tag())) && !slices.Contains(p.NotTags, d.Tag())
}

// Outcome is what one write led to.
type Outcome struct {
	Collection *collection.Collection
	Op         Op
	// Created is true where the document is new.
	Created bool
	// Document is the new state; the last state of a deleted document.
	Document *collection.Document
}

// Idempotency makes a write happen once, however often it is sent.
type Idempotency struct {
	// Key is the client's.
	Key string
	// Method and Path are the request's.
	Method, Path string
	// Request is a hash of everything else that makes the request what it is.
	Request [32]byte
}

func (i *Idempotency) scoped(caller collection.Caller) collection.IdempotencyKey {
	hash := sha256.New()
	for _, part := range []string{caller.Issuer, caller.Subject, i.Method, i.Path} {
		hash.Write([]byte(part))
		hash.Write([]byte{0})
	}
	key := collection.IdempotencyKey{Key: i.Key, Writer: collection.WriterOf(caller.Owner)}
	hash.Sum(key.Scope[:0])
	return key
}
