package api_test

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/postern-dev/postern/collection"
)

// hardToDescribe are schemas that are hard to carry into another document, or to
// widen by the members that the server fills. The names of some are taken.
func hardToDescribe(t testing.TB) []*collection.Collection {
	all := declared(t)
	signedIn := collection.Rule{Kind: collection.Authenticated}
	for name, text := range map[string]string{
		"trees": `{"type":"object","required":["name"],"additionalProperties":false,"properties":{"name":{"type":"string"},
			"children":{"type":"array","items":{"$ref":"#"}},"at":{"$ref":"#place"}},
			"$defs":{"a place":{"$anchor":"place","type":"object","properties":{"city":{"type":"string"},"next":{"$ref":"#/$defs/a%20place"}}}}}`,
		"events": `{"$schema":"https://json-schema.org/draft/2020-12/schema","$id":"https://example.com/event","type":"object","oneOf":[{"$ref":"#/$defs/start"},{"$ref":"#/$defs/stop"}],
			"$defs":{"start":{"properties":{"kind":{"const":"start"},"by":{"type":"string","format":"email"}},"required":["kind","by"],"additionalProperties":false},
			"stop":{"properties":{"kind":{"const":"stop"}},"required":["kind"],"unevaluatedProperties":false}}}`,
		"my-boxes":  `{"type":"object","maxProperties":2,"properties":{"size":{"type":"integer","minimum":5},"$ref":{"const":{"$ref":"#/nowhere"}}}}`,
		"my_boxes":  `{"type":"object","propertyNames":{"maxLength":3},"patternProperties":{"^a":{"type":"number","multipleOf":0.25}},"additionalProperties":false}`,
		"problems":  `{"type":"object","properties":{"code":{"type":"string","pattern":"^[A-Z]{3}-[0-9]{3}$"}},"required":["code"]}`,
		"messages":  `{"type":"object","properties":{"rank":{"type":["integer","null"],"maximum":123456789012345678901234567890},"true":{"enum":["yes",1.10,null]}}}`,
		"companies": `{"type":"object","allOf":[{"properties":{"name":{"type":"string","minLength":20}},"required":["name"]}],"unevaluatedProperties":false}`,
	} {
		all = append(all, &collection.Collection{Name: name, ID: collection.AnyID, Schema: mustSchema(t, text),
			Read: signedIn, Create: signedIn, Update: signedIn, Delete: signedIn})
	}
	return all
}

// TestTheDocumentHolds looks through the whole document of a deployment.
func TestTheDocumentHolds(t *testing.T) {
	p := startCollections(t, hardToDescribe(t)).promise(t)
	if err := p.document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if err := mustPromise(t).document.Validate(t.Context()); err != nil {
		t.Error(err)
	}
	examples, references := 0, 0
	p.walk(nil, p.raw, func(path []string, object map[string]any) {
		_, hasSchema := object["schema"]
		if example, ok := object["example"]; ok && hasSchema {
			examples++
			text, _ := json.Marshal(example)
			if err := p.whole.judge(append(path, "schema"), string(text)); err != nil {
				t.Errorf("the example at %v: %v", path, err)
			}
		}
		if to, ok := object["$ref"].(string); ok {
			references++
			if p.resolve(to) == nil {
				t.Errorf("the reference %s at %v leads nowhere", to, path)
			}
		}
	})
	if examples < 50 || references < 500 {
		t.Errorf("there are %d examples and %d references", examples, references)
	}
	ids := map[string]bool{}
	for path, item := range p.document.Paths.Map() {
		for method, operation := range item.Operations() {
			if ids[operation.OperationID] || operation.OperationID == "" {
				t.Errorf("%s %s has the operationId %q of another", method, path, operation.OperationID)
			}
			ids[operation.OperationID] = true
		}
	}
	for name := range p.document.Components.Schemas {
		if _, err := p.whole.at([]string{"components", "schemas", name}); err != nil {
			t.Error(err)
		}
	}
}

// walk visits every object, but for what schemas say of values.
func (p *promise) walk(path []string, v any, visit func([]string, map[string]any)) {
	path = path[:len(path):len(path)]
	if items, ok := v.([]any); ok {
		for i, item := range items {
			p.walk(append(path, strconv.Itoa(i)), item, visit)
		}
	}
	object, ok := v.(map[string]any)
	if !ok {
		return
	}
	visit(path, object)
	for name, below := range object {
		if name != "example" && name != "const" && name != "enum" {
			p.walk(append(path, name), below, visit)
		}
	}
}

