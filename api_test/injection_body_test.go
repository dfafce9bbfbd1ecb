package api_test

import (
	"net/url"
	"strconv"
	"strings"
)

func attacksOnIDs() (rows []attack) {
	for _, id := range []string{"0", "-1", "null", "undefined", "NaN", "true", "*", "%2A", "[object%20Object]", "1e999", "01890a5d-ac96-774b-bcce-b302099a805", "01890A5D-AC96-774B-BCCE-B302099A8057",
		"{01890a5d-ac96-774b-bcce-b302099a8057}", "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057", "01890a5dac96774bbcceb302099a8057", "01890a5d-ac96-474b-bcce-b302099a8057",
		"%F0%9F%92%A9", "constructor", "__proto__", "changes%20", ".", strings.Repeat("a", 201), strings.Repeat("a", 20_000)} {
		rows = append(rows,
			attack{"read " + id[:min(len(id), 60)], getting("/api/v1/notes/" + id), "", 404, "document_not_found", false},
			attack{"make " + id[:min(len(id), 60)], sending("PUT", "/api/v1/notes/"+id, "If-None-Match: *"), `{"title":"a"}`, 400, "id_invalid", false},
			attack{"change " + id[:min(len(id), 60)], sending("PATCH", "/api/v1/notes/"+id), `{"title":"a"}`, 404, "document_not_found", false},
			attack{"remove " + id[:min(len(id), 60)], sending("DELETE", "/api/v1/notes/"+id), "", 404, "document_not_found", false},
		)
	}
	return append(rows,
		attack{"make a foreign id", sending("PUT", "/api/v1/notes/$foreign", "If-None-Match: *"), `{"title":"a"}`, 409, "id_unavailable", false},
		attack{"an id in the body", sending("POST", "/api/v1/notes"), `{"id":"$foreign","title":"a"}`, 422, "body_invalid", false},
		attack{"an owner in the body", sending("PATCH", "/api/v1/notes/$note"), `{"owner":"grace"}`, 422, "body_invalid", false},
		attack{"an id that is an object", sending("POST", "/api/v1/notes"), `{"id":{"$ne":null},"title":"a"}`, 422, "body_invalid", false},
	)
}

func attacksOnJSON() []attack {
	deep := func(open, close string, n int) string { return strings.Repeat(open, n) + strings.Repeat(close, n) }
	bomb := func(name, body string, status int, code string) attack {
		return attack{name, sending("POST", "/api/v1/notes"), body, status, code, false}
	}
	return []attack{
		bomb("lists 100,000 deep", deep("[", "]", 100_000), 400, "json_invalid"),
		bomb("objects 100,000 deep", strings.Repeat(`{"a":`, 100_000)+"1"+strings.Repeat("}", 100_000), 400, "json_invalid"),
		bomb("lists that do not close", strings.Repeat("[", 500_000), 400, "json_invalid"),
		bomb("200,000 lists side by side", "["+strings.Repeat("[],", 200_000)+"[]]", 422, "body_invalid"),
		bomb("60,000 small members", `{"title":"a"`+members(60_000)+`}`, 413, "document_too_large"),
		bomb("10,000 small members", `{"title":"a"`+members(10_000)+`}`, 422, "body_invalid"),
		bomb("100,000 times the same member", `{"title":"a"`+strings.Repeat(`,"x":1`, 100_000)+`}`, 400, "json_invalid"),
		bomb("a number of 500,000 digits", `{"title":"a","priority":`+strings.Repeat("9", 500_000)+`}`, 400, "json_invalid"),
		bomb("a number with an exponent of a billion", `{"title":1e1000000000}`, 400, "json_invalid"),
		bomb("a number with an exponent beyond all", `{"title":1e`+strings.Repeat("9", 10_000)+`}`, 400, "json_invalid"),
		bomb("a string of 900,000 letters", `{"title":"`+strings.Repeat("a", 900_000)+`"}`, 413, "document_too_large"),
		bomb("a string of 100,000 escapes", `{"title":"`+strings.Repeat(`\u0041`, 100_000)+`"}`, 422, "body_invalid"),
		bomb("a name of 900,000 letters", `{"`+strings.Repeat("a", 900_000)+`":1}`, 413, "document_too_large"),
		bomb("members of JavaScript", `{"title":"a","__proto__":{"admin":true},"constructor":{"prototype":{"admin":true}}}`, 422, "body_invalid"),
		bomb("an operator of another database", `{"title":{"$gt":""}}`, 422, "body_invalid"),
		bomb("megabytes", `{"title":"`+strings.Repeat("a", 1<<20)+`"}`, 413, "body_too_large"),
		patching("20,000 copies of all", strings.TrimSuffix(strings.Repeat(`{"op":"copy","from":"","path":"/a"},`, 20_000), ","), 422, "patch_failed"),
		patching("30 copies of all, each twice what was", strings.TrimSuffix(strings.Repeat(`{"op":"copy","from":"","path":"/a"},`, 30), ","), 422, "body_invalid"),
		{"a batch of 10,000", sending("POST", "/api/v1/batch"), `{"requests":[` + strings.TrimSuffix(strings.Repeat(`{"method":"DELETE","path":"/notes/$note"},`, 10_000), ",") + `]}`, 422, "batch_invalid", false},
		{"a batch within a batch", sending("POST", "/api/v1/batch"), `{"requests":[{"method":"POST","path":"/batch","body":{"requests":[]}}]}`, 422, "batch_invalid", false},
		{"a batch that leaves its room", sending("POST", "/api/v1/batch"), `{"requests":[{"method":"DELETE","path":"/notes/../notes/$foreign"}]}`, 404, "document_not_found", false},
		{"a batch for somebody else", sending("POST", "/api/v1/batch"), `{"requests":[{"method":"DELETE","path":"/notes/$note","headers":{"Authorization":"Bearer x"}}]}`, 422, "batch_invalid", false},
		{"a batch of a foreign document", sending("POST", "/api/v1/batch"), `{"requests":[{"method":"DELETE","path":"/notes/$foreign"}]}`, 404, "document_not_found", false},
	}
}

