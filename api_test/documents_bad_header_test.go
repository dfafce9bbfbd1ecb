package api_test

import (
	"strings"
	"testing"
)

// TestBadHeaders sends preconditions and keys that cannot be read or do not
// hold, ids that are none, and asks for what is not there.
func TestBadHeaders(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.mustRefuseAll(t, badPreconditions())
		w.mustRefuseAll(t, badKeys())
		w.mustRefuseAll(t, badIDs())
		w.mustRefuseAll(t, badPlaces())
	})
}

func badHeader(says string) fault { return fault{400, "header_invalid", "-", says} }

func badPreconditions() []bad {
	change := func(name, value string) call { return merged(`{"done":true}`).with(name, value) }
	const form = `is * or up to 20 entity tags`
	differs := fault{412, "precondition_failed", "-", `"current":{"id":"$note"`}
	fresh := call{Method: "PUT", Path: "/api/v1/notes/$absent", Body: `{"title":"a"}`}.with("Content-Type", plainJSON)
	tags := strings.Repeat(`"1-aaaa", `, 20)
	return []bad{
		{"an empty If-Match", "ada", change("If-Match", ""), badHeader("If-Match " + form)},
		{"a tag without quotes", "ada", change("If-Match", "1-aaaa"), badHeader(form)},
		{"a tag that does not end", "ada", change("If-Match", `"1-aaaa`), badHeader(form)},
		{"a tag with a blank", "ada", change("If-Match", `"1 aaaa"`), badHeader(form)},
		{"two tags without a comma", "ada", change("If-Match", `"1-aaaa" "2-aaaa"`), badHeader(form)},
		{"a star among tags", "ada", change("If-Match", `"1-aaaa", *`), badHeader(form)},
		{"two stars", "ada", change("If-Match", `*, *`), badHeader(form)},
		{"a weak tag in small letters", "ada", change("If-Match", `w/"1-aaaa"`), badHeader(form)},
		{"a version", "ada", change("If-Match", `1`), badHeader(form)},
		{"21 tags", "ada", change("If-Match", tags+`$notetag`), badHeader(form)},
		{"tags in two fields, one bad", "ada", change("If-Match", `$notetag`).with("If-Match", "x"), badHeader(form)},
		{"If-None-Match without quotes", "ada", change("If-None-Match", "x"), badHeader("If-None-Match " + form)},
		{"If-None-Match without quotes of a GET", "ada", call{Path: "/api/v1/notes/$note"}.with("If-None-Match", "x"), badHeader("If-None-Match " + form)},
		{"If-Match where the server makes the id", "ada", post(`{"title":"a"}`).with("If-Match", `"1-aaaa"`), badHeader("mean nothing where the server makes the id")},
		{"If-None-Match where the server makes the id", "ada", post(`{"title":"a"}`).with("If-None-Match", `*`), badHeader("mean nothing where the server makes the id")},
		{"there, and not there", "ada", fresh.with("If-Match", `*`).with("If-None-Match", `*`), badHeader("send one of them")},
		{"a version, and not there", "ada", fresh.with("If-Match", `"1-aaaa"`).with("If-None-Match", `*`), badHeader("send one of them")},
		{"a tag of another document", "ada", change("If-Match", `$secondtag`), differs},
		{"an older tag", "ada", change("If-Match", `"0-aaaa"`), differs},
		{"20 tags, none of which holds", "ada", change("If-Match", strings.TrimSuffix(tags, ", ")), differs},
		{"an empty tag", "ada", change("If-Match", `""`), differs},
		{"not this version", "ada", change("If-None-Match", `$notetag`), differs},
		{"not there, of what is there", "ada", change("If-None-Match", `*`), differs},
		{"a delete of another version", "ada", call{Method: "DELETE", Path: "/api/v1/notes/$note"}.with("If-Match", `"9-aaaa"`), differs},
		{"a replacement of another version", "ada", put(`{"title":"x"}`).with("If-Match", `W/"9-aaaa"`), differs},
	}
}

func badKeys() []bad {
	const form = "Idempotency-Key is one key of 1 to 200"
	keyed := func(key string) call { return post(`{"title":"a"}`).with("Idempotency-Key", key) }
	open := call{Method: "POST", Path: "/api/v1/batch", Body: `{"requests":[{"method":"POST","path":"/notes","body":{"title":"a"}}]}`}
	return []bad{
		{"an empty key", "ada", keyed(""), badHeader(form)},
		{"a key of quotes", "ada", keyed(`""`), badHeader(form)},
		{"a key of 201", "ada", keyed(strings.Repeat("x", 201)), badHeader(form)},
		{"a key with a blank", "ada", keyed("a b"), badHeader(form)},
		{"a key with a quote within", "ada", keyed(`a"b`), badHeader(form)},
		{"a key with an umlaut", "ada", keyed("ü"), badHeader(form)},
		{"two keys", "ada", keyed("a").with("Idempotency-Key", "b"), badHeader(form)},
		{"the same key twice", "ada", keyed("a").with("Idempotency-Key", "a"), badHeader(form)},
		{"a key of a DELETE", "ada", call{Method: "DELETE", Path: "/api/v1/notes/$note"}.with("Idempotency-Key", ""), badHeader(form)},
		{"a key of nobody", "", keyed("a"), fault{401, "token_missing", "-", ""}},
		{"a key of nobody for a batch", "", open.with("Content-Type", plainJSON).with("Idempotency-Key", "a"), badHeader("needs a signed-in caller")},
	}
}

