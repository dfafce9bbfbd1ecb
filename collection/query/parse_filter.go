package query

import (
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// filter reads filter[path]=v and filter[path][op]=v.
func (p *parser) filter(name string, values []string) {
	path, op, ok := cutFilter(name)
	if !ok {
		p.refuse(Malformed, name, "is not written as a filter", "Write filter[member]=value or filter[member][gte]=value.")
		return
	}
	f := &Filter{Path: collection.ParsePath(path), Op: Op(op)}
	if !p.operator(name, f) || !p.typed(name, f) {
		return
	}
	again := slices.ContainsFunc(p.q.Filters, func(g *Filter) bool { return g.Op == f.Op && g.Path.Equal(f.Path) })
	if again || len(values) != 1 {
		p.refuse(Repeated, name, "is there more than once", repeatHint(f.Op))
		return
	}
	if len(p.q.Filters) == p.limits.Filters {
		p.refuse(OverLimit, name, "is one filter more than "+strconv.Itoa(p.limits.Filters)+", the most of one list", "Leave some filters out.")
		return
	}
	if p.value(name, f, values[0]) {
		f.span()
	}
	p.q.Filters = append(p.q.Filters, f) // a wrong one too: it counts, and is refused already
}

func repeatHint(op Op) string {
	switch op {
	case Eq, In:
		return "Write filter[member][in]=a,b for any of several values."
	case Ne, Nin:
		return "Write filter[member][nin]=a,b for none of several values."
	}
	return "Say each filter once."
}

func cutFilter(name string) (path, op string, ok bool) {
	inner, opened := strings.CutPrefix(name, "filter[")
	inner, closed := strings.CutSuffix(inner, "]")
	if !opened || !closed || inner == "" {
		return "", "", false
	}
	if i := strings.LastIndex(inner, "]["); i > 0 {
		return inner[:i], inner[i+2:], true
	}
	return inner, string(Eq), !strings.ContainsAny(inner, "[]")
}

// operators are all of them, in the order in which they are explained.
var operators = []string{"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "exists", "startsWith"}

// foreignOperators are how others write what we have.
var foreignOperators = map[string]Op{
	"=": Eq, "equals": Eq, "is": Eq, "!=": Ne, "not": Ne, "neq": Ne, ">": Gt, "after": Gt, "greaterthan": Gt, ">=": Gte, "ge": Gte, "min": Gte, "from": Gte,
	"<": Lt, "before": Lt, "lessthan": Lt, "<=": Lte, "le": Lte, "max": Lte, "to": Lte, "": In, "any": In, "oneof": In, "notin": Nin, "not_in": Nin,
	"null": Exists, "isnull": Exists, "like": StartsWith, "ilike": StartsWith, "prefix": StartsWith, "contains": StartsWith,
}

func (p *parser) operator(name string, f *Filter) bool {
	if slices.Contains(operators, string(f.Op)) {
		return true
	}
	hint := "Filters have the operators " + sentence(operators) + "."
	plain := strings.TrimLeft(string(f.Op), "$_")
	near, ok := foreignOperators[strings.ToLower(plain)]
	if !ok {
		near = Op(nearest(plain, operators))
	}
	if near != "" {
		hint = "Did you mean " + string(near) + "? " + hint
	}
	p.refuse(UnknownOperator, name, "has an operator that filters do not have", hint)
	return false
}

// typed looks the member up and checks that its type has the operator.
func (p *parser) typed(name string, f *Filter) bool {
	if !p.member(name, f.Path, "filter") {
		return false
	}
	f.kind, _ = p.c.TypeAt(f.Path)
	if f.Op == Exists {
		f.present = !hasOrder(f.kind)
		return true
	}
	switch f.kind {
	case collection.Unknown:
		p.untyped(name, f.Path)
	case collection.List:
		p.refuse(Misfit, name, "compares a list, which filters cannot look into", "Lists have the operator exists only. Keep what you filter by in a member of its own.")
	case collection.Object:
		p.refuse(Misfit, name, "compares an object", "Filter by one of its members, such as filter["+inside(p.c, f.Path)+"].")
	default:
		return p.fits(name, f)
	}
	return false
}

func (p *parser) fits(name string, f *Filter) bool {
	ranged := f.Op == Gt || f.Op == Gte || f.Op == Lt || f.Op == Lte
	switch {
	case f.Op == StartsWith && f.kind != collection.Text:
		hint := "Use gte and lt."
		if f.kind == collection.BoolType {
			hint = "Use eq."
		}
		p.refuse(Misfit, name, "has startsWith for a member that is "+kindName(f.kind), hint)
	case ranged && f.kind == collection.BoolType:
		p.refuse(Misfit, name, "compares a member that is true or false by size", "Use eq or ne.")
	default:
		return true
	}
	return false
}

// maxDepth is how deep members lie at most: no document is deeper.
const maxDepth = 64

// member checks that there can be a member at path.
func (p *parser) member(name string, path collection.Path, doing string) bool {
	if len(path) == 1 && (path[0] == "owner" || path[0] == "can") {
		p.refuse(UnknownMember, name, "names "+path[0]+", by which lists do not "+doing, "Lists have only documents that you may read.")
		return false
	}
	if len(path) <= maxDepth {
		if _, known := p.c.TypeAt(path); known {
			return true
		}
	}
	hint := "Members are " + sentence(first(p.members(), 12)) + "."
	if near := nearest(path.String(), p.members()); near != "" {
		hint = "Did you mean " + near + "?"
	}
	p.refuse(UnknownMember, name, "names a member that documents of "+p.c.Name+" do not have", hint)
	return false
}

func (p *parser) untyped(name string, path collection.Path) {
	hint := "Give " + shorten(path.String()) + " a type in the schema of " + p.c.Name + "."
	if near := nearest(path.String(), p.members()); near != "" && near != path.String() {
		hint = "Did you mean " + near + "? " + hint
	}
	p.refuse(Untyped, name, "names a member of which the schema does not say the type", hint)
}

// members are the names that hints offer.
func (p *parser) members() []string {
	return append(slices.Clone(p.c.Schema.Paths()), "id", "version", "createdAt", "updatedAt")
}

func first(list []string, n int) []string { return list[:min(n, len(list))] }

// inside is a member of the object at path, for a hint.
func inside(c *collection.Collection, path collection.Path) string {
	for _, name := range c.Schema.Paths() {
		if strings.HasPrefix(name, path.String()+".") {
			return name
		}
	}
	return path.String() + ".name"
}
