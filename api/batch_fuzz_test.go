package api

import (
	"encoding/json"
	"regexp"
	"slices"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/documents"
	"github.com/postern-dev/postern/jsonvalue"
)

// batchPath is a path of a request of a batch, as a pattern.
var batchPath = regexp.MustCompile(`^(?:/api/v1/)?/?(notes|tasks)(?:/([\s\S]+))?$`)

// FuzzBatch reads envelopes, and has another reader of JSON say what those that
// are taken mean.
func FuzzBatch(f *testing.F) {
	for _, s := range []string{
		`{"requests":[{"method":"POST","path":"/notes","body":{"a":1}}]}`,
		`{"requests":[{"method":"PUT","path":"/api/v1/tasks/a%20b","body":null,"headers":{"If-None-Match":"*","content-type":"application/json"}}]}`,
		`{"requests":[{"method":"PATCH","path":"tasks/x","body":[],"headers":{"Content-Type":"application/json-patch+json"}},{"method":"DELETE","path":"/notes/1"}]}`,
		`{"Requests":[]}`, `{"requests":{}}`, `{"requests":[1,null,{}]}`, `{"requests":[{"method":"post","path":"/notes/../tasks","body":1,"x":2}]}`,
		`{"requests":[{"method":"DELETE","path":"/notes/","headers":{"If-Match":"\"a\"","if-match":"b"}}]}`, `[]`, ``,
	} {
		f.Add(s)
	}
	declared := []*collection.Collection{{Name: "notes", ID: collection.AnyID}, {Name: "tasks", ID: collection.AnyID}}
	a := &API{Options: Options{Documents: documents.New(nil, declared, documents.Limits{Batch: 4})}}
	f.Fuzz(func(t *testing.T, text string) {
		body, err := jsonvalue.ParseText(text, jsonvalue.Limits{Depth: maxBatchDepth})
		if err != nil {
			return
		}
		requests, err := a.batchRequests(body)
		if err != nil {
			return
		}
		var said map[string][]map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &said); err != nil || len(said) != 1 || len(said["requests"]) != len(requests) || len(requests) < 1 || len(requests) > 4 {
			t.Fatalf("%q is %d requests: %v", text, len(requests), err)
		}
		for i, r := range requests {
			mustMean(t, said["requests"][i], r)
		}
	})
}

// mustMean holds what was read of one request against what was said.
func mustMean(t *testing.T, said map[string]json.RawMessage, r documents.Request) {
	t.Helper()
	var method, path string
	if json.Unmarshal(said["method"], &method) != nil || json.Unmarshal(said["path"], &path) != nil {
		t.Fatalf("%s is read as %+v", said, r)
	}
	ops := map[string][]documents.Op{"POST": {documents.Create}, "PUT": {documents.Put}, "PATCH": {documents.MergePatch, documents.JSONPatch}, "DELETE": {documents.Delete}}
	parts := batchPath.FindStringSubmatch(path)
	if parts == nil || r.Collection.Name != parts[1] || r.ID != parts[2] || !slices.Contains(ops[method], r.Op) || (r.ID == "") != (r.Op == documents.Create) {
		t.Fatalf("%s %q is read as %s of %s, id %q", method, path, r.Op, r.Collection.Name, r.ID)
	}
	_, hasBody := said["body"]
	if hasBody == (r.Op == documents.Delete) {
		t.Fatalf("%s with a body %v is taken", method, hasBody)
	}
	for name := range said {
		if !slices.Contains([]string{"method", "path", "headers", "body"}, name) {
			t.Fatalf("%q is taken", name)
		}
	}
}