// resolve returns what a reference leads to.
func (p *promise) resolve(to string) any {
	path := strings.Split(strings.TrimPrefix(to, "#/"), "/")
	for i, name := range path {
		path[i] = strings.NewReplacer("%20", " ", "~1", "/", "~0", "~").Replace(name)
	}
	return p.at(path)
}

// TestTheExamplesOfTheDocumentWork does with each collection what its
// operations show. Each answer is held against the document on the way.
func TestTheExamplesOfTheDocumentWork(t *testing.T) {
	s := startCollections(t, hardToDescribe(t), noRateLimit)
	p := s.promise(t)
	token := s.Issuer.Token(map[string]any{"scope": "write:announcements"})
	for path := range p.document.Paths.Map() {
		name, ok := strings.CutSuffix(strings.TrimPrefix(path, "/api/v1/"), "/{id}")
		if !ok {
			continue
		}
		t.Run(name, func(t *testing.T) {
			all, one := "/api/v1/"+name, "/api/v1/"+name+"/{id}"
			body := p.example(all, "post", "application/json")
			if body == "" {
				if name != "problems" {
					t.Error("there is no example of a body")
				}
				return
			}
			created := s.do(t, call{Method: "POST", Path: all, Token: token, Body: body, Header: ofType("application/json")})
			mustBe(t, created, http.StatusCreated)
			at := created.Header.Get("Location")
			for _, query := range []string{"", "?include=can", "?fields=id", "?fields=createdAt&include=can"} {
				mustBe(t, s.get(t, at+query, token), http.StatusOK)
				mustBe(t, s.get(t, all+query, token), http.StatusOK)
			}
			mustBe(t, s.get(t, all+"?limit=1&sort=-createdAt&count=exact&filter[createdAt][gte]=2026-01-01T00:00:00Z", token), http.StatusOK)
			mustBe(t, s.do(t, call{Path: at, Token: token, Header: http.Header{"If-None-Match": {created.Header.Get("ETag")}}}), http.StatusNotModified)
			mustBe(t, s.do(t, call{Method: "PUT", Path: at, Token: token, Body: s.get(t, at, token).Body, Header: ofType("application/json")}), http.StatusOK)
			for _, form := range []string{"application/merge-patch+json", "application/json", "application/json-patch+json"} {
				if patch := p.example(one, "patch", form); patch != "" {
					mustBe(t, s.do(t, call{Method: "PATCH", Path: at, Token: token, Body: patch, Header: ofType(form)}), http.StatusOK)
				}
			}
			mustBe(t, s.do(t, call{Method: "DELETE", Path: at, Token: token, Header: http.Header{"If-Match": {`"1-none"`}}}), http.StatusPreconditionFailed)
			mustBe(t, s.do(t, call{Method: "DELETE", Path: at, Token: token}), http.StatusNoContent)
		})
	}
	mustBe(t, s.get(t, "/api/v1/collections", ""), http.StatusOK)
	mustBe(t, s.get(t, "/api/v1/me", token), http.StatusOK)
	mustBe(t, s.get(t, "/api/v1/me/export", token), http.StatusOK)
	mustBe(t, s.do(t, call{Method: "DELETE", Path: "/api/v1/me/data", Token: token}), http.StatusOK)
	batch := `{"requests":[{"method":"POST","path":"/notes","body":{"title":"a"}},{"method":"POST","path":"/tasks","body":{}}]}`
	mustBe(t, s.do(t, call{Method: "POST", Path: "/api/v1/batch", Token: token, Body: batch, Header: ofType("application/json")}), http.StatusOK)
}

func ofType(mediaType string) http.Header { return http.Header{"Content-Type": {mediaType}} }

func mustBe(t testing.TB, a answer, status int) {
	t.Helper()
	if a.Status != status {
		t.Errorf("it answered %d, want %d: %s", a.Status, status, a.Body)
	}
}

// example is that of a request's body, or empty.
func (p *promise) example(path, method, mediaType string) string {
	example := p.at([]string{"paths", path, method, "requestBody", "content", mediaType, "example"})
	if example == nil {
		return ""
	}
	text, _ := json.Marshal(example)
	return string(text)
}

// TestTheDocumentIsTheSameInYAML lets a reader of others read both.
func TestTheDocumentIsTheSameInYAML(t *testing.T) {
	s := startCollections(t, hardToDescribe(t))
	var texts []string
	for _, path := range []string{"/openapi.json", "/openapi.yaml"} {
		document, err := openapi3.NewLoader().LoadFromData([]byte(s.get(t, path, "").Body))
		if err != nil {
			t.Fatal(err)
		}
		text, err := document.MarshalJSON()
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	if texts[0] != texts[1] {
		t.Errorf("in JSON:\n%s\nin YAML:\n%s", texts[0], texts[1])
	}
}
