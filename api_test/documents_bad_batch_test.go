package api_test

import (
	"strings"
	"testing"
)

// TestBadBatches sends batches that cannot be read, and those of which one
// request fails.
func TestBadBatches(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.mustRefuseAll(t, badEnvelopes())
		w.mustRefuseAll(t, badRequests())
		w.mustRefuseAll(t, failingMembers())
	})
}

// TestALargeBatchIsNotKeptInMemory changes a document of 200 kB again and again:
// each change is in the answer, and in what is kept of it.
func TestALargeBatchIsNotKeptInMemory(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	ada := signIn(s.Issuer, "ada")
	s.must(t, created, "PUT", "/tasks/large", ada, `{"title":"`+strings.Repeat("x", 200_000)+`"}`, "If-None-Match", "*")
	change := func(times int, status int) answer {
		one := `{"method":"PATCH","path":"/tasks/large","body":{"done":true},"headers":{"If-Match":"*"}}`
		return s.must(t, status, "POST", "/batch", ada, `{"requests":[`+strings.TrimSuffix(strings.Repeat(one+",", times), ",")+`]}`)
	}
	if a := change(60, 422); a.Problem.Code != "batch_invalid" || !strings.Contains(a.Problem.Detail, "8 MiB together") {
		t.Errorf("12 MB were answered %s", a.Body)
	}
	change(30, ok)
	if a := s.must(t, ok, "GET", "/tasks/large?fields=version", ada, ""); !strings.Contains(a.Body, `"version":31`) {
		t.Errorf("after 30 changes: %.200s", a.Body)
	}
}

// batch sends the requests, which are JSON.
func batch(requests ...string) call {
	return to("POST", "batch", `{"requests":[`+strings.Join(requests, ",")+`]}`)
}

func badBatch(at, says string) fault { return fault{422, "batch_invalid", at, says} }

const fine = `{"method":"POST","path":"/notes","body":{"title":"fine"}}`

func badEnvelopes() []bad {
	const atLeast = "must be a list with at least one request"
	whole := func(body string) call { return to("POST", "batch", body) }
	many := strings.TrimSuffix(strings.Repeat(fine+",", 101), ",")
	deep := strings.Repeat(`{"a":`, 71) + "1" + strings.Repeat("}", 71)
	return []bad{
		{"an empty body", "ada", whole(""), noJSON("-", "no body")},
		{"no JSON", "ada", whole(`{"requests":[`), noJSON("/requests/0", "ends in the middle")},
		{"a member twice", "ada", whole(`{"requests":[],"requests":[]}`), noJSON("", "twice")},
		{"a list", "ada", whole(`[` + fine + `]`), badBatch("/requests", atLeast)},
		{"an empty object", "ada", whole(`{}`), badBatch("/requests", atLeast)},
		{"null", "ada", whole(`null`), badBatch("/requests", atLeast)},
		{"no requests", "ada", whole(`{"requests":[]}`), badBatch("/requests", atLeast)},
		{"requests in an object", "ada", whole(`{"requests":{"0":` + fine + `}}`), badBatch("/requests", atLeast)},
		{"requests that are null", "ada", whole(`{"requests":null}`), badBatch("/requests", atLeast)},
		{"something beside the requests", "ada", whole(`{"requests":[` + fine + `],"atomic":false}`), badBatch("/atomic", "is unknown here")},
		{"101 requests", "ada", whole(`{"requests":[` + many + `]}`), badBatch("/requests", "more than 100 requests (POSTERN_MAX_BATCH)")},
		{"too deep", "ada", whole(`{"requests":[` + deep + `]}`), noJSON("/requests/0"+strings.Repeat("/a", 68), "nested more than 70 deep")},
		{"a query", "ada", call{Method: "POST", Path: "/api/v1/batch?atomic=false", Body: `{"requests":[` + fine + `]}`}.with("Content-Type", plainJSON), fault{400, "query_invalid", "-", "no parameters"}},
	}
}

