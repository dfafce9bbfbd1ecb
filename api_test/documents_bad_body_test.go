package api_test

import (
	"strings"
	"testing"
)

// TestBadDocuments sends bodies that are no JSON, or no document.
func TestBadDocuments(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.mustRefuseAll(t, badJSON())
		w.mustRefuseAll(t, badDocuments())
		w.mustRefuseAll(t, badSystemMembers())
		w.mustRefuseAll(t, badTypes())
	})
}

// post sends a body to notes, put replaces ada's note.
func post(body string) call {
	return call{Method: "POST", Path: "/api/v1/notes", Body: body}.with("Content-Type", plainJSON)
}

func put(body string) call {
	return call{Method: "PUT", Path: "/api/v1/notes/$note", Body: body}.with("Content-Type", plainJSON)
}

func noJSON(at, says string) fault  { return fault{400, "json_invalid", at, says} }
func invalid(at, says string) fault { return fault{422, "body_invalid", at, says} }

func badJSON() []bad {
	nest := func(n int) string { return strings.Repeat("[", n) + strings.Repeat("]", n) }
	return []bad{
		{"an empty body", "ada", post(""), noJSON("-", "no body")},
		{"an empty body that does not say its length", "ada", call{Method: "POST", Path: "/api/v1/notes", Chunked: true}.with("Content-Type", plainJSON), noJSON("-", "no body")},
		{"blanks alone", "ada", post(" \n\t"), noJSON("", "is empty")},
		{"a word", "ada", post("milk"), noJSON("", "where a value belongs")},
		{"half of an object", "ada", post(`{"title":`), noJSON("/title", "ends in the middle")},
		{"half of a string", "ada", post(`{"title":"mi`), noJSON("/title", "ends in the middle")},
		{"something behind the end", "ada", post(`{"title":"a"}{}`), noJSON("", "something after its end")},
		{"a comma behind the last member", "ada", post(`{"title":"a",}`), noJSON("", "name of a member")},
		{"a comma behind the last item", "ada", post(`{"title":"a","tags":["a",]}`), noJSON("/tags/1", "where a value belongs")},
		{"a comment", "ada", post(`{/* */"title":"a"}`), noJSON("", "name of a member")},
		{"single quotes", "ada", post(`{'title':'a'}`), noJSON("", "name of a member")},
		{"names without quotes", "ada", post(`{title:"a"}`), noJSON("", "name of a member")},
		{"a member twice", "ada", post(`{"title":"a","title":"b"}`), noJSON("", `has the member \"title\" twice`)},
		{"a member twice, once escaped", "ada", post(`{"title":"a","t\u0069tle":"b"}`), noJSON("", `has the member \"title\" twice`)},
		{"a member twice, deep within", "ada", post(`{"title":"a","x":[{"y":{"z":1,"z":1}}]}`), noJSON("/x/0/y", `has the member \"z\" twice`)},
		{"the empty name twice", "ada", post(`{"":1,"":2}`), noJSON("", "twice")},
		{"an escaped NUL", "ada", post(`{"title":"a\u0000b"}`), noJSON("/title", "U+0000")},
		{"a NUL as it is", "ada", post("{\"title\":\"a\x00b\"}"), noJSON("/title", "control character")},
		{"a NUL in a name", "ada", post(`{"a\u0000":1}`), noJSON("", "U+0000")},
		{"a NUL behind the end", "ada", post("{\"title\":\"a\"}\x00"), noJSON("", "something after its end")},
		{"half a surrogate pair", "ada", post(`{"title":"\ud83d"}`), noJSON("/title", "half a surrogate pair")},
		{"the second half of a pair", "ada", post(`{"title":"\ude00"}`), noJSON("/title", "half a surrogate pair")},
		{"the halves of a pair turned round", "ada", post(`{"title":"\ude00\ud83d"}`), noJSON("/title", "half a surrogate pair")},
		{"half a pair in UTF-8", "ada", post("{\"title\":\"\xed\xa0\xbd\"}"), noJSON("", "not valid UTF-8")},
		{"a byte order mark", "ada", post("\ufeff{\"title\":\"a\"}"), noJSON("", "byte order mark")},
		{"Latin-1", "ada", post("{\"title\":\"caf\xe9\"}"), noJSON("", "not valid UTF-8")},
		{"UTF-8 that is too long", "ada", post("{\"title\":\"\xc0\xaf\"}"), noJSON("", "not valid UTF-8")},
		{"UTF-16", "ada", post("\xff\xfe{\x00}\x00"), noJSON("", "not valid UTF-8")},
		{"a line break in a string", "ada", post("{\"title\":\"a\nb\"}"), noJSON("/title", "control character")},
		{"an escape that there is not", "ada", post(`{"title":"\x41"}`), noJSON("/title", "behind a backslash")},
		{"NaN", "ada", post(`{"title":"a","priority":NaN}`), noJSON("/priority", "where a value belongs")},
		{"a number with a plus", "ada", post(`{"title":"a","priority":+1}`), noJSON("/priority", "")},
		{"a number with a leading zero", "ada", post(`{"title":"a","priority":01}`), noJSON("/priority", "starts with zero")},
		{"a number that ends in a point", "ada", post(`{"title":"a","priority":1.}`), noJSON("/priority", "")},
		{"a number of 1,001 digits", "ada", post(`{"title":"a","priority":` + strings.Repeat("9", 1001) + `}`), noJSON("/priority", "")},
		{"an exponent beyond all measure", "ada", post(`{"title":"a","priority":1e10000}`), noJSON("/priority", "")},
		{"65 deep", "ada", post(`{"title":"a","x":` + nest(64) + `}`), noJSON("/x"+strings.Repeat("/0", 63), "nested more than 64 deep")},
		{"100,000 deep", "ada", post(nest(100_000)), noJSON(strings.Repeat("/0", 64), "nested more than 64 deep")},
		{"a query", "ada", call{Method: "POST", Path: "/api/v1/notes?draft=true", Body: `{"title":"a"}`}.with("Content-Type", plainJSON), fault{400, "query_invalid", "-", "no parameters"}},
	}
}

