package jsonvalue

import "strconv"

// Patch is a JSON patch (RFC 6902): operations that are applied in their
// order, all or none. The zero Patch has none.
type Patch struct {
	operations []operation
}

// operation is one of RFC 6902, section 4. What its kind does not use is zero.
type operation struct {
	name       string
	path, from place
	value      Value
}

// place is the target of an operation, and the name of the member that said so.
type place struct {
	field string
	path  []string
}

// PatchError says why a patch was not taken or not applied.
type PatchError struct {
	// Pointer is the place in the patch (RFC 6901): /2/path.
	Pointer string
	// Reason is the rest of a sentence about that place, as in: goes beyond the
	// end of a list.
	Reason string
	// Test says that a test did not hold: the patch is right, but the document
	// is not as its sender thought.
	Test bool
}

func (e *PatchError) Error() string { return "JSON patch " + e.Pointer + " " + e.Reason }

// ParsePatch reads v as a JSON patch (RFC 6902, section 3). Members that an
// operation does not know are ignored. The error is a *PatchError.
func ParsePatch(v Value) (Patch, error) {
	if v.kind != Array {
		return Patch{}, &PatchError{Reason: "is not a list of operations"}
	}
	operations := make([]operation, len(v.Items()))
	for i, item := range v.Items() {
		op, err := parseOperation(item)
		if err != nil {
			return Patch{}, err.in(i)
		}
		operations[i] = op
	}
	return Patch{operations}, nil
}

// Len is the number of operations.
func (p Patch) Len() int { return len(p.operations) }

// in places the error into the operation at i.
func (e *PatchError) in(i int) *PatchError {
	e.Pointer = Pointer(strconv.Itoa(i)) + e.Pointer
	return e
}

func parseOperation(v Value) (op operation, err *PatchError) {
	if v.kind != Object {
		return op, &PatchError{Reason: "is not an object"}
	}
	name, err := textMember(v, "op")
	if err != nil {
		return op, err
	}
	op.name = name
	needsFrom, needsValue := false, false
	switch name {
	case "add", "replace", "test":
		needsValue = true
	case "move", "copy":
		needsFrom = true
	case "remove":
	default:
		return op, &PatchError{Pointer: "/op", Reason: quote(name) + " is none of add, remove, replace, move, copy and test"}
	}
	if op.path, err = placeMember(v, "path"); err != nil {
		return op, err
	}
	if needsFrom {
		op.from, err = placeMember(v, "from")
	}
	if needsValue {
		op.value, err = valueMember(v)
	}
	return op, err
}

func valueMember(v Value) (Value, *PatchError) {
	value, found := v.Get("value")
	if !found {
		return Value{}, &PatchError{Reason: `lacks the member "value"`}
	}
	return value, nil
}

func placeMember(v Value, name string) (place, *PatchError) {
	text, err := textMember(v, name)
	if err != nil {
		return place{}, err
	}
	path, reason := parsePointer(text)
	if reason != "" {
		return place{}, &PatchError{Pointer: Pointer(name), Reason: reason}
	}
	return place{name, path}, nil
}

func textMember(v Value, name string) (string, *PatchError) {
	member, found := v.Get(name)
	switch {
	case !found:
		return "", &PatchError{Reason: "lacks the member " + quote(name)}
	case member.kind != Text:
		return "", &PatchError{Pointer: Pointer(name), Reason: "is not a string"}
	}
	return member.text, nil
}
