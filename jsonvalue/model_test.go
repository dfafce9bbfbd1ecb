package jsonvalue

import (
	"encoding/json"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// A second MergePatch and a second Apply, on maps and slices, as short as the
// standards write them. The fuzz targets compare.

// mergeSimply is RFC 7396, section 2, word for word.
func mergeSimply(target, patch any) any {
	changes, isObject := patch.(map[string]any)
	if !isObject {
		return patch
	}
	object, isObject := target.(map[string]any)
	if !isObject {
		object = map[string]any{}
	}
	for name, value := range changes {
		if value == nil {
			delete(object, name)
		} else {
			object[name] = mergeSimply(object[name], value)
		}
	}
	return object
}

// applySimply is RFC 6902. It says whether all operations held.
func applySimply(target, patch any, most int) (any, bool) {
	operations, isList := patch.([]any)
	if !isList {
		return nil, false
	}
	for _, op := range operations {
		var held bool
		if target, held = operateSimply(target, op); !held {
			return nil, false
		}
		v := valueOf(target)
		if depthSimply(target) > 64 || len(v.Append(nil)) > most {
			return nil, false
		}
		target = v.Any() // nothing is shared
	}
	return target, true
}

func operateSimply(target, operation any) (any, bool) {
	op, _ := operation.(map[string]any)
	path, ok := splitSimply(op["path"])
	if !ok {
		return nil, false
	}
	value, hasValue := op["value"]
	from, hasFrom := splitSimply(op["from"])
	var taken any
	if name := op["op"]; name == "move" || name == "copy" {
		if taken, ok = findSimply(target, from); !ok || !hasFrom {
			return nil, false
		}
		taken = valueOf(taken).Any()
	}
	switch op["op"] {
	case "add":
		return setSimply(target, path, value, "add", hasValue)
	case "remove":
		return setSimply(target, path, nil, "remove", true)
	case "replace":
		return setSimply(target, path, value, "replace", hasValue)
	case "copy":
		return setSimply(target, path, taken, "add", true)
	case "move":
		if slices.Equal(from, path) {
			return target, true
		}
		if len(path) > len(from) && slices.Equal(path[:len(from)], from) {
			return nil, false
		}
		if target, ok = setSimply(target, from, nil, "remove", true); !ok {
			return nil, false
		}
		return setSimply(target, path, taken, "add", true)
	case "test":
		there, found := findSimply(target, path)
		return target, found && hasValue && equalSimply(there, value)
	}
	return nil, false
}

func splitSimply(pointer any) ([]string, bool) {
	s, isString := pointer.(string)
	if !isString || s != "" && s[0] != '/' || strings.Contains(strings.NewReplacer("~0", "", "~1", "").Replace(s), "~") {
		return nil, false
	}
	if s == "" {
		return nil, true
	}
	path := strings.Split(s[1:], "/")
	for i := range path {
		path[i] = strings.ReplaceAll(strings.ReplaceAll(path[i], "~1", "/"), "~0", "~")
	}
	return path, true
}

func findSimply(v any, path []string) (any, bool) {
	for _, token := range path {
		switch in := v.(type) {
		case map[string]any:
			member, found := in[token]
			if !found {
				return nil, false
			}
			v = member
		case []any:
			i, err := strconv.Atoi(token)
			if err != nil || strconv.Itoa(i) != token || i < 0 || i >= len(in) {
				return nil, false
			}
			v = in[i]
		default:
			return nil, false
		}
	}
	return v, true
}

func setSimply(v any, path []string, value any, what string, ok bool) (any, bool) {
	if len(path) == 0 {
		return value, ok && what != "remove"
	}
	token, rest := path[0], path[1:]
	if len(rest) > 0 {
		part, found := findSimply(v, path[:1])
		if !found {
			return nil, false
		}
		if value, ok = setSimply(part, rest, value, what, ok); !ok {
			return nil, false
		}
		what = "replace"
	}
	_, found := findSimply(v, path[:1])
	switch in := v.(type) {
	case map[string]any:
		if what == "remove" {
			delete(in, token)
		} else {
			in[token] = value
		}
		return in, ok && (found || what == "add")
	case []any:
		if what == "add" && (token == "-" || token == strconv.Itoa(len(in))) {
			return append(in, value), ok
		}
		if !found || !ok {
			return nil, false
		}
		i, _ := strconv.Atoi(token)
		switch what {
		case "add":
			return slices.Insert(in, i, value), true
		case "remove":
			return slices.Delete(in, i, i+1), true
		}
		in[i] = value
		return in, true
	}
	return nil, false
}

func equalSimply(a, b any) bool {
	switch x := a.(type) {
	case map[string]any:
		y, same := b.(map[string]any)
		return same && maps.EqualFunc(x, y, equalSimply)
	case []any:
		y, same := b.([]any)
		return same && slices.EqualFunc(x, y, equalSimply)
	case json.Number:
		y, same := b.(json.Number)
		if !same {
			return false
		}
		p, _ := new(big.Rat).SetString(x.String())
		q, _ := new(big.Rat).SetString(y.String())
		return p.Cmp(q) == 0
	}
	return a == b
}

func depthSimply(v any) int {
	depth := 0
	switch in := v.(type) {
	case map[string]any:
		for _, part := range in {
			depth = max(depth, depthSimply(part))
		}
		return depth + 1
	case []any:
		for _, part := range in {
			depth = max(depth, depthSimply(part))
		}
		return depth + 1
	}
	return 0
}

// valueOf is the way back from Any, with names in the order of the alphabet.
func valueOf(v any) Value {
	switch in := v.(type) {
	case bool:
		return Bool(in)
	case string:
		return String(in)
	case json.Number:
		return Number(in.String())
	case []any:
		items := []Value{}
		for _, item := range in {
			items = append(items, valueOf(item))
		}
		return ArrayOf(items...)
	case map[string]any:
		members := []Member{}
		for _, name := range slices.Sorted(maps.Keys(in)) {
			members = append(members, Member{name, valueOf(in[name])})
		}
		return ObjectOf(members...)
	}
	return Value{}
}
