package jsonvalue

import "slices"

// The functions here copy one container, never what is in it, and count its
// size and depth from what came and went: to read all names again would let a
// short patch cost as much as a long document, once for each operation.

func (v Value) withMember(i int, value Value) Value {
	members := slices.Clone(v.parts.members)
	gone := members[i].Value
	members[i].Value = value
	return v.changed(content{members: members}, value.Size()-gone.Size(), gone, value)
}

func (v Value) withNewMember(member Member) Value {
	before := v.Members()
	members := append(make([]Member, 0, len(before)+1), before...)
	members = append(members, member)
	return v.changed(content{members: members}, member.size()+comma(len(before)), Value{}, member.Value)
}

func (v Value) withoutMember(i int) Value {
	members := slices.Clone(v.parts.members)
	gone := members[i]
	members = slices.Delete(members, i, i+1)
	return v.changed(content{members: members}, -gone.size()-comma(len(members)), gone.Value, Value{})
}

func (v Value) withItem(i int, item Value) Value {
	items := slices.Clone(v.parts.items)
	gone := items[i]
	items[i] = item
	return v.changed(content{items: items}, item.Size()-gone.Size(), gone, item)
}

func (v Value) withNewItem(i int, item Value) Value {
	before := v.Items()
	items := append(make([]Value, 0, len(before)+1), before[:i]...)
	items = append(append(items, item), before[i:]...)
	return v.changed(content{items: items}, item.Size()+comma(len(before)), Value{}, item)
}

func (v Value) withoutItem(i int) Value {
	items := slices.Clone(v.parts.items)
	gone := items[i]
	items = slices.Delete(items, i, i+1)
	return v.changed(content{items: items}, -gone.Size()-comma(len(items)), gone, Value{})
}

// comma is what one part more costs beside others.
func comma(others int) int {
	if others > 0 {
		return len(",")
	}
	return 0
}

// changed is the container v with other parts, grown by so many bytes.
func (v Value) changed(now content, grown int, gone, came Value) Value {
	v.size += grown
	if gone.depth > 0 && gone.depth+1 == v.depth {
		v.depth = now.depth()
	}
	v.depth = max(v.depth, came.depth+1)
	now.items, now.members = slices.Clip(now.items), slices.Clip(now.members)
	v.parts = &now
	return v
}

func (c *content) depth() int32 {
	depth := int32(1)
	for i := range c.items {
		depth = max(depth, c.items[i].depth+1)
	}
	for i := range c.members {
		depth = max(depth, c.members[i].Value.depth+1)
	}
	return depth
}
