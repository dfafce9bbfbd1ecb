package jsonvalue

import (
	"fmt"
	"slices"
)

// Bounds of Apply that its caller does not choose.
const (
	maxResult = 1 << 30
	// maxWork bounds the items and members that a patch looks at and copies,
	// each operation those of all containers on its path. Else few bytes of
	// patch on a large list could keep a processor busy for minutes; so it is
	// less than half a second.
	maxWork = 4_000_000
)

// Apply changes target by all operations in their order (RFC 6902, section 5).
// After each of them the result is at most maxBytes long as Append writes it,
// 1 GiB if maxBytes is 0, and nested at most 64 deep. Many operations on large
// lists and objects are refused: about 40 on a list of 100,000 items pass, 4,000 on
// one of 1,000. The error is a *PatchError; target stays as
// it is in any case.
func (p Patch) Apply(target Value, maxBytes int) (Value, error) {
	if maxBytes <= 0 || maxBytes > maxResult {
		maxBytes = maxResult
	}
	work := maxWork
	for i := range p.operations {
		var err *PatchError
		a := application{document: target, work: work}
		if err = a.apply(&p.operations[i]); err == nil {
			err = fits(a.document, maxBytes)
		}
		if err != nil {
			return Value{}, err.in(i)
		}
		target, work = a.document, a.work
	}
	return target, nil
}

func fits(v Value, maxBytes int) *PatchError {
	switch {
	case v.Size() > maxBytes:
		return &PatchError{Reason: fmt.Sprintf("makes the document larger than %d bytes", maxBytes)}
	case v.Depth() > maxDepth:
		return &PatchError{Reason: fmt.Sprintf("makes the document more than %d deep", maxDepth)}
	}
	return nil
}

// application is one operation at work.
type application struct {
	document Value
	work     int // what is left of maxWork
}

func (a *application) apply(op *operation) *PatchError {
	switch op.name {
	case "add":
		return a.change(op.path, add, op.value)
	case "remove":
		return a.change(op.path, remove, Value{})
	case "replace":
		return a.change(op.path, replace, op.value)
	case "move":
		return a.move(op)
	case "copy":
		value, err := a.find(op.from)
		if err != nil {
			return err
		}
		return a.change(op.path, add, value)
	}
	return a.test(op)
}

// move is a remove and an add (RFC 6902, section 4.4). A value cannot go into
// itself, but may stay where it is.
func (a *application) move(op *operation) *PatchError {
	value, err := a.find(op.from)
	if err != nil {
		return err
	}
	if from := op.from.path; len(from) <= len(op.path.path) && slices.Equal(from, op.path.path[:len(from)]) {
		if len(from) == len(op.path.path) {
			return nil
		}
		return op.path.fail("lies within the value to move")
	}
	if err := a.change(op.from, remove, Value{}); err != nil {
		return err
	}
	return a.change(op.path, add, value)
}

func (a *application) test(op *operation) *PatchError {
	value, err := a.find(op.path)
	if err != nil {
		err.Test = true
		return err
	}
	if !Equal(value, op.value) {
		return &PatchError{Reason: "is a test that does not hold: the value is another", Test: true}
	}
	return nil
}

func (p place) fail(reason string) *PatchError {
	return &PatchError{Pointer: Pointer(p.field), Reason: reason}
}
