package jsonvalue

// edit is what a change does at its target.
type edit uint8

const (
	add edit = iota
	remove
	replace
)

const (
	nothingThere = "points to nothing in the document"
	tooMuchWork  = "is one operation too many on lists and objects as large as these"
)

// find is the value at a place that must exist.
func (a *application) find(at place) (Value, *PatchError) {
	v := a.document
	for _, token := range at.path {
		i, reason := a.step(v, token)
		if reason != "" {
			return Value{}, at.fail(reason)
		}
		v = v.part(i)
	}
	return v, nil
}

// change edits the document at a place; value is what add and replace put
// there.
func (a *application) change(at place, do edit, value Value) *PatchError {
	if len(at.path) == 0 {
		if do == remove {
			return at.fail("is the whole document, which cannot be removed")
		}
		a.document = value
		return nil
	}
	changed, reason := a.changeIn(a.document, at.path, do, value)
	if reason != "" {
		return at.fail(reason)
	}
	a.document = changed
	return nil
}

// changeIn copies the containers on the path, and shares all others.
func (a *application) changeIn(v Value, path []string, do edit, value Value) (changed Value, reason string) {
	if !a.afford(len(v.Items()) + len(v.Members())) {
		return Value{}, tooMuchWork
	}
	if len(path) == 1 && do == add {
		return addTo(v, path[0], value)
	}
	i, reason := a.step(v, path[0])
	if reason != "" {
		return Value{}, reason
	}
	if len(path) > 1 {
		if value, reason = a.changeIn(v.part(i), path[1:], do, value); reason != "" {
			return Value{}, reason
		}
	} else if do == remove {
		return v.withoutPart(i), ""
	}
	return v.withPart(i, value), ""
}

// addTo is the add of RFC 6902, section 4.1, in the container v.
func addTo(v Value, token string, value Value) (changed Value, reason string) {
	switch v.kind {
	case Object:
		return v.With(token, value), ""
	case Array:
		items := len(v.Items())
		if token == "-" {
			return v.withNewItem(items, value), ""
		}
		i, reason := index(token, items)
		if reason != "" {
			return Value{}, reason
		}
		return v.withNewItem(i, value), ""
	}
	return Value{}, nothingThere
}

// step finds the part of v that a token of a pointer names (RFC 6901, section
// 4).
func (a *application) step(v Value, token string) (i int, reason string) {
	switch v.kind {
	case Object:
		if !a.afford(len(v.Members())) {
			return 0, tooMuchWork
		}
		if i = v.place(token); i >= 0 {
			return i, ""
		}
	case Array:
		return index(token, len(v.Items())-1)
	}
	return 0, nothingThere
}

func (a *application) afford(work int) bool {
	a.work -= work
	return a.work >= 0
}

func (v Value) part(i int) Value {
	if v.kind == Array {
		return v.parts.items[i]
	}
	return v.parts.members[i].Value
}

func (v Value) withPart(i int, part Value) Value {
	if v.kind == Array {
		return v.withItem(i, part)
	}
	return v.withMember(i, part)
}

func (v Value) withoutPart(i int) Value {
	if v.kind == Array {
		return v.withoutItem(i)
	}
	return v.withoutMember(i)
}
