package schema

import (
	"slices"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

func (r *run) object(n *node, v jsonvalue.Value, s *seen) bool {
	members := v.Members()
	valid := true
	if len(members) < n.minMembers || n.maxMembers >= 0 && len(members) > n.maxMembers {
		valid = r.fail(n, other, sayCount(len(members), n.minMembers, n.maxMembers, "member"))
	}
	there := 0
	for i := range members {
		declared, ok := n.members[members[i].Name]
		if ok && declared.required {
			there++
		}
		if !r.member(n, &members[i], declared.node, i, s) {
			valid = false
		}
		if !valid && r.silent() {
			return false
		}
	}
	if there < len(n.required) {
		valid = r.missing(n, v, n.required)
	}
	for _, d := range n.dependentRequired {
		valid = r.dependentRequired(n, v, d) && valid
	}
	return valid
}

// member checks one member by all that speaks of it.
func (r *run) member(n *node, m *jsonvalue.Member, declared *node, i int, s *seen) bool {
	r.path = append(r.path, step{name: m.Name})
	valid := true
	known := declared != nil
	if known {
		valid = r.below(n, declared, m.Value)
	}
	for _, p := range n.patterns {
		if r.spend(1+len(m.Name)/32*p.pattern.size) && p.pattern.MatchString(m.Name) {
			known = true
			valid = r.below(n, p.node, m.Value) && valid
		}
	}
	if !known && n.additional != nil {
		known = true
		valid = r.below(n, n.additional, m.Value)
	}
	if known {
		s.note(i)
	}
	if n.names != nil {
		valid = r.name(n, m.Name) && valid
	}
	r.path = r.path[:len(r.path)-1]
	return valid
}

// below checks a member that the schema false stands for with words of its own.
func (r *run) below(n, below *node, v jsonvalue.Value) bool {
	if !below.nothing {
		return r.eval(below, v, nil)
	}
	switch below {
	case n.additional, n.unevaluatedMembers:
		return r.fail(n, other, sayUndeclared)
	case n.unevaluatedItems:
		return r.fail(n, other, sayTooMany)
	}
	return r.fail(n, other, "is not allowed by the schema")
}

// name checks the name of a member as if it were a value.
func (r *run) name(n *node, name string) bool {
	if r.quietly(n.names, jsonvalue.String(name), nil) {
		return true
	}
	if r.silent() {
		return false
	}
	for _, f := range r.findings(n.names, jsonvalue.String(name)) {
		r.fail(n, other, "has a name that "+f.Detail)
	}
	return false
}

func (r *run) missing(n *node, v jsonvalue.Value, names []string) bool {
	if !r.spend(len(names) * (1 + len(v.Members())/8)) {
		return false
	}
	valid := true
	for _, name := range names {
		if _, there := v.Get(name); !there {
			valid = r.failAt(name, n, sayRequired)
		}
	}
	return valid
}

func (r *run) dependentRequired(n *node, v jsonvalue.Value, d dependent) bool {
	if !r.spend(1 + len(v.Members())/8) {
		return false
	}
	if _, there := v.Get(d.name); !there {
		return true
	}
	valid := true
	for _, name := range d.required {
		if _, there := v.Get(name); !there {
			valid = r.failAt(name, n, "is required where "+shown(jsonvalue.String(d.name))+" is there")
		}
	}
	return valid
}

// canonical writes equal values alike: numbers by value, members by name.
func canonical(dst []byte, v jsonvalue.Value) []byte {
	switch v.Kind() {
	case jsonvalue.Numeral:
		return append(append(append(dst, 'n'), jsonvalue.NumberKey(v.Text())...), ';')
	case jsonvalue.Array:
		dst = append(dst, '[')
		for _, item := range v.Items() {
			dst = canonical(dst, item)
		}
		return append(dst, ']')
	case jsonvalue.Object:
		members := slices.Clone(v.Members())
		slices.SortFunc(members, func(a, b jsonvalue.Member) int { return strings.Compare(a.Name, b.Name) })
		dst = append(dst, '{')
		for _, m := range members {
			dst = canonical(jsonvalue.String(m.Name).Append(dst), m.Value)
		}
		return append(dst, '}')
	}
	return v.Append(dst)
}
