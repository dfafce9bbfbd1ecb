package declare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

const (
	mostIndexes = 20
	mostKeys    = 4
)

func (d *draft) readIndexes(n yamltree.Node) {
	key, example := d.key("indexes"), "indexes: [done, [project, -due]]"
	if !d.kind(n, yamltree.List, key, "a list of members and of lists of members", example) {
		return
	}
	if len(n.Items) > mostIndexes {
		d.wrong(n.Line, key, fmt.Sprintf("has %d indexes; %d are the most", len(n.Items), mostIndexes), "")
		return
	}
	for _, item := range n.Items {
		index, ok := d.index(item, key, example)
		if !ok {
			continue
		}
		if slices.ContainsFunc(d.Indexes, func(i collection.Index) bool { return i.String() == index.String() }) {
			d.wrong(item.Line, key, "has "+index.String()+" twice", "")
		}
		d.Indexes = append(d.Indexes, index)
	}
}

// index reads one order: a member, or a list of members.
func (d *draft) index(n yamltree.Node, key, example string) (collection.Index, bool) {
	names := []yamltree.Node{n}
	if n.Kind == yamltree.List {
		names = n.Items
	}
	if len(names) == 0 || len(names) > mostKeys {
		d.wrong(n.Line, key, fmt.Sprintf("has an index of %d members; 1 to %d it can have", len(names), mostKeys), example)
		return collection.Index{}, false
	}
	var index collection.Index
	good := true
	for _, name := range names {
		text, ok := d.text(name, key, example)
		if !ok {
			return index, false
		}
		bare, desc := strings.CutPrefix(text, "-")
		path := collection.ParsePath(bare)
		if slices.ContainsFunc(index.Keys, func(k collection.SortKey) bool { return k.Path.Equal(path) }) {
			d.wrong(name.Line, key, "has "+mistake.Quote(bare)+" twice in one index", "")
			good = false
		}
		good = d.ordered(path, name.Line, key, "index") && good
		index.Keys = append(index.Keys, collection.SortKey{Path: path, Desc: desc})
	}
	return index, good
}

// ordered tells whether a member can be put in order.
func (d *draft) ordered(path collection.Path, line int, key, what string) bool {
	if len(path) == 1 && slices.Contains(collection.Reserved(), path[0]) {
		return d.systemMember(path[0], line, key, what)
	}
	if !d.knownMember(path, line, key) {
		return false
	}
	name := mistake.Quote(path.String())
	switch t, _ := d.schema.Type(path); {
	case d.broken:
		return false
	case t == collection.List || t == collection.Object:
		d.wrong(line, key, "has "+name+", which is a list or an object and has no order", "")
		return false
	case t == collection.Unknown:
		d.wrong(line, key, "has "+name+", of which the schema does not say one type", path[len(path)-1]+": {type: string}")
		return false
	}
	return true
}

func (d *draft) systemMember(name string, line int, key, what string) bool {
	switch {
	case what != "index":
		d.wrong(line, key, "has "+name+", which the server fills", "")
	case name == "owner":
		d.wrong(line, key, "has owner, which is in front of each index of its own accord where a rule asks for it", "")
	case name == "can":
		d.wrong(line, key, "has can, which is not stored", "")
	default:
		return true
	}
	return false
}

// knownMember reports a path that the schema forbids or does not declare.
func (d *draft) knownMember(path collection.Path, line int, key string) bool {
	if slices.Contains(path, "") {
		d.wrong(line, key, "has "+mistake.Quote(path.String())+", which is not member names with dots between", "")
		return false
	}
	if d.broken {
		return false
	}
	declared := d.schema.Paths()
	if slices.Contains(declared, path.String()) {
		return true
	}
	if t, known := d.schema.Type(path); known && t != collection.Unknown {
		return true
	}
	problem := "has " + mistake.Quote(path.String()) + ", which the schema does not declare"
	if _, given := d.given["schema"]; !given {
		problem = "has " + mistake.Quote(path.String()) + ", but the collection has no schema that declares it"
	}
	d.wrong(line, key, problem+mistake.DidYouMean(path.String(), mistake.Names(declared...)), "")
	return false
}
