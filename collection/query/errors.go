package query

import (
	"strings"

	"github.com/postern-dev/postern/collection"
)

// Kind is the kind of a mistake in a query.
type Kind int

// The kinds of mistakes.
const (
	// Malformed is what cannot be read: an escape, a bracket, an empty part.
	Malformed Kind = iota + 1
	// UnknownParameter is a parameter that lists do not have.
	UnknownParameter
	// Repeated is what may be said once only.
	Repeated
	// UnknownMember is a member that the collection cannot have.
	UnknownMember
	// Untyped is a member of which the schema does not say the type.
	Untyped
	// UnknownOperator is an operator that filters do not have.
	UnknownOperator
	// Misfit is an operator or an order that the member's type does not have.
	Misfit
	// WrongType is a value that the member's type does not have.
	WrongType
	// BadValue is a value that its parameter does not have.
	BadValue
	// OverLimit is more than one of the [Limits].
	OverLimit
)

// Error is one mistake in a query.
type Error struct {
	Kind Kind
	// Parameter is the parameter as it was sent, shortened if it is very long.
	Parameter string
	// Detail says what is wrong, without values that were sent.
	Detail string
	// Hint says how to mend it, with the nearest right spelling; may be empty.
	Hint string
}

// Error is the parameter and what is wrong with it.
func (e *Error) Error() string { return e.Parameter + " " + e.Detail }

// Errors are all mistakes of a query, at most [MaxErrors], in the order of
// their parameters.
type Errors []*Error

// MaxErrors is how many mistakes are reported at once.
const MaxErrors = 20

// Error joins them.
func (e Errors) Error() string {
	var texts []string
	for _, one := range e {
		texts = append(texts, one.Error())
	}
	return strings.Join(texts, "; ")
}

// Unwrap returns each of them.
func (e Errors) Unwrap() []error {
	var list []error
	for _, one := range e {
		list = append(list, one)
	}
	return list
}

// NotAllowed says that the caller can read no document of the collection,
// whatever is in it.
type NotAllowed struct {
	Collection string
	// Rule is the one that the caller does not meet.
	Rule collection.Rule
}

// Error names the collection.
func (e *NotAllowed) Error() string { return "reading " + e.Collection + " is not allowed" }

// CursorError says why a cursor leads nowhere.
type CursorError struct{ Kind CursorKind }

// CursorKind is what is wrong with a cursor.
type CursorKind int

// What can be wrong with a cursor.
const (
	// CursorInvalid was not made by this server, or was damaged, or is so old
	// that its secret is gone.
	CursorInvalid CursorKind = iota + 1
	// CursorOfAnother belongs to another list: another collection, other
	// filters, another order or another caller.
	CursorOfAnother
	// CursorStale is of this list, but the types of its members have changed
	// since, and with them the order.
	CursorStale
)

// Error says it in a sentence.
func (e *CursorError) Error() string {
	switch e.Kind {
	case CursorOfAnother:
		return "the cursor belongs to another list: collection, filters, sort and caller have to stay the same from page to page"
	case CursorStale:
		return "the cursor is from before the collection's schema changed: begin again without a cursor"
	}
	return "the cursor is not one that this server gave out: begin again without a cursor"
}