func badDocuments() []bad {
	large := `{"title":"a","project":"` + strings.Repeat("x", 256<<10) + `"}`
	huge := `{"title":"a","project":"` + strings.Repeat("x", 1<<20) + `"}`
	tooLarge := fault{413, "document_too_large", "-", "262144 bytes"}
	bodyTooLarge := fault{413, "body_too_large", "-", "1048576 bytes"}
	chunked := post(huge)
	chunked.Chunked = true
	return []bad{
		{"a list", "ada", post(`[]`), invalid("", "must be an object, and is an array")},
		{"a string", "ada", post(`"a"`), invalid("", "must be an object, and is a string")},
		{"a number", "ada", post(`1`), invalid("", "must be an object, and is a number")},
		{"null", "ada", post(`null`), invalid("", "must be an object, and is null")},
		{"true in place of another", "ada", put(`true`), invalid("", "must be an object, and is a boolean")},
		{"nothing of what is required", "ada", post(`{}`), invalid("/title", "is required")},
		{"nothing of what is required, in place of another", "ada", put(`{"done":true}`), invalid("/title", "is required")},
		{"null for what is required", "ada", post(`{"title":null}`), invalid("/title", "must be a string")},
		{"an empty title", "ada", post(`{"title":""}`), invalid("/title", "must not be empty")},
		{"a title of 81 characters", "ada", post(`{"title":"` + strings.Repeat("ü", 81) + `"}`), invalid("/title", "longer than 80 characters")},
		{"a number for a string", "ada", post(`{"title":1}`), invalid("/title", "must be a string")},
		{"a string for a number", "ada", post(`{"title":"a","priority":"1"}`), invalid("/priority", "must be a number")},
		{"a string for a boolean", "ada", post(`{"title":"a","done":"true"}`), invalid("/done", "must be true or false")},
		{"an object for a list", "ada", post(`{"title":"a","tags":{}}`), invalid("/tags", "must be a list")},
		{"one wrong item", "ada", post(`{"title":"a","tags":["a",1]}`), invalid("/tags/1", "must be a string")},
		{"an unknown member", "ada", post(`{"title":"a","titel":"b"}`), invalid("/titel", "is not declared by the schema")},
		{"an unknown member with an odd name", "ada", post(`{"title":"a","a/b~c":1}`), invalid("/a~1b~0c", "is not declared by the schema")},
		{"__proto__", "ada", post(`{"title":"a","__proto__":{}}`), invalid("/__proto__", "is not declared by the schema")},
		{"a date for a moment", "ada", post(`{"title":"a","due":"2026-01-01"}`), invalid("/due", "")},
		{"the 30th of February", "ada", post(`{"title":"a","due":"2026-02-30T00:00:00Z"}`), invalid("/due", "")},
		{"a leap second", "ada", post(`{"title":"a","due":"1990-12-31T23:59:60Z"}`), invalid("/due", "")},
		{"a moment with a comma", "ada", post(`{"title":"a","due":"1990-12-31T23:59:59,5Z"}`), invalid("/due", "")},
		{"a moment without an offset", "ada", post(`{"title":"a","due":"2026-02-03T00:00:00"}`), invalid("/due", "")},
		{"a negative number deep within", "ada", to("POST", "keys", `{"part":{"n":-1}}`), invalid("/part/n", "")},
		{"half a number for a whole one", "ada", to("POST", "keys", `{"part":{"n":1.5}}`), invalid("/part/n", "must be a whole number")},
		{"a date that there is not", "ada", to("POST", "keys", `{"part":{"at":"2026-13-01"}}`), invalid("/part/at", "")},
		{"a document too large", "ada", post(large), tooLarge},
		{"a document too large, in place of another", "ada", put(large), tooLarge},
		{"a body too large", "ada", post(huge), bodyTooLarge},
		{"a body too large that does not say so", "ada", chunked, bodyTooLarge},
	}
}

