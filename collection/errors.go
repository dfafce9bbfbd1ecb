package collection

import "errors"

var (
	// ErrTaken says that the id exists, seen or not.
	ErrTaken = errors.New("id is taken")
	// ErrReplayed says that the caller's proof was used for another write.
	ErrReplayed = errors.New("proof was used before")
	// ErrUnavailable says that the database does not answer at the moment.
	ErrUnavailable = errors.New("database is unavailable")
	// ErrFull says that the database has no room left.
	ErrFull = errors.New("database is full")
	// ErrUnsupported says that this database cannot do it.
	ErrUnsupported = errors.New("not supported by this database")
)

// UniqueError says that another document has the same unique members.
type UniqueError struct{ Unique Unique }

// Error names the declaration.
func (e *UniqueError) Error() string { return "unique " + e.Unique.String() + " is taken" }

// Denied says that the caller may not do it, whatever the document.
type Denied struct {
	Collection *Collection
	Operation  Operation
}

// Error names the operation.
func (e *Denied) Error() string {
	return string(e.Operation) + " in " + e.Collection.Name + " is denied"
}

// Rule is the rule that was not met.
func (e *Denied) Rule() Rule { return e.Collection.Rule(e.Operation) }
