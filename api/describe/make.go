package describe

import (
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
)

// maker makes values that probably fit a schema. Whoever uses them has to ask
// the schema: what it does not know, it passes over.
type maker struct {
	root     jsonvalue.Value
	optional bool // make members that are not required, too
	left     int
}

// Bounds of one example.
const (
	mostMade  = 300
	mostLevel = 5
	mostText  = 200
)

// make returns a value for a schema; name is that of the member it is for.
func (m *maker) make(schema jsonvalue.Value, name string, level int) (jsonvalue.Value, bool) {
	if m.left--; m.left < 0 || level > mostLevel {
		return jsonvalue.Value{}, false
	}
	for _, keyword := range []string{"const", "example", "default"} {
		if v, ok := schema.Get(keyword); ok {
			return v, true
		}
	}
	for _, keyword := range []string{"examples", "enum"} {
		if v, ok := first(schema, keyword); ok {
			return v, true
		}
	}
	if v, ok := m.elsewhere(schema, name, level); ok {
		return v, true
	}
	switch typeOf(schema) {
	case "object":
		return m.object(schema, level)
	case "array":
		return m.array(schema, name, level)
	case "string":
		return text(schema, name)
	case "integer", "number":
		return number(schema)
	case "boolean":
		return jsonvalue.Bool(false), true
	case "null":
		return jsonvalue.NullValue(), true
	}
	return jsonvalue.String(words(name)), true
}

// elsewhere follows a reference and takes the first alternative. Parts of a
// document are put together.
func (m *maker) elsewhere(schema jsonvalue.Value, name string, level int) (jsonvalue.Value, bool) {
	var parts []jsonvalue.Value
	if to, ok := schema.Get("$ref"); ok {
		target, found := m.find(to.Text())
		if !found {
			return jsonvalue.Value{}, false
		}
		parts = append(parts, target)
	}
	if all, ok := schema.Get("allOf"); ok {
		parts = append(parts, all.Items()...)
	}
	for _, keyword := range []string{"anyOf", "oneOf"} {
		if one, ok := first(schema, keyword); ok {
			parts = append(parts, one)
		}
	}
	if len(parts) == 0 {
		return jsonvalue.Value{}, false
	}
	return m.together(schema, parts, name, level)
}

func (m *maker) together(schema jsonvalue.Value, parts []jsonvalue.Value, name string, level int) (jsonvalue.Value, bool) {
	var members []jsonvalue.Member
	for _, part := range parts {
		if typeOf(part) == "" && typeOf(schema) != "" && part.Kind() == jsonvalue.Object {
			declared, _ := schema.Get("type")
			part = part.With("type", declared)
		}
		v, ok := m.make(part, name, level+1)
		if !ok || v.Kind() != jsonvalue.Object {
			return v, ok
		}
		members = append(members, v.Members()...)
	}
	own, ok := m.object(schema, level)
	return jsonvalue.ObjectOf(append(members, own.Members()...)...), ok
}

// find follows a reference by pointer through objects and lists.
func (m *maker) find(to string) (jsonvalue.Value, bool) {
	pointer, local := strings.CutPrefix(to, "#/")
	if !local {
		return m.root, to == "#"
	}
	v := m.root
	for _, token := range strings.Split(pointer, "/") {
		token = strings.NewReplacer("~1", "/", "~0", "~").Replace(token)
		if i, err := strconv.Atoi(token); err == nil && i >= 0 && i < len(v.Items()) {
			v = v.Items()[i]
			continue
		}
		below, ok := v.Get(token)
		if !ok {
			return below, false
		}
		v = below
	}
	return v, true
}

func typeOf(schema jsonvalue.Value) string {
	t, ok := schema.Get("type")
	if one, several := first(schema, "type"); several {
		return one.Text()
	}
	if _, object := schema.Get("properties"); !ok && object {
		return "object"
	}
	return t.Text()
}

func (m *maker) object(schema jsonvalue.Value, level int) (jsonvalue.Value, bool) {
	var needed []string
	required, _ := schema.Get("required")
	for _, name := range required.Items() {
		needed = append(needed, name.Text())
	}
	var members []jsonvalue.Member
	properties, _ := schema.Get("properties")
	for _, p := range properties.Members() {
		must := slices.Contains(needed, p.Name)
		if !must && !m.optional {
			continue
		}
		v, ok := m.make(p.Value, p.Name, level+1)
		if must && !ok {
			return v, false
		}
		if ok {
			members = append(members, jsonvalue.Member{Name: p.Name, Value: v})
		}
	}
	return jsonvalue.ObjectOf(members...), true
}

func (m *maker) array(schema jsonvalue.Value, name string, level int) (jsonvalue.Value, bool) {
	var items []jsonvalue.Value
	prefix, _ := schema.Get("prefixItems")
	for _, item := range prefix.Items() {
		v, ok := m.make(item, name, level+1)
		if !ok {
			return v, false
		}
		items = append(items, v)
	}
	rest, typed := schema.Get("items")
	for typed && len(items) < max(1, bound(schema, "minItems", 0)) {
		v, ok := m.make(rest, name, level+1)
		if !ok {
			break
		}
		items = append(items, v)
	}
	return jsonvalue.ArrayOf(items...), true
}
