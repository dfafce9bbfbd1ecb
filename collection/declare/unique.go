package declare

import (
	"fmt"
	"slices"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

const uniqueExample = "unique: [[owner, slug]]"

// readUnique reads one member name or a list. An item of the list is a name, a
// list of names that are unique together, or {on: names, reveals: true}.
func (d *draft) readUnique(n yamltree.Node) {
	key := d.key("unique")
	items := []yamltree.Node{n}
	if n.Kind == yamltree.List {
		items = n.Items
	}
	if len(items) == 0 || len(items) > mostIndexes {
		d.wrong(n.Line, key, fmt.Sprintf("has %d entries; 1 to %d it can have", len(items), mostIndexes), uniqueExample)
		return
	}
	if d.flatOwner(n, key) {
		return
	}
	for _, item := range items {
		d.oneUnique(item, key)
	}
}

// flatOwner catches [owner, slug], which would read as two constraints, of
// which owner alone is none.
func (d *draft) flatOwner(n yamltree.Node, key string) bool {
	isOwner := func(item yamltree.Node) bool { return item.Kind == yamltree.Text && item.Text == "owner" }
	if isOwner(n) || n.Kind == yamltree.List && slices.ContainsFunc(n.Items, isOwner) {
		d.wrong(n.Line, key, "has owner alone; members that are unique together are a list within the list", uniqueExample)
		return true
	}
	return false
}

func (d *draft) oneUnique(n yamltree.Node, key string) {
	names, reveals, before := n, false, len(d.found)
	if n.Kind == yamltree.Mapping {
		d.unknownKeys(n, key, "an entry of unique", "on", "reveals")
		on, ok := n.Get("on")
		if !ok {
			d.wrong(n.Line, key, "has no on", "unique: [{on: [slug], reveals: true}]")
			return
		}
		if m, ok := n.Get("reveals"); ok {
			reveals = d.flag(m.Value, key+".reveals", "reveals: true")
		}
		names = on.Value
	}
	unique, ok := d.uniqueOn(names, key)
	if !ok {
		return
	}
	if slices.ContainsFunc(d.Unique, func(u collection.Unique) bool { return u.String() == unique.String() }) {
		d.wrong(n.Line, key, "has "+unique.String()+" twice", "")
	}
	d.Unique = append(d.Unique, unique)
	if !reveals && len(d.found) == before {
		d.hidden = append(d.hidden, hidden{unique, n.Line})
	}
}

func (d *draft) uniqueOn(n yamltree.Node, key string) (collection.Unique, bool) {
	names := []yamltree.Node{n}
	if n.Kind == yamltree.List {
		names = n.Items
	}
	var unique collection.Unique
	good := true
	for _, name := range names {
		text, ok := d.text(name, key, uniqueExample)
		if !ok {
			return unique, false
		}
		path := collection.ParsePath(text)
		switch {
		case text == "owner" && !d.Owned:
			d.wrong(name.Line, key, "has owner, but nobody owns documents of this collection", "owner: true")
			good = false
		case text == "owner":
			unique.PerOwner = true
		case slices.ContainsFunc(unique.Paths, path.Equal):
			d.wrong(name.Line, key, "has "+mistake.Quote(text)+" twice in one entry", "")
			good = false
		default:
			good = d.ordered(path, name.Line, key, "unique") && good
			unique.Paths = append(unique.Paths, path)
		}
	}
	if good && (len(unique.Paths) == 0 || len(unique.Paths) > mostKeys) {
		d.wrong(n.Line, key, fmt.Sprintf("has an entry of %d members; 1 to %d it can have", len(unique.Paths), mostKeys), uniqueExample)
		good = false
	}
	return unique, good
}

// hidden is a unique declaration that does not say reveals: true.
type hidden struct {
	unique collection.Unique
	line   int
}

// refuseRevealing keeps a 409 from telling that somebody else's document has a
// value, where not everybody who can write may read them all anyway.
func (d *draft) refuseRevealing() {
	for _, h := range d.hidden {
		if h.unique.PerOwner || d.allMayRead() {
			continue
		}
		d.wrong(h.line, d.key("unique"), "has "+h.unique.String()+
			": a refusal would tell that a document has the value which the caller may not read; compare within the owner, or accept it with reveals: true",
			"unique: [{on: "+h.unique.String()+", reveals: true}]")
	}
}

// allMayRead tells whether whoever can create or update may read everything.
func (d *draft) allMayRead() bool {
	if opens(d.Read, collection.Public) {
		return true
	}
	return opens(d.Read, collection.Authenticated) && !anonymous(d.Create) && !anonymous(d.Update)
}

// opens tells whether the rule lets everybody in of whom the kind speaks.
func opens(r collection.Rule, kind collection.RuleKind) bool {
	opens := func(o collection.Rule) bool { return opens(o, kind) }
	switch r.Kind {
	case collection.Any:
		return slices.ContainsFunc(r.Of, opens)
	case collection.All:
		return !slices.ContainsFunc(r.Of, func(o collection.Rule) bool { return !opens(o) })
	}
	return r.Kind == kind || r.Kind == collection.Public
}

// anonymous tells whether somebody without a token can meet the rule.
func anonymous(r collection.Rule) bool {
	switch r.Kind {
	case collection.Any:
		return slices.ContainsFunc(r.Of, anonymous)
	case collection.All:
		return !slices.ContainsFunc(r.Of, func(o collection.Rule) bool { return !anonymous(o) })
	}
	return r.Kind == collection.Public
}
