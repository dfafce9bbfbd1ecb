package schema

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// Relocate returns a schema that Compile took as it reads at another place of a
// larger document: at is the reference that leads there, such as
// #/components/schemas/Note. References lead below it, and what would make the
// schema a document of its own ($schema, $id, $anchor) is left out.
func Relocate(source jsonvalue.Value, at string) jsonvalue.Value {
	return mover{at, anchorsOf(source)}.move(source)
}

type mover struct {
	at      string
	anchors map[string]string // the pointers of anchors
}

func anchorsOf(source jsonvalue.Value) map[string]string {
	anchors := map[string]string{}
	each(source, nil, func(path []string, v jsonvalue.Value) {
		if name, ok := v.Get("$anchor"); ok {
			anchors[name.Text()] = jsonvalue.Pointer(path...)
		}
	})
	return anchors
}

// each visits a schema and all schemas in it.
func each(v jsonvalue.Value, path []string, visit func([]string, jsonvalue.Value)) {
	visit(path, v)
	known := keywords()
	for _, m := range v.Members() {
		below := append(slices.Clone(path), m.Name)
		switch known[m.Name] {
		case holdsSchema:
			each(m.Value, below, visit)
		case holdsSchemas:
			for i, item := range m.Value.Items() {
				each(item, append(slices.Clone(below), strconv.Itoa(i)), visit)
			}
		case holdsNamed:
			for _, named := range m.Value.Members() {
				each(named.Value, append(slices.Clone(below), named.Name), visit)
			}
		}
	}
}

// move rewrites one schema.
func (o mover) move(v jsonvalue.Value) jsonvalue.Value {
	if v.Kind() != jsonvalue.Object {
		return v
	}
	var members []jsonvalue.Member
	for _, m := range v.Members() {
		switch m.Name {
		case "$schema", "$id", "$anchor":
			continue
		case "$ref":
			to := url.URL{Fragment: o.pointer(m.Value.Text())}
			m.Value = jsonvalue.String(o.at + to.EscapedFragment())
		default:
			m.Value = below(m, o.move)
		}
		members = append(members, m)
	}
	return jsonvalue.ObjectOf(members...)
}

// below applies change to each schema that a keyword holds.
func below(m jsonvalue.Member, change func(jsonvalue.Value) jsonvalue.Value) jsonvalue.Value {
	switch keywords()[m.Name] {
	case holdsSchema:
		return change(m.Value)
	case holdsSchemas:
		var items []jsonvalue.Value
		for _, item := range m.Value.Items() {
			items = append(items, change(item))
		}
		return jsonvalue.ArrayOf(items...)
	case holdsNamed:
		var named []jsonvalue.Member
		for _, n := range m.Value.Members() {
			named = append(named, jsonvalue.Member{Name: n.Name, Value: change(n.Value)})
		}
		return jsonvalue.ObjectOf(named...)
	}
	return m.Value
}

// pointer is the JSON pointer of a reference's target.
func (o mover) pointer(ref string) string {
	fragment := strings.TrimPrefix(ref, "#")
	if plain, err := url.PathUnescape(fragment); err == nil {
		fragment = plain
	}
	if fragment == "" || strings.HasPrefix(fragment, "/") {
		return fragment
	}
	return o.anchors[fragment]
}
