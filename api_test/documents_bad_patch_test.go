package api_test

import (
	"strings"
	"testing"
)

// TestBadPatches sends patches that cannot be read or applied, or lead to what
// is no document.
func TestBadPatches(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.mustRefuseAll(t, badMergePatches())
		w.mustRefuseAll(t, badJSONPatches())
		w.mustRefuseAll(t, patchesThatDoNotFit())
		w.mustRefuseAll(t, patchesTooLarge())
	})
}

// merged and patched change ada's note.
func merged(body string) call {
	return call{Method: "PATCH", Path: "/api/v1/notes/$note", Body: body}.with("Content-Type", mergePatch)
}

func patched(body string) call {
	return call{Method: "PATCH", Path: "/api/v1/notes/$note", Body: body}.with("Content-Type", jsonPatch)
}

func badMergePatches() []bad {
	const filled = "is filled by the server"
	plain := call{Method: "PATCH", Path: "/api/v1/notes/$note", Body: `{"title":1}`}.with("Content-Type", plainJSON)
	return []bad{
		{"an empty body", "ada", merged(""), noJSON("-", "no body")},
		{"no JSON", "ada", merged("{"), noJSON("", "ends in the middle")},
		{"a member twice", "ada", merged(`{"done":true,"done":false}`), noJSON("", "twice")},
		{"a list", "ada", merged(`[{"op":"remove","path":"/title"}]`), invalid("", "must be an object, and is an array")},
		{"null", "ada", merged(`null`), invalid("", "must be an object, and is null")},
		{"a string", "ada", merged(`"x"`), invalid("", "must be an object, and is a string")},
		{"what is required taken away", "ada", merged(`{"title":null}`), invalid("/title", "is required")},
		{"a value of another type", "ada", merged(`{"title":{"de":"Milch"}}`), invalid("/title", "must be a string")},
		{"a value of another type, as plain JSON", "ada", plain, invalid("/title", "must be a string")},
		{"an unknown member", "ada", merged(`{"titel":"x"}`), invalid("/titel", "is not declared")},
		{"an object that nobody declared", "ada", merged(`{"a":{"b":null}}`), invalid("/a", "is not declared")},
		{"the id taken away", "ada", merged(`{"id":null}`), invalid("/id", filled)},
		{"another id", "ada", merged(`{"id":"$absent"}`), invalid("/id", filled)},
		{"the version taken away", "ada", merged(`{"version":null}`), invalid("/version", filled)},
		{"the birth taken away", "ada", merged(`{"createdAt":null}`), invalid("/createdAt", filled)},
		{"the change taken away", "ada", merged(`{"updatedAt":null}`), invalid("/updatedAt", filled)},
		{"the owner taken away", "ada", merged(`{"owner":null}`), invalid("/owner", filled)},
		{"the note given away", "ada", merged(`{"owner":"grace"}`), invalid("/owner", filled)},
		{"an older version", "ada", merged(`{"version":0,"done":true}`), fault{412, "precondition_failed", "-", `"current":{"id":"$note"`}},
		{"another birth", "ada", merged(`{"createdAt":"2020-01-01T00:00:00.000Z"}`), invalid("/createdAt", filled)},
	}
}

func unfit(at, says string) fault { return fault{422, "patch_failed", at, says} }

func badJSONPatches() []bad {
	op := func(name, rest string) call { return patched(`[{"op":"` + name + `"` + rest + `}]`) }
	return []bad{
		{"an empty body", "ada", patched(""), noJSON("-", "no body")},
		{"half a list", "ada", patched(`[{"op":`), noJSON("/0/op", "ends in the middle")},
		{"a member of an operation twice", "ada", op("test", `,"op":"add","path":"/title","value":1`), noJSON("/0", "twice")},
		{"an object", "ada", patched(`{"done":true}`), unfit("", "is not a list of operations")},
		{"null", "ada", patched(`null`), unfit("", "is not a list of operations")},
		{"an operation that is a string", "ada", patched(`["remove"]`), unfit("/0", "is not an object")},
		{"no op", "ada", patched(`[{"path":"/title"}]`), unfit("/0", `lacks the member \"op\"`)},
		{"an op that is a number", "ada", patched(`[{"op":1,"path":"/title"}]`), unfit("/0/op", "is not a string")},
		{"an unknown op", "ada", op("increment", `,"path":"/priority"`), unfit("/0/op", "is none of add, remove")},
		{"an op in capitals", "ada", op("Remove", `,"path":"/slug"`), unfit("/0/op", "is none of")},
		{"no path", "ada", op("remove", ``), unfit("/0", `lacks the member \"path\"`)},
		{"a path that is a list", "ada", op("remove", `,"path":["slug"]`), unfit("/0/path", "is not a string")},
		{"a path without a slash", "ada", op("remove", `,"path":"slug"`), unfit("/0/path", "does not start with /")},
		{"a path as in a page", "ada", op("remove", `,"path":"#/slug"`), unfit("/0/path", "does not start with /")},
		{"a tilde that means nothing", "ada", op("remove", `,"path":"/a~2"`), unfit("/0/path", "a ~ is followed")},
		{"a tilde at the end", "ada", op("remove", `,"path":"/a~"`), unfit("/0/path", "a ~ is followed")},
		{"an add without a value", "ada", op("add", `,"path":"/done"`), unfit("/0", `lacks the member \"value\"`)},
		{"a replace without a value", "ada", op("replace", `,"path":"/title"`), unfit("/0", `lacks the member \"value\"`)},
		{"a test without a value", "ada", op("test", `,"path":"/title"`), unfit("/0", `lacks the member \"value\"`)},
		{"a move without from", "ada", op("move", `,"path":"/project"`), unfit("/0", `lacks the member \"from\"`)},
		{"a copy without from", "ada", op("copy", `,"path":"/project"`), unfit("/0", `lacks the member \"from\"`)},
		{"a from without a slash", "ada", op("copy", `,"path":"/project","from":"slug"`), unfit("/0/from", "does not start with /")},
		{"the second one is bad", "ada", patched(`[{"op":"add","path":"/done","value":true},{"op":"remove"}]`), unfit("/1", "lacks the member")},
	}
}

