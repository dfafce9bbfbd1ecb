package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// hasOrder tells whether members of the type can be compared.
func hasOrder(kind collection.Type) bool {
	switch kind {
	case collection.Unknown, collection.List, collection.Object:
		return false
	}
	return true
}

// sort reads -due,title.
func (p *parser) sort(name, value string) {
	items := strings.Split(value, ",")
	if len(items) > p.limits.SortKeys {
		p.refuse(OverLimit, name, "has more than "+strconv.Itoa(p.limits.SortKeys)+" members, the most of one order", "Leave the last ones out.")
		return
	}
	for _, item := range items {
		member, desc := strings.CutPrefix(item, "-")
		key := collection.SortKey{Path: collection.ParsePath(member), Desc: desc}
		if member == "" {
			p.refuse(Malformed, name, "has an empty member", "Write sort=-due,title: a - before a member turns its order round.")
			continue
		}
		if !p.sortable(name, key.Path) {
			continue
		}
		if slices.ContainsFunc(p.q.Sort, func(k collection.SortKey) bool { return k.Path.Equal(key.Path) }) {
			p.refuse(Repeated, name, "names a member twice", "Name each member once.")
			continue
		}
		p.q.Sort = append(p.q.Sort, key)
	}
}

func (p *parser) sortable(name string, path collection.Path) bool {
	if trimmed := strings.TrimLeft(path[0], "+ "); trimmed != path[0] {
		p.refuse(Malformed, name, "has a + or a space before a member", "Members are in rising order without a sign.")
		return false
	}
	if !p.member(name, path, "sort") {
		return false
	}
	kind, _ := p.c.TypeAt(path)
	switch {
	case kind == collection.Unknown:
		p.untyped(name, path)
	case !hasOrder(kind):
		p.refuse(Misfit, name, "sorts by "+kindName(kind)+", which has no order", "Sort by text, numbers, dates or booleans.")
	default:
		return true
	}
	return false
}

// fields reads title,due.
func (p *parser) fields(name, value string) {
	items := strings.Split(value, ",")
	if len(items) > p.limits.Fields {
		p.refuse(OverLimit, name, "has more than "+strconv.Itoa(p.limits.Fields)+" members, the most to choose", "Leave fields out for all members.")
		return
	}
	for _, item := range items {
		path := collection.ParsePath(item)
		switch {
		case item == "":
			p.refuse(Malformed, name, "has an empty member", "Write fields=title,due, or leave it out for all members.")
		case item == "can":
			p.refuse(BadValue, name, "names can, which is no member of documents", "Write include=can.")
		case slices.ContainsFunc(p.q.Fields, path.Equal):
			p.refuse(Repeated, name, "names a member twice", "Name each member once.")
		case item == "owner" || p.member(name, path, "choose"):
			p.q.Fields = append(p.q.Fields, path)
		}
	}
}