// to writes elsewhere than to notes.
func to(method, path, body string) call {
	return call{Method: method, Path: "/api/v1/" + path, Body: body}.with("Content-Type", plainJSON)
}

func badSystemMembers() []bad {
	const filled, made = "is filled by the server", "is made by the server"
	stale := fault{412, "precondition_failed", "-", `"current":{"id":"$note"`}
	return []bad{
		{"an id for a new document", "ada", post(`{"title":"a","id":"$absent"}`), invalid("/id", made)},
		{"a version for a new document", "ada", post(`{"title":"a","version":1}`), invalid("/version", filled)},
		{"an owner for a new document", "ada", post(`{"title":"a","owner":"grace"}`), invalid("/owner", filled)},
		{"the right owner for a new document", "ada", post(`{"title":"a","owner":"ada"}`), invalid("/owner", filled)},
		{"the birth of a new document", "ada", post(`{"title":"a","createdAt":"2026-01-01T00:00:00.000Z"}`), invalid("/createdAt", filled)},
		{"the change of a new document", "ada", post(`{"title":"a","updatedAt":null}`), invalid("/updatedAt", filled)},
		{"another id", "ada", put(`{"title":"a","id":"$absent"}`), invalid("/id", filled)},
		{"no id", "ada", put(`{"title":"a","id":null}`), invalid("/id", filled)},
		{"another owner", "ada", put(`{"title":"a","owner":"grace"}`), invalid("/owner", filled)},
		{"no owner", "ada", put(`{"title":"a","owner":null}`), invalid("/owner", filled)},
		{"another birth", "ada", put(`{"title":"a","createdAt":"2026-01-01T00:00:00.000Z"}`), invalid("/createdAt", filled)},
		{"a version that is none", "ada", put(`{"title":"a","version":"1"}`), invalid("/version", filled)},
		{"half a version", "ada", put(`{"title":"a","version":1.5}`), invalid("/version", filled)},
		{"no version", "ada", put(`{"title":"a","version":null}`), invalid("/version", filled)},
		{"a change that is no time", "ada", put(`{"title":"a","updatedAt":"yesterday"}`), invalid("/updatedAt", filled)},
		{"an older version", "ada", put(`{"title":"a","version":0}`), stale},
		{"a later version", "ada", put(`{"title":"a","version":2}`), stale},
		{"an older version, and much else wrong", "ada", put(`{"version":0,"x":1}`), stale},
		{"an older change", "ada", put(`{"title":"a","updatedAt":"2020-01-01T00:00:00.000Z"}`), stale},
	}
}

func badTypes() []bad {
	as := func(method, path, mediaType string) call {
		c := call{Method: method, Path: path, Body: `{"title":"a"}`}
		if mediaType != "" {
			c = c.with("Content-Type", mediaType)
		}
		return c
	}
	refused := fault{415, "media_type_refused", "-", "application/json"}
	const all, one = "/api/v1/notes", "/api/v1/notes/$note"
	return []bad{
		{"no media type", "ada", as("POST", all, ""), refused},
		{"a form", "ada", as("POST", all, "application/x-www-form-urlencoded"), refused},
		{"text", "ada", as("POST", all, "text/plain;charset=UTF-8"), refused},
		{"a patch in a POST", "ada", as("POST", all, mergePatch), refused},
		{"a patch in a PUT", "ada", as("PUT", one, jsonPatch), refused},
		{"JSON in another charset", "ada", as("POST", all, "application/json; charset=utf-16"), refused},
		{"two media types", "ada", as("POST", all, plainJSON).with("Content-Type", plainJSON), refused},
		{"a media type that is none", "ada", as("POST", all, "json"), refused},
		{"a compressed body", "ada", as("POST", all, plainJSON).with("Content-Encoding", "gzip"), refused},
		{"XML in a PATCH", "ada", as("PATCH", one, "application/xml"), refused},
		{"a body of DELETE that is no JSON", "ada", as("DELETE", one, "text/plain"), refused},
		{"a batch as a patch", "ada", as("POST", "/api/v1/batch", jsonPatch), refused},
	}
}

const (
	mergePatch = "application/merge-patch+json"
	jsonPatch  = "application/json-patch+json"
)
