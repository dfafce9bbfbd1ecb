package infer

import (
	"slices"

	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
)

// Bounds of what is inferred: beyond them nothing is said, which is true of
// everything.
const (
	mostSchemas = 3000 // in all collections
	mostMembers = 150  // of one object; more are keys of a map
	mostDepth   = 8
)

// declaration is what the YAML says of one collection.
func (r *reading) declaration(documents []Document) jsonvalue.Value {
	var bodies []jsonvalue.Value
	withID := false
	for _, d := range documents {
		bodies = append(bodies, d.Body)
		withID = withID || d.ID != ""
	}
	described := object()
	if len(bodies) > 0 {
		described = r.describe(bodies, 0)
	}
	members := []jsonvalue.Member{
		{Name: "read", Value: jsonvalue.String("authenticated")},
		{Name: "write", Value: jsonvalue.String("authenticated")},
	}
	if withID {
		members = append(members, jsonvalue.Member{Name: "id", Value: objectOf("format", jsonvalue.String("any"))})
	}
	members = append(members, jsonvalue.Member{Name: "schema", Value: described.With("additionalProperties", jsonvalue.Bool(true))})
	return jsonvalue.ObjectOf(members...)
}

func object() jsonvalue.Value { return objectOf("type", jsonvalue.String("object")) }

func objectOf(name string, v jsonvalue.Value) jsonvalue.Value {
	return jsonvalue.ObjectOf(jsonvalue.Member{Name: name, Value: v})
}

// describe is a schema by which all of the values are valid.
func (r *reading) describe(values []jsonvalue.Value, depth int) jsonvalue.Value {
	if r.schemas++; r.schemas > mostSchemas || depth > mostDepth {
		if depth == 0 {
			return object()
		}
		return jsonvalue.ObjectOf()
	}
	s := objectOf("type", typesOf(values))
	if format := formatOf(values); format != "" {
		s = s.With("format", jsonvalue.String(format))
	}
	if items := below(values, jsonvalue.Array); len(items) > 0 {
		s = s.With("items", r.describe(items, depth+1))
	}
	if objects := only(values, jsonvalue.Object); len(objects) > 0 {
		s = r.members(s, objects, depth)
	}
	return s
}

// typesOf names the types, one alone without a list.
func typesOf(values []jsonvalue.Value) jsonvalue.Value {
	var names []string
	for _, v := range values {
		name := v.Kind().String()
		if v.Kind() == jsonvalue.Numeral && schema.IsInteger(v.Text()) {
			name = "integer"
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	if slices.Contains(names, "number") {
		names = slices.DeleteFunc(names, func(name string) bool { return name == "integer" })
	}
	if i := slices.Index(names, "null"); i >= 0 { // reads better at the end
		names = append(slices.Delete(names, i, i+1), "null")
	}
	if len(names) == 1 {
		return jsonvalue.String(names[0])
	}
	var list []jsonvalue.Value
	for _, name := range names {
		list = append(list, jsonvalue.String(name))
	}
	return jsonvalue.ArrayOf(list...)
}

// formatOf is the format of all strings, of those by which lists are sorted.
func formatOf(values []jsonvalue.Value) string {
	texts := only(values, jsonvalue.Text)
	if len(texts) == 0 {
		return ""
	}
	for _, format := range []string{"date-time", "date"} {
		if !slices.ContainsFunc(texts, func(v jsonvalue.Value) bool { return !schema.HasFormat(format, v.Text()) }) {
			return format
		}
	}
	return ""
}

func only(values []jsonvalue.Value, kind jsonvalue.Kind) []jsonvalue.Value {
	var some []jsonvalue.Value
	for _, v := range values {
		if v.Kind() == kind {
			some = append(some, v)
		}
	}
	return some
}

func below(values []jsonvalue.Value, kind jsonvalue.Kind) []jsonvalue.Value {
	var all []jsonvalue.Value
	for _, v := range only(values, kind) {
		all = append(all, v.Items()...)
	}
	return all
}

// members describes what the objects have, in the order in which names come
// up; what all of them have is required.
func (r *reading) members(s jsonvalue.Value, objects []jsonvalue.Value, depth int) jsonvalue.Value {
	values := map[string][]jsonvalue.Value{}
	var names []string
	for _, o := range objects {
		for _, m := range o.Members() {
			if values[m.Name] == nil {
				names = append(names, m.Name)
			}
			values[m.Name] = append(values[m.Name], m.Value)
		}
	}
	if len(names) == 0 || len(names) > mostMembers {
		return s
	}
	var required []jsonvalue.Value
	var properties []jsonvalue.Member
	for _, name := range names {
		if len(values[name]) == len(objects) {
			required = append(required, jsonvalue.String(name))
		}
		properties = append(properties, jsonvalue.Member{Name: name, Value: r.describe(values[name], depth+1)})
	}
	if len(required) > 0 {
		s = s.With("required", jsonvalue.ArrayOf(required...))
	}
	return s.With("properties", jsonvalue.ObjectOf(properties...))
}
