package schema

import (
	"slices"

	"github.com/postern-dev/postern/collection"
)

// view is what is known of the values at one path.
type view struct {
	types    bits
	format   string // of all strings; "" where there is none
	declared bool   // some keyword names the member
}

var open = view{types: anything}

func and(a, b view) view {
	v := view{types: a.types & b.types, format: a.format, declared: a.declared || b.declared}
	if v.format == "" {
		v.format = b.format
	}
	return v
}

func or(a, b view) view {
	v := view{types: a.types | b.types, declared: a.declared || b.declared, format: a.format}
	switch {
	case a.types&text == 0:
		v.format = b.format
	case b.types&text != 0 && a.format != b.format:
		v.format = ""
	}
	return v
}

// Type is what the schema says of the member at path. Known is false where
// there can be no such member.
func (s *Schema) Type(path collection.Path) (collection.Type, bool) {
	v, possible := lookup(s.root, path)
	if !possible || v.types == 0 {
		return collection.Unknown, false
	}
	return v.asType(), true
}

func (v view) asType() collection.Type {
	switch v.types &^ null {
	case text:
		switch v.format {
		case "date-time":
			return collection.DateTime
		case "date":
			return collection.Date
		}
		return collection.Text
	case integer:
		return collection.IntegerType
	case number, fraction:
		return collection.NumberType
	case boolean:
		return collection.BoolType
	case array:
		return collection.List
	case object:
		return collection.Object
	}
	return collection.Unknown
}

// NamesPeople tells whether every value at path is a string or a list of
// strings, null aside.
func (s *Schema) NamesPeople(path collection.Path) bool {
	v, possible := lookup(s.root, path)
	if !possible {
		return false
	}
	switch v.types &^ null {
	case text:
		return true
	case array, text | array:
		items, possible := lookup(s.root, append(slices.Clone(path), anyItem))
		return possible && items.types == text
	}
	return false
}

// anyItem is the name of a list's items in a path. JSON has no such name.
const anyItem = "\x00"

// Steps of one lookup; what takes more is not known. Diamonds of references
// could else take forever.
const mostLookups = 10_000

func lookup(n *node, path []string) (view, bool) {
	l := looking{left: mostLookups}
	v, possible := l.at(n, path)
	if l.left < 0 {
		return open, true
	}
	return v, possible
}

type looking struct{ left int }

// at returns what n says of the value at path below it, and whether there can
// be one.
func (l *looking) at(n *node, path []string) (view, bool) {
	if l.left--; l.left < 0 {
		return open, true
	}
	if n.nothing {
		return view{}, false
	}
	v, possible := l.own(n, path)
	for _, sub := range n.allOf {
		v, possible = l.both(v, possible, sub, path)
	}
	if n.ref != nil {
		v, possible = l.both(v, possible, n.ref, path)
	}
	for _, alternatives := range [][]*node{n.anyOf, n.oneOf} {
		if len(alternatives) > 0 {
			either, ok := l.either(alternatives, path)
			v, possible = and(v, either), possible && ok
		}
	}
	if len(path) > 0 && n.unevaluatedMembers != nil && n.unevaluatedMembers.nothing && !v.declared {
		return v, false
	}
	return v, possible
}

func (l *looking) both(v view, possible bool, n *node, path []string) (view, bool) {
	w, ok := l.at(n, path)
	return and(v, w), possible && ok
}

func (l *looking) either(alternatives []*node, path []string) (view, bool) {
	var any view
	possible := false
	for _, n := range alternatives {
		v, ok := l.at(n, path)
		if !ok {
			continue
		}
		if !possible {
			any, possible = v, true
			continue
		}
		any = or(any, v)
	}
	return any, possible
}

// own is what n says without the subschemas beside it.
func (l *looking) own(n *node, path []string) (view, bool) {
	if len(path) == 0 {
		return n.here(), true
	}
	if path[0] == anyItem {
		if n.types&array == 0 || n.items == nil || len(n.prefix) > 0 {
			return open, n.types&array != 0
		}
		return l.at(n.items, path[1:])
	}
	if n.types&object == 0 {
		return view{}, false
	}
	return l.member(n, path)
}

func (l *looking) member(n *node, path []string) (view, bool) {
	v, possible, named := open, true, false
	if m := n.members[path[0]]; m.node != nil {
		v, possible = l.at(m.node, path[1:])
		named = true
	}
	for _, p := range n.patterns {
		if p.pattern.MatchString(path[0]) {
			v, possible = l.both(v, possible, p.node, path[1:])
			named = true
		}
	}
	if !named && n.additional != nil {
		v, possible = l.at(n.additional, path[1:])
		named = true
	}
	v.declared = v.declared || named
	return v, possible
}

func (n *node) here() view {
	v := view{types: n.types}
	if n.enum != nil {
		var types bits
		for _, one := range n.enum.values {
			types |= bitsOf(one)
		}
		v.types &= types
	}
	if n.format != nil {
		v.format = n.format.name
	}
	return v
}

// Bounds of Paths.
const (
	mostPaths     = 500
	mostPathDepth = 6
)

// declared lists the members that the schema names.
func declared(root *node) []string {
	d := declaring{}
	d.visit(root, nil)
	slices.Sort(d.paths)
	return slices.Compact(d.paths)
}

type declaring struct {
	paths []string
	steps int
}

func (d *declaring) visit(n *node, path collection.Path) {
	if d.steps++; d.steps > mostLookups || len(path) >= mostPathDepth {
		return
	}
	for _, name := range n.declared {
		if len(d.paths) >= mostPaths {
			return
		}
		below := append(slices.Clone(path), name)
		if next := n.members[name].node; !next.nothing {
			d.paths = append(d.paths, below.String())
			d.visit(next, below)
		}
	}
	for _, next := range n.beside() {
		if next != n.not {
			d.visit(next, path)
		}
	}
}