func badRequests() []bad {
	const path, method = "must be /{collection} or /{collection}/{id}", "must be POST to a collection, or"
	const header = "may have If-Match, If-None-Match and Content-Type, each a string"
	put := func(rest string) call {
		return batch(fine, `{"method":"PUT","path":"/notes/$note","body":{"title":"x"}`+rest+`}`)
	}
	post := func(headers string) call {
		return batch(`{"method":"POST","path":"/notes","body":{"title":"x"},"headers":` + headers + `}`)
	}
	one := func(method, path, rest string) call {
		return batch(fine, `{"method":"`+method+`","path":"`+path+`"`+rest+`}`)
	}
	return []bad{
		{"a string", "ada", batch(fine, `"POST /notes"`), badBatch("/requests/1", "must be an object")},
		{"null", "ada", batch(`null`), badBatch("/requests/0", "must be an object")},
		{"an empty object", "ada", batch(fine, `{}`), badBatch("/requests/1/path", path)},
		{"no method", "ada", batch(`{"path":"/notes","body":{}}`), badBatch("/requests/0/method", method)},
		{"a method that is a number", "ada", batch(`{"method":1,"path":"/notes","body":{}}`), badBatch("/requests/0/method", method)},
		{"a method in small letters", "ada", one("post", "/notes", `,"body":{}`), badBatch("/requests/1/method", method)},
		{"a GET", "ada", one("GET", "/notes/$note", ``), badBatch("/requests/1/method", method)},
		{"a POST to a document", "ada", one("POST", "/notes/$note", `,"body":{}`), badBatch("/requests/1/method", method)},
		{"a PUT to a collection", "ada", one("PUT", "/notes", `,"body":{}`), badBatch("/requests/1/method", method)},
		{"a DELETE of a collection", "ada", one("DELETE", "/notes", ``), badBatch("/requests/1/method", method)},
		{"no path", "ada", batch(`{"method":"POST","body":{}}`), badBatch("/requests/0/path", path)},
		{"a collection that there is not", "ada", one("POST", "/noets", `,"body":{}`), badBatch("/requests/1/path", path)},
		{"an empty id", "ada", one("PUT", "/notes/", `,"body":{"title":"x"},"headers":{"If-None-Match":"*"}`), badBatch("/requests/1/path", path)},
		{"another server", "ada", one("POST", "https://example.com/api/v1/notes", `,"body":{}`), badBatch("/requests/1/path", path)},
		{"a batch in a batch", "ada", one("POST", "/batch", `,"body":{}`), badBatch("/requests/1/path", path)},
		{"a query in a path", "ada", one("POST", "/notes?a=b", `,"body":{}`), badBatch("/requests/1/path", path)},
		{"no body", "ada", one("POST", "/notes", ``), badBatch("/requests/1/body", "is required")},
		{"a body to delete", "ada", one("DELETE", "/notes/$note", `,"body":null`), badBatch("/requests/1/body", "DELETE, which has none")},
		{"an unknown member", "ada", put(`,"id":"1"`), badBatch("/requests/1/id", "is unknown here; there are method, path, headers, body")},
		{"headers that are a list", "ada", put(`,"headers":[]`), badBatch("/requests/1/headers", "must be an object")},
		{"a header that is a number", "ada", put(`,"headers":{"If-Match":1}`), badBatch("/requests/1/headers", header)},
		{"another header", "ada", put(`,"headers":{"Authorization":"Bearer x"}`), badBatch("/requests/1/headers", header)},
		{"a key for one request", "ada", put(`,"headers":{"Idempotency-Key":"a"}`), badBatch("/requests/1/headers", "belongs to the whole batch")},
		{"a header twice", "ada", put(`,"headers":{"If-Match":"*","if-match":"\"9-aaaa\""}`), badBatch("/requests/1/headers", "has If-Match twice")},
		{"a header twice, once empty", "ada", put(`,"headers":{"If-Match":"","if-match":"*"}`), badBatch("/requests/1/headers", "has If-Match twice")},
		{"a tag without quotes", "ada", put(`,"headers":{"If-Match":"1"}`), badBatch("/requests/1/headers", "up to 20 entity tags")},
		{"If-Match where the server makes the id", "ada", post(`{"If-Match":"*"}`), badBatch("/requests/0/headers", "mean nothing where the server makes the id")},
		{"there, and not there", "ada", put(`,"headers":{"If-Match":"*","If-None-Match":"*"}`), badBatch("/requests/1/headers", "send one of them")},
		{"a form", "ada", put(`,"headers":{"Content-Type":"text/plain"}`), badBatch("/requests/1/headers/Content-Type", "is not a media type of this request")},
		{"a patch that is a PUT", "ada", put(`,"headers":{"Content-Type":"application/json-patch+json"}`), badBatch("/requests/1/headers/Content-Type", "is not a media type of this request")},
		{"two mistakes", "ada", batch(`{}`, fine, `{}`), badBatch("/requests/2/method", method)},
	}
}

