package describe

import (
	"fmt"
	"strconv"

	"github.com/postern-dev/postern/jsonvalue"
)

// object makes an object of names and values in turn. A value that is nil is
// left out, with its name.
func object(pairs ...any) jsonvalue.Value {
	var members []jsonvalue.Member
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] != nil {
			members = append(members, jsonvalue.Member{Name: pairs[i].(string), Value: value(pairs[i+1])})
		}
	}
	return jsonvalue.ObjectOf(members...)
}

// list makes an array.
func list[T any](items ...T) jsonvalue.Value {
	var values []jsonvalue.Value
	for _, item := range items {
		values = append(values, value(item))
	}
	return jsonvalue.ArrayOf(values...)
}

// value turns what the generator is written with into JSON.
func value(v any) jsonvalue.Value {
	switch v := v.(type) {
	case jsonvalue.Value:
		return v
	case string:
		return jsonvalue.String(v)
	case bool:
		return jsonvalue.Bool(v)
	case int:
		return jsonvalue.Number(strconv.Itoa(v))
	case []string:
		return list(v...)
	}
	panic(fmt.Sprintf("describe: no JSON for %T", v))
}

// optional is nil, which object leaves out, for an empty text.
func optional(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// given is nil, which object leaves out, where ok is false.
func given(v jsonvalue.Value, ok bool) any {
	if !ok {
		return nil
	}
	return v
}

func ref(kind, name string) jsonvalue.Value { return object("$ref", "#/components/"+kind+"/"+name) }
func schemaRef(name string) jsonvalue.Value { return ref("schemas", name) }

// into sets members of an object below another one.
func into(v jsonvalue.Value, path []string, members ...jsonvalue.Member) jsonvalue.Value {
	if len(path) > 0 {
		below, ok := v.Get(path[0])
		if !ok {
			below = jsonvalue.ObjectOf()
		}
		return v.With(path[0], into(below, path[1:], members...))
	}
	return jsonvalue.ObjectOf(append(append([]jsonvalue.Member{}, v.Members()...), members...)...)
}
