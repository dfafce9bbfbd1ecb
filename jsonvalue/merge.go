package jsonvalue

// MergePatch changes target as patch says (RFC 7396, section 2): null removes
// a member, an object is merged, everything else replaces what was there. The
// members of target keep their order; new ones follow in that of patch. The
// result is nested no deeper than the deeper of the two, and no longer than
// both together.
func MergePatch(target, patch Value) Value {
	if patch.kind != Object {
		return patch
	}
	var (
		members = target.Members()
		merged  = make([]Member, 0, len(members)+len(patch.Members()))
		changes = finderOf(patch.Members())
		known   = make(map[string]bool, len(patch.Members()))
	)
	for _, member := range members {
		if i := changes.place(member.Name); i >= 0 {
			known[member.Name] = true
			change := patch.Members()[i].Value
			if change.kind == Null {
				continue
			}
			member.Value = MergePatch(member.Value, change)
		}
		merged = append(merged, member)
	}
	for _, member := range patch.Members() {
		if member.Value.kind != Null && !known[member.Name] {
			merged = append(merged, Member{member.Name, MergePatch(Value{}, member.Value)})
		}
	}
	return objectOf(merged)
}