func badIDs() []bad {
	create := func(of, id string) call {
		return to("PUT", of+"/"+id, `{}`).with("If-None-Match", "*")
	}
	form := func(says string) fault { return fault{400, "id_invalid", "-", says} }
	v7, v4 := form("UUID of version 7 in lower case"), form("UUID of version 4 in lower case")
	slug, any := form("up to 80 of a-z and 0-9"), form("1 to 200 letters, digits and")
	long := strings.Repeat("x", 201)
	return []bad{
		{"a word for a UUID", "ada", create("notes", "milk"), v7},
		{"a UUIDv4 for a UUIDv7", "ada", create("notes", "9b2f9ac5-7c0e-4b5c-8a43-4f0f0b1c5a11"), v7},
		{"a UUID in capitals", "ada", create("notes", "01890A5D-AC96-774B-BCCE-B302099A8057"), v7},
		{"a UUID of another variant", "ada", create("notes", "01890a5d-ac96-774b-ccce-b302099a8057"), v7},
		{"a UUID without hyphens", "ada", create("notes", "01890a5dac96774bbcceb302099a8057"), v7},
		{"a UUID in braces", "ada", create("notes", "%7B01890a5d-ac96-774b-bcce-b302099a8057%7D"), v7},
		{"a UUID with a line break", "ada", create("notes", "01890a5d-ac96-774b-bcce-b302099a8057%0A"), v7},
		{"a UUIDv7 for a UUIDv4", "ada", create("reports", "$absent"), v4},
		{"a slug in capitals", "ada", create("keys", "Milk"), slug},
		{"a slug that begins with a hyphen", "ada", create("keys", "-milk"), slug},
		{"a slug that ends with a hyphen", "ada", create("keys", "milk-"), slug},
		{"a slug with two hyphens", "ada", create("keys", "a--b"), slug},
		{"a slug with an underscore", "ada", create("keys", "a_b"), slug},
		{"a slug of 81", "ada", create("keys", strings.Repeat("x", 81)), slug},
		{"a slug of 81 with hyphens", "ada", create("keys", strings.Repeat("x-", 40)+"x"), slug},
		{"an id of 201", "ada", create("tasks", long), any},
		{"an id with a blank", "ada", create("tasks", "a%20b"), any},
		{"an id with a quote", "ada", create("tasks", "a'b"), any},
		{"an id that is a dot", "ada", create("tasks", "%2E"), any},
		{"an id that is two dots", "ada", create("tasks", "%2E%2E"), any},
		{"an id in Greek", "ada", create("tasks", "%CE%B1"), any},
		{"an id with a NUL", "ada", create("tasks", "a%00"), any},
		{"an id that is not UTF-8", "ada", create("tasks", "a%FF"), any},
	}
}

func badPlaces() []bad {
	absent, nothing := fault{404, "document_not_found", "-", ""}, fault{404, "not_found", "-", ""}
	method := func(allow string) fault { return fault{405, "method_not_allowed", "-", "It answers " + allow + "."} }
	at := func(method, path string) call { return call{Method: method, Path: "/api/v1/" + path} }
	return []bad{
		{"a document that there is not", "ada", at("", "notes/$absent"), absent},
		{"an id of another form", "ada", at("", "notes/milk"), absent},
		{"an id with a NUL", "ada", at("", "notes/%00"), absent},
		{"an id that is not UTF-8", "ada", at("", "notes/%FF"), absent},
		{"an id beyond all measure", "ada", at("", "notes/"+strings.Repeat("x", 10_000)), absent},
		{"somebody else's document", "ada", at("", "notes/$foreign"), absent},
		{"a document of another collection", "ada", at("", "tasks/$note"), absent},
		{"a PUT to what there is not", "ada", to("PUT", "notes/$absent", `{"title":"a"}`), absent},
		{"a PUT to what there is not, with If-Match: *", "ada", to("PUT", "notes/$absent", `{"title":"a"}`).with("If-Match", "*"), absent},
		{"a PUT to an id with a NUL", "ada", to("PUT", "notes/%00", `{"title":"a"}`), absent},
		{"a PATCH of what there is not", "ada", to("PATCH", "notes/$absent", `{"title":"a"}`), absent},
		{"a PATCH of an id that is not UTF-8", "ada", to("PATCH", "notes/%FF", `{"title":"a"}`), absent},
		{"a DELETE of what there is not", "ada", at("DELETE", "notes/$absent"), absent},
		{"a DELETE of somebody else's", "ada", at("DELETE", "notes/$foreign"), absent},
		{"a collection that there is not", "ada", at("", "noets"), nothing},
		{"a collection in capitals", "ada", at("", "Notes"), nothing},
		{"a document of a collection that there is not", "ada", at("", "noets/$note"), nothing},
		{"a write to a collection that there is not", "ada", to("POST", "noets", `{}`), nothing},
		{"a slash too many", "ada", at("", "notes/"), nothing},
		{"a slash too many in a write", "ada", to("PUT", "notes/", `{}`), nothing},
		{"something below a document", "ada", at("", "notes/$note/title"), nothing},
		{"a slash in an id", "ada", at("", "notes/a%2Fb"), nothing},
		{"another version of the API", "ada", call{Path: "/api/v2/notes"}, nothing},
		{"a PUT to a collection", "ada", to("PUT", "notes", `{}`), method("GET, HEAD, POST")},
		{"a DELETE of a collection", "ada", at("DELETE", "notes"), method("GET, HEAD, POST")},
		{"a POST to a document", "ada", to("POST", "notes/$note", `{}`), method("GET, HEAD, DELETE, PUT, PATCH")},
		{"a GET of the batch", "ada", at("", "batch"), method("POST")},
		{"a POST to the list of collections", "ada", to("POST", "collections", `{}`), method("GET, HEAD")},
	}
}