// patching applies operations of RFC 6902 to ada's note.
func patching(name, operations string, status int, code string) attack {
	head := "PATCH /api/v1/notes/$note HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json-patch+json\r\n"
	return attack{"a JSON patch of " + name, head, "[" + operations + "]", status, code, false}
}

// attacksOnPointers have paths (RFC 6901) that are none, lead nowhere, or to where
// nobody may change anything.
func attacksOnPointers() (rows []attack) {
	for _, path := range []string{"x", "title", "/title/", "//title", "/~", "/~2", "/title~", "/title~01", "/../title", "/title/../owner", "/tags/-1", "/tags/-", "/tags/00", "/tags/1e0",
		"/tags/18446744073709551616", "/tags/ 1", "/tags/+1", "/tags/length", "/__proto__", "/constructor/prototype", "/title' OR '1'='1", "$.title", "/$foreign",
		`/\u202eeltit`, strings.Repeat("/a", 20_000), "/" + strings.Repeat("a", 100_000), strings.Repeat("~0", 50_000)} {
		for _, operation := range []string{`{"op":"replace","path":"PATH","value":1}`, `{"op":"remove","path":"PATH"}`, `{"op":"move","from":"PATH","path":"/title"}`, `{"op":"copy","from":"PATH","path":"/title"}`} {
			rows = append(rows, patching(operation[6:12]+path[:min(len(path), 40)], strings.ReplaceAll(operation, "PATH", path), 422, "patch_failed"))
		}
	}
	for _, member := range []string{"owner", "id", "createdAt", "editors", "__proto__", "constructor", "title' --", `\u202eeltit`, strings.Repeat("a", 10_000)} {
		rows = append(rows, patching("a new "+member[:min(len(member), 40)], `{"op":"add","path":"/`+member+`","value":"grace"}`, 422, "body_invalid"))
	}
	return append(rows,
		patching("another version", `{"op":"replace","path":"/version","value":7}`, 412, "precondition_failed"),
		patching("a NUL", `{"op":"add","path":"/\u0000","value":1}`, 400, "json_invalid"),
		patching("what somebody else wrote", `{"op":"test","path":"/title","value":"secret of grace"}`, 409, "patch_test_failed"),
		patching("an operation of chance", `{"op":"eval","path":"/title"}`, 422, "patch_failed"),
	)
}

func members(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(`,"m` + strconv.Itoa(i) + `":1`)
	}
	return b.String()
}

func attacksOnUnicode() []attack {
	find := func(name, title string, status int, code string) attack {
		return attack{name, getting("/api/v1/notes?filter[title]=" + url.QueryEscape(title)), "", status, code, false}
	}
	return []attack{
		{"half a pair", sending("POST", "/api/v1/notes"), `{"title":"\ud800"}`, 400, "json_invalid", false},
		{"a pair turned round", sending("POST", "/api/v1/notes"), `{"title":"\udc00\ud800"}`, 400, "json_invalid", false},
		{"a mark of byte order in front", sending("POST", "/api/v1/notes"), "\ufeff" + `{"title":"a"}`, 400, "json_invalid", false},
		{"UTF-16", sending("POST", "/api/v1/notes"), "\xff\xfe{\x00}\x00", 400, "json_invalid", false},
		{"overlong text", sending("POST", "/api/v1/notes"), "{\"title\":\"\xc0\xaf\"}", 400, "json_invalid", false},
		{"a twin of a member", sending("POST", "/api/v1/notes"), "{\"titl\u212f\":\"a\"}", 422, "body_invalid", false},
		{"a member turned round", sending("POST", "/api/v1/notes"), "{\"\u202eeltit\":\"a\"}", 422, "body_invalid", false},
		{"a member with what nobody sees", sending("POST", "/api/v1/notes"), "{\"title\u200b\":\"a\"}", 422, "body_invalid", false},
		find("a twin of what is there", "mi\u217ck", 200, ""),
		find("what is there, composed otherwise", "secret of gra\u0327ce", 200, ""),
		find("what is there in full width", "ｓｅｃｒｅｔ", 200, ""),
		find("a NUL", "secret\x00", 400, "query_invalid"),
		find("bytes that are no text", "\xff", 400, "query_invalid"),
		{"a twin of a collection", getting("/api/v1/not%E2%84%AFs"), "", 404, "not_found", false},
		{"a member of a filter turned round", getting("/api/v1/notes?filter[%E2%80%AEeltit]=a"), "", 400, "query_invalid", false},
	}
}
