package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
)

// judge does one write of somebody who is signed in, in the order of checks
// that is promised.
func judge(things map[string]*thing, r sent) (status int, o effect) {
	who := r.op.who
	id, _ := splitPath(r.path)
	if r.op.kind == "post" || r.op.kind == "make" {
		return judgeNew(things, r, id)
	}
	d := things[id]
	switch {
	case d == nil || !d.names(who):
		return 404, o
	case r.op.kind == "delete" && d.owner != who:
		return 403, o
	case r.field("If-Match") != "" && r.field("If-Match") != "*" && r.field("If-Match") != d.tag():
		return 412, o
	case r.op.kind == "delete":
		delete(things, id)
		return 204, effect{"delete", d}
	}
	body, status := changedBody(r, d.body)
	if status == 0 {
		status = fits(things, d.owner, d, body)
	}
	if status != 0 {
		return status, o
	}
	after := &thing{d.id, d.birth, d.owner, d.version + 1, body}
	things[id] = after
	if !after.names(who) {
		return 204, effect{r.op.kind, after}
	}
	return 200, effect{r.op.kind, after}
}

func judgeNew(things map[string]*thing, r sent, id string) (int, effect) {
	body := parsed(r.body)
	if !isValid(body) {
		return 422, effect{}
	}
	if id != "" && things[id] != nil || fits(things, r.op.who, nil, body) != 0 {
		return 409, effect{}
	}
	d := &thing{id: id, owner: r.op.who, version: 1, body: body}
	// The model may know it only later by the id that the server makes; until
	// then it has the name of its place.
	if id == "" {
		id = fmt.Sprintf("new %p", d)
	}
	things[id] = d
	return 201, effect{r.op.kind, d}
}

func splitPath(path string) (id string, ok bool) {
	const all = "/things/"
	if len(path) <= len(all) {
		return "", false
	}
	return path[len(all):], true
}

func parsed(text string) map[string]any {
	body := map[string]any{}
	decodeMembers(text, &body)
	return body
}

// changedBody is what a put or a patch makes of a document.
func changedBody(r sent, before map[string]any) (body map[string]any, status int) {
	switch r.op.kind {
	case "patch":
		body = maps.Clone(before)
		for name, value := range parsed(r.body) {
			if body[name] = value; value == nil {
				delete(body, name)
			}
		}
		return body, 0
	case "json":
		return patchedBody(r.body, before)
	}
	return parsed(r.body), 0
}

func patchedBody(text string, before map[string]any) (map[string]any, int) {
	var steps []struct {
		Op, Path string
		Value    any
	}
	_ = json.Unmarshal([]byte(text), &steps)
	body := maps.Clone(before)
	for _, step := range steps {
		name := step.Path[1:]
		now, there := body[name]
		switch {
		case step.Op == "test" && (!there || !reflect.DeepEqual(now, step.Value)):
			return nil, 409
		case step.Op == "test":
		case step.Op != "add" && !there:
			return nil, 422
		case step.Op == "remove":
			delete(body, name)
		default:
			body[name] = step.Value
		}
	}
	return body, 0
}

// fits is the status of a body that breaks the schema or a unique; d is the
// document that it replaces.
func fits(things map[string]*thing, owner int, d *thing, body map[string]any) int {
	if !isValid(body) {
		return 422
	}
	for _, other := range things {
		if other != d && other.owner == owner && body["slug"] != nil && other.body["slug"] == body["slug"] {
			return 409
		}
	}
	return 0
}

func isValid(body map[string]any) bool {
	for name, value := range body {
		if !slices.Contains([]string{"n", "slug", "editors"}, name) {
			return false
		}
		_, number := value.(float64)
		_, text := value.(string)
		if name == "n" && !number || name == "slug" && !text {
			return false
		}
	}
	return true
}
