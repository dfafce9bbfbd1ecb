package schema

import (
	"slices"

	"github.com/postern-dev/postern/jsonvalue"
)

// combined checks by the subschemas that look at the same value.
func (r *run) combined(n *node, v jsonvalue.Value, s *seen) bool {
	valid := true
	if n.ref != nil {
		valid = r.same(n.ref, v, s)
	}
	for _, sub := range n.allOf {
		valid = r.same(sub, v, s) && valid
	}
	if n.anyOf != nil {
		valid = r.anyOf(n, v, s) && valid
	}
	if n.oneOf != nil {
		valid = r.oneOf(n, v, s) && valid
	}
	if n.not != nil && r.quietly(n.not, v, nil) {
		valid = r.fail(n, other, "is of a form that the schema excludes")
	}
	if n.when != nil {
		valid = r.conditional(n, v, s) && valid
	}
	for _, d := range n.dependentSchemas {
		if _, there := v.Get(d.name); there && r.spend(len(v.Members())/8) {
			valid = r.same(d.node, v, s) && valid
		}
	}
	return valid
}

// same evaluates a subschema at the same value; what it looked at counts only
// where it is valid.
func (r *run) same(n *node, v jsonvalue.Value, s *seen) bool {
	if s == nil {
		return r.eval(n, v, nil)
	}
	mine := newSeen(v)
	valid := r.spend(len(*mine)) && r.eval(n, v, mine)
	if valid {
		s.noteAll(mine)
	}
	return valid
}

func (r *run) sameQuietly(n *node, v jsonvalue.Value, s *seen) bool {
	most := r.most
	r.most = 0
	valid := r.same(n, v, s)
	r.most = most
	return valid
}

func (r *run) conditional(n *node, v jsonvalue.Value, s *seen) bool {
	if r.sameQuietly(n.when, v, s) {
		return n.then == nil || r.same(n.then, v, s)
	}
	return n.els == nil || r.same(n.els, v, s)
}

func (r *run) anyOf(n *node, v jsonvalue.Value, s *seen) bool {
	valid := false
	for _, sub := range n.anyOf {
		if r.sameQuietly(sub, v, s) {
			if valid = true; s == nil {
				return true
			}
		}
	}
	return valid || r.nearest(n, n.anyOf, v)
}

func (r *run) oneOf(n *node, v jsonvalue.Value, s *seen) bool {
	matching := 0
	for _, sub := range n.oneOf {
		if r.sameQuietly(sub, v, s) {
			matching++
		}
	}
	switch {
	case matching == 1:
		return true
	case matching > 1:
		return r.fail(n, other, "fits more than one of the forms of which the schema wants exactly one")
	}
	return r.nearest(n, n.oneOf, v)
}

// nearest reports of several alternatives, none of which is met, the one that
// was most likely meant: of those whose type fits, the only one whose constants
// do. Where that leaves no one, one sentence has to do.
func (r *run) nearest(n *node, alternatives []*node, v jsonvalue.Value) bool {
	if r.silent() {
		return false
	}
	var all [][]finding
	for _, sub := range alternatives {
		all = append(all, r.findings(sub, v))
	}
	if types, ok := r.onlyTypes(all); ok {
		return r.fail(n, ofType, sayTypes(types))
	}
	all = slices.DeleteFunc(all, func(found []finding) bool { return r.hereIs(found, ofType, 0) })
	if choice, at, ok := r.onlyChoice(all); ok {
		r.found = append(r.found, finding{at.Violation, ofChoice, at.depth, n})
		r.found[len(r.found)-1].Detail = choice
		return false
	}
	if kept := slices.DeleteFunc(slices.Clone(all), func(found []finding) bool { return r.hereIs(found, ofChoice, 1) }); len(kept) == 1 {
		r.found = append(r.found, kept[0][:min(len(kept[0]), r.most-min(r.most, len(r.found)))]...)
		return false
	}
	return r.fail(n, other, "fits none of the forms that the schema allows")
}

// hereIs tells whether a finding of the kind is at this value or down to depth
// below.
func (r *run) hereIs(found []finding, k keyword, depth int) bool {
	return slices.ContainsFunc(found, func(f finding) bool { return f.keyword == k && f.depth <= len(r.path)+depth })
}

// onlyTypes joins alternatives of which each only wants another type.
func (r *run) onlyTypes(all [][]finding) (bits, bool) {
	var types bits
	for _, found := range all {
		if len(found) != 1 || !r.hereIs(found, ofType, 0) || found[0].node.types == anything {
			return 0, false
		}
		types |= found[0].node.types
	}
	return types, len(all) > 0
}

// onlyChoice joins alternatives that each want another constant at one place:
// the member that tells them apart.
func (r *run) onlyChoice(all [][]finding) (string, finding, bool) {
	var values []jsonvalue.Value
	var at finding
	for _, found := range all {
		i := slices.IndexFunc(found, func(f finding) bool {
			return f.keyword == ofChoice && f.depth <= len(r.path)+1 && f.node.enum != nil
		})
		if i < 0 || at.node != nil && at.Pointer != found[i].Pointer {
			return "", at, false
		}
		at = found[i]
		values = append(values, at.node.enum.values...)
	}
	return sayChoice(values), at, len(all) > 0
}

// unevaluated checks what no other keyword looked at.
func (r *run) unevaluated(n *node, v jsonvalue.Value, s *seen) bool {
	valid := true
	if n.unevaluatedMembers != nil {
		for i, m := range v.Members() {
			if !(*s)[i] {
				r.path = append(r.path, step{name: m.Name})
				valid = r.below(n, n.unevaluatedMembers, m.Value) && valid
				r.path = r.path[:len(r.path)-1]
				(*s)[i] = true
			}
		}
	}
	if n.unevaluatedItems != nil {
		for i, item := range v.Items() {
			if !(*s)[i] {
				r.path = append(r.path, step{item: i + 1})
				valid = r.below(n, n.unevaluatedItems, item) && valid
				r.path = r.path[:len(r.path)-1]
				(*s)[i] = true
			}
		}
	}
	return valid
}