func patchesThatDoNotFit() []bad {
	const filled = "is filled by the server"
	op := func(name, rest string) call { return patched(`[{"op":"` + name + `"` + rest + `}]`) }
	differs := func(at, says string) fault { return fault{409, "patch_test_failed", at, says} }
	return []bad{
		{"a remove of nothing", "ada", op("remove", `,"path":"/project"`), unfit("/0/path", "points to nothing")},
		{"a replace of nothing", "ada", op("replace", `,"path":"/project","value":"x"`), unfit("/0/path", "points to nothing")},
		{"an add below nothing", "ada", op("add", `,"path":"/a/b","value":1`), unfit("/0/path", "points to nothing")},
		{"an add below a string", "ada", op("add", `,"path":"/title/b","value":1`), unfit("/0/path", "points to nothing")},
		{"a move of nothing", "ada", op("move", `,"from":"/project","path":"/slug"`), unfit("/0/from", "points to nothing")},
		{"a copy of nothing", "ada", op("copy", `,"from":"/project","path":"/slug"`), unfit("/0/from", "points to nothing")},
		{"a move into itself", "ada", op("move", `,"from":"/tags","path":"/tags/0"`), unfit("/0/path", "lies within the value to move")},
		{"an index beyond the end", "ada", op("add", `,"path":"/tags/3","value":"x"`), unfit("/0/path", "goes beyond the end")},
		{"an index with a zero before it", "ada", op("replace", `,"path":"/tags/00","value":"x"`), unfit("/0/path", "leading zero")},
		{"a negative index", "ada", op("replace", `,"path":"/tags/-1","value":"x"`), unfit("/0/path", "as an index of a list")},
		{"an index that is a word", "ada", op("replace", `,"path":"/tags/first","value":"x"`), unfit("/0/path", "as an index of a list")},
		{"a remove behind the end", "ada", op("remove", `,"path":"/tags/-"`), unfit("/0/path", "where nothing stands")},
		{"the whole document removed", "ada", op("remove", `,"path":""`), unfit("/0/path", "is the whole document")},
		{"the whole document a list", "ada", op("replace", `,"path":"","value":[]`), invalid("", "must be an object, and is an array")},
		{"the whole document another", "ada", op("replace", `,"path":"","value":{"title":"x"}`), invalid("/id", filled)},
		{"a test that does not hold", "ada", op("test", `,"path":"/title","value":"bread"`), differs("/0", "does not hold")},
		{"a test of another type", "ada", op("test", `,"path":"/priority","value":"1"`), differs("/0", "does not hold")},
		{"a test of nothing", "ada", op("test", `,"path":"/project","value":null`), differs("/0/path", "points to nothing")},
		{"a test of an older version", "ada", op("test", `,"path":"/version","value":0`), differs("/0", "does not hold")},
		{"a test behind a change", "ada", patched(`[{"op":"replace","path":"/title","value":"x"},{"op":"test","path":"/title","value":"milk"}]`), differs("/1", "does not hold")},
		{"the id removed", "ada", op("remove", `,"path":"/id"`), invalid("/id", filled)},
		{"the owner removed", "ada", op("remove", `,"path":"/owner"`), invalid("/owner", filled)},
		{"the owner replaced", "ada", op("replace", `,"path":"/owner","value":"grace"`), invalid("/owner", filled)},
		{"the birth moved", "ada", op("move", `,"from":"/createdAt","path":"/project"`), invalid("/createdAt", filled)},
		{"the version replaced", "ada", op("replace", `,"path":"/version","value":7`), fault{412, "precondition_failed", "-", `"current"`}},
		{"what is required removed", "ada", op("remove", `,"path":"/title"`), invalid("/title", "is required")},
		{"an item of the wrong type", "ada", op("add", `,"path":"/tags/1","value":1`), invalid("/tags/1", "must be a string")},
	}
}

func patchesTooLarge() []bad {
	var twice, deeper []string
	for range 30 {
		twice = append(twice, `{"op":"copy","from":"/tags","path":"/tags/-"}`)
	}
	for range 70 {
		deeper = append(deeper, `{"op":"add","path":"/x`+strings.Repeat("/x", len(deeper))+`","value":{}}`)
	}
	many := strings.Repeat(`{"op":"add","path":"/tags/-","value":"x"},`, 10_000)
	return []bad{
		{"a list that doubles 30 times", "ada", patched("[" + strings.Join(twice, ",") + "]"), unfit("/14", "makes the document larger than")},
		{"a document that becomes 65 deep", "ada", patched("[" + strings.Join(deeper, ",") + "]"), unfit("/63", "makes the document more than 64 deep")},
		{"operations without end", "ada", patched("[" + many + `{"op":"remove","path":"/nothing"}]`), unfit("/2808/path", "one operation too many")},
		{"a value of 66", "ada", patched(`[{"op":"add","path":"/x","value":` + strings.Repeat("[", 65) + strings.Repeat("]", 65) + `}]`), noJSON("/0/value"+strings.Repeat("/0", 64), "nested more than 66 deep")},
		{"a string too large", "ada", merged(`{"project":"` + strings.Repeat("x", 256<<10) + `"}`), fault{413, "document_too_large", "-", "262144 bytes"}},
	}
}