func failingMembers() []bad {
	const stored = "and nothing of it is stored"
	one := func(method, path, rest string) call {
		return batch(fine, fine, `{"method":"`+method+`","path":"`+path+`"`+rest+`}`)
	}
	at := func(status int, code, at string) fault {
		return fault{status, code, at, "Request 2 of the batch failed, " + stored}
	}
	return []bad{
		{"a document that is not valid", "ada", one("POST", "/notes", `,"body":{"title":""}`), at(422, "body_invalid", "/requests/2/body/title")},
		{"a document that is none", "ada", one("POST", "/notes", `,"body":7`), at(422, "body_invalid", "/requests/2/body")},
		{"a document 65 deep", "ada", one("POST", "/notes", `,"body":{"title":"a","tags":`+strings.Repeat("[", 64)+strings.Repeat("]", 64)+`}`), at(422, "body_invalid", "/requests/2/body")},
		{"a document too large", "ada", one("POST", "/notes", `,"body":{"title":"a","project":"`+strings.Repeat("x", 256<<10)+`"}`), at(413, "document_too_large", "/requests/2")},
		{"a PUT to what there is not", "ada", one("PUT", "/notes/$absent", `,"body":{"title":"x"}`), at(404, "document_not_found", "/requests/2")},
		{"somebody else's document", "ada", one("DELETE", "/notes/$foreign", ``), at(404, "document_not_found", "/requests/2")},
		{"an id that is not UTF-8 in the end", "ada", one("DELETE", "/notes/\uFFFD", ``), at(404, "document_not_found", "/requests/2")},
		{"an id of another form", "ada", one("PUT", "/notes/milk", `,"body":{"title":"x"},"headers":{"If-None-Match":"*"}`), at(400, "id_invalid", "/requests/2")},
		{"an id that is taken", "ada", one("PUT", "/notes/$note", `,"body":{"title":"x"},"headers":{"If-None-Match":"*"}`), at(409, "id_unavailable", "/requests/2")},
		{"another version", "ada", one("PATCH", "/notes/$note", `,"body":{"done":true},"headers":{"If-Match":"\"9-aaaa\""}`), at(412, "precondition_failed", "/requests/2")},
		{"a patch that does not fit", "ada", one("PATCH", "/notes/$note", `,"body":[{"op":"remove","path":"/x"}],"headers":{"Content-Type":"application/json-patch+json"}`), at(422, "patch_failed", "/requests/2/body/0/path")},
		{"a test that does not hold", "ada", one("PATCH", "/notes/$note", `,"body":[{"op":"test","path":"/title","value":1}],"headers":{"content-type":"application/json-patch+json"}`), at(409, "patch_test_failed", "/requests/2/body/0")},
		{"a unique member that is taken", "ada", one("POST", "/notes", `,"body":{"title":"a","slug":"milk"}`), at(409, "unique_taken", "/requests/2/body/slug")},
		{"a unique member twice in the batch", "ada", batch(fine, `{"method":"POST","path":"/notes","body":{"title":"a","slug":"new"}}`, `{"method":"POST","path":"/api/v1/notes","body":{"title":"b","slug":"new"}}`), at(409, "unique_taken", "/requests/2/body/slug")},
		{"a scope that is missing", "ada", one("POST", "/announcements", `,"body":{}`), at(403, "scope_missing", "/requests/2")},
		{"a change of what was deleted before", "ada", batch(`{"method":"DELETE","path":"/notes/$note"}`, fine, `{"method":"PATCH","path":"/notes/$note","body":{}}`), at(404, "document_not_found", "/requests/2")},
		{"a batch of one", "ada", batch(`{"method":"DELETE","path":"/notes/$absent"}`), fault{404, "document_not_found", "/requests/0", "Request 0 of the batch failed, " + stored}},
		{"nobody", "", batch(fine), fault{401, "token_missing", "-", ""}},
		{"nobody, and a mistake", "", batch(`{"method":"POST","path":"/notes","body":{}}`), fault{401, "token_missing", "-", ""}},
	}
}
