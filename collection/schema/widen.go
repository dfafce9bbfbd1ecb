package schema

import (
	"slices"

	"github.com/postern-dev/postern/jsonvalue"
)

// mostInlined bounds the references that Widen follows.
const mostInlined = 100

// Widen returns the schema of the same objects with further members, as
// documents have those that the server fills: what closes the schema lets them
// pass. It stands beside the schema, which is at the reference at (see
// [Relocate]); references from members lead there.
//
// It returns false where the schema speaks of all members at once in a way
// that cannot be widened, such as by counting them.
func Widen(source jsonvalue.Value, at string, more ...jsonvalue.Member) (jsonvalue.Value, bool) {
	w := widener{mover: mover{at, anchorsOf(source)}, root: source, more: more, exact: true}
	wide := w.widen(source)
	if !w.exact || wide.Kind() != jsonvalue.Object {
		return jsonvalue.Value{}, false
	}
	properties, _ := wide.Get("properties")
	for i := len(more) - 1; i >= 0; i-- {
		properties = properties.Without(more[i].Name)
		properties = jsonvalue.ObjectOf(append([]jsonvalue.Member{more[i]}, properties.Members()...)...)
	}
	return wide.With("properties", properties), true
}

type widener struct {
	mover
	root    jsonvalue.Value
	more    []jsonvalue.Member
	inlined int
	exact   bool
}

// widen changes a schema that judges the whole document.
func (w *widener) widen(v jsonvalue.Value) jsonvalue.Value {
	if v.Kind() != jsonvalue.Object {
		return v
	}
	members := []jsonvalue.Member{}
	var target *jsonvalue.Value
	closed := false
	for _, m := range v.Members() {
		switch m.Name {
		case "$schema", "$id", "$anchor", "$defs", "definitions", "$comment", "default", "example", "examples":
			continue
		case "$ref":
			found := w.target(m.Value.Text())
			target = &found
			continue
		case "additionalProperties", "unevaluatedProperties":
			closed = true
			m.Value = w.move(m.Value)
		default:
			m.Value = w.keyword(m)
		}
		members = append(members, m)
	}
	wide := jsonvalue.ObjectOf(members...)
	if target != nil && len(members) == 0 {
		return *target
	}
	if target != nil {
		all, _ := wide.Get("allOf")
		wide = wide.With("allOf", jsonvalue.ArrayOf(append(slices.Clone(all.Items()), *target)...))
	}
	if closed {
		wide = w.admit(wide)
	}
	return wide
}

func (w *widener) keyword(m jsonvalue.Member) jsonvalue.Value {
	switch m.Name {
	case "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas":
		return below(m, w.widen)
	case "propertyNames":
		var names []jsonvalue.Value
		for _, more := range w.more {
			names = append(names, jsonvalue.String(more.Name))
		}
		server := jsonvalue.ObjectOf(jsonvalue.Member{Name: "enum", Value: jsonvalue.ArrayOf(names...)})
		return jsonvalue.ObjectOf(jsonvalue.Member{Name: "anyOf", Value: jsonvalue.ArrayOf(server, w.move(m.Value))})
	case "minProperties", "maxProperties", "const", "enum":
		w.exact = false
	case "patternProperties":
		w.patterns(m.Value)
	}
	return below(m, w.move)
}

// patterns gives up where a pattern speaks of the further members, too.
func (w *widener) patterns(v jsonvalue.Value) {
	for _, m := range v.Members() {
		p, err := compilePattern(m.Name)
		if err != nil || slices.ContainsFunc(w.more, func(more jsonvalue.Member) bool { return p.MatchString(more.Name) }) {
			w.exact = false
		}
	}
}

// admit names the further members beside what refuses those without a name.
func (w *widener) admit(v jsonvalue.Value) jsonvalue.Value {
	properties, ok := v.Get("properties")
	if !ok {
		properties = jsonvalue.ObjectOf()
	}
	for _, more := range w.more {
		properties = properties.With(more.Name, jsonvalue.Bool(true))
	}
	return v.With("properties", properties)
}

// target is what a reference leads to, widened: at its own place it describes
// objects without the further members.
func (w *widener) target(ref string) jsonvalue.Value {
	if w.inlined++; w.inlined > mostInlined {
		w.exact = false
		return jsonvalue.Bool(true)
	}
	var found jsonvalue.Value
	pointer := w.pointer(ref)
	each(w.root, nil, func(path []string, v jsonvalue.Value) {
		if jsonvalue.Pointer(path...) == pointer {
			found = v
		}
	})
	return w.widen(found)
}
