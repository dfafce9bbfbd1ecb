package jsonvalue

import (
	"slices"
	"strings"
)

// ArrayOf is an array of items. It keeps a copy of the list.
func ArrayOf(items ...Value) Value { return arrayOf(slices.Clone(items)) }

// ObjectOf is an object with members in their order. Of two members with one
// name the first gives the place and the last the value, as With would. Bytes
// in a name that are not UTF-8 become U+FFFD.
func ObjectOf(members ...Member) Value {
	kept := make([]Member, 0, len(members))
	places := map[string]int{}
	for _, member := range members {
		member.Name = strings.ToValidUTF8(member.Name, "\uFFFD")
		if place, twice := places[member.Name]; twice {
			kept[place] = member
			continue
		}
		places[member.Name] = len(kept)
		kept = append(kept, member)
	}
	return objectOf(kept)
}

// arrayOf and objectOf keep the list they are given.
func arrayOf(items []Value) Value {
	v := Value{kind: Array, depth: 1, size: sizeEmpty}
	if len(items) == 0 {
		return v
	}
	for i := range items {
		v.size += items[i].Size()
	}
	v.size += len(items) - 1
	v.parts = &content{items: slices.Clip(items)}
	v.depth = v.parts.depth()
	return v
}

func objectOf(members []Member) Value {
	v := Value{kind: Object, depth: 1, size: sizeEmpty}
	if len(members) == 0 {
		return v
	}
	for i := range members {
		v.size += members[i].size()
	}
	v.size += len(members) - 1
	v.parts = &content{members: slices.Clip(members)}
	v.depth = v.parts.depth()
	return v
}

// sizeEmpty is the size field of [] and {}.
const sizeEmpty = len("[]") - sizeNull

// size is what Append writes for the member, with the colon.
func (m *Member) size() int { return quotedSize(m.Name) + 1 + m.Value.Size() }

// Get is the member of an object with that name. There is none in a value of
// another kind.
func (v Value) Get(name string) (Value, bool) {
	if i := v.place(name); i >= 0 {
		return v.parts.members[i].Value, true
	}
	return Value{}, false
}

// At follows path through objects within objects. It never looks into arrays.
// An empty path is v itself.
func (v Value) At(path []string) (Value, bool) {
	for _, name := range path {
		member, found := v.Get(name)
		if !found {
			return Value{}, false
		}
		v = member
	}
	return v, true
}

// place is where the member stands, or -1.
func (v Value) place(name string) int {
	for i, member := range v.Members() {
		if member.Name == name {
			return i
		}
	}
	return -1
}

// With is the object v with the member set: in its old place, or at the end if
// it is new. It panics if v is no object.
func (v Value) With(name string, member Value) Value {
	if v.kind != Object {
		panic("jsonvalue: With on a value of kind " + v.kind.String())
	}
	name = strings.ToValidUTF8(name, "\uFFFD")
	if i := v.place(name); i >= 0 {
		return v.withMember(i, member)
	}
	return v.withNewMember(Member{name, member})
}

// Without is the object v without the members of these names. Other values it
// returns as they are.
func (v Value) Without(names ...string) Value {
	if !slices.ContainsFunc(names, func(name string) bool { return v.place(name) >= 0 }) {
		return v
	}
	members := make([]Member, 0, len(v.Members()))
	for _, member := range v.Members() {
		if !slices.Contains(names, member.Name) {
			members = append(members, member)
		}
	}
	return objectOf(members)
}
