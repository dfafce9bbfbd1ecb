package postman_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/postman"
)

// small is a document with one collection and what a run has to take care of.
const small = `{"openapi":"3.1.0","info":{"title":"T","version":"1","description":"D <b>"},
"tags":[{"name":"identity"},{"name":"notes","description":"N"},{"name":"empty"}],
"components":{"parameters":{"IfMatch":{"name":"If-Match","in":"header"}}},
"paths":{
"/api/v1/me":{"get":{"operationId":"me","summary":"Who","tags":["identity"],"security":[{"bearer":[]}],"responses":{"200":{},"401":{}}}},
"/healthz":{"get":{"operationId":"health","summary":"Lives","tags":["identity"],"security":[],"responses":{"200":{}}}},
"/api/v1/me/data":{"delete":{"operationId":"eraseMine","summary":"Erase","tags":["identity"],"security":[{"bearer":[]}],"responses":{"200":{}}}},
"/api/v1/batch":{"post":{"operationId":"batch","summary":"Batch","tags":["identity"],"security":[{},{"bearer":[]}],"requestBody":{"content":{"application/json":{}}},"responses":{"200":{}}}},
"/api/v1/notes/{id}":{
 "delete":{"operationId":"deleteNote","summary":"Delete","tags":["notes"],"security":[{"bearer":[]}],"parameters":[{"name":"id","in":"path","required":true,"example":"x"},{"$ref":"#/components/parameters/IfMatch"}],"responses":{"204":{},"404":{}}},
 "get":{"operationId":"getNote","summary":"Read","tags":["notes"],"security":[{"bearer":[]}],"parameters":[{"name":"id","in":"path","required":true}],"responses":{"200":{},"304":{}}}},
"/api/v1/notes":{
 "get":{"operationId":"listNotes","summary":"List","tags":["notes"],"security":[{"bearer":[]}],"parameters":[{"name":"limit","in":"query","example":50}],"responses":{"200":{}}},
 "post":{"operationId":"createNote","summary":"Create","tags":["notes"],"security":[{"bearer":[]}],"requestBody":{"content":{"application/json":{"example":{"title":"a<b"}}}},"responses":{"201":{}}}},
"/api/v1/changes":{"get":{"operationId":"follow","summary":"Follow","tags":["identity"],"security":[{},{"bearer":[]}],"parameters":[{"name":"collections","in":"query","required":true}],"responses":{"200":{}}}}
}}`

type wire struct {
	Info struct{ Name, Schema string }
	Item []struct {
		Name string
		Item []struct {
			Name    string
			Request struct {
				Method string
				Auth   *struct{ Type string }
				Header []struct {
					Key, Value string
					Disabled   bool
				}
				URL struct {
					Raw      string
					Variable []struct{ Key, Value string }
					Query    []struct {
						Key, Value string
						Disabled   bool
					}
				}
				Body *struct{ Raw string }
			}
			Event []struct {
				Listen string
				Script struct{ Exec []string }
			}
		}
	}
}

func TestCollection(t *testing.T) {
	t.Parallel()
	text, err := postman.Collection([]byte(small))
	if err != nil {
		t.Fatal(err)
	}
	var c wire
	if err := json.Unmarshal(text, &c); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range c.Item {
		for _, i := range f.Item {
			line := fmt.Sprintf("%s: %s %s", f.Name, i.Request.Method, i.Request.URL.Raw)
			if i.Request.Auth != nil {
				line += " " + i.Request.Auth.Type
			}
			for _, v := range i.Request.URL.Variable {
				line += " " + v.Key + "=" + v.Value
			}
			for _, h := range i.Request.Header {
				line += " " + h.Key + ": " + h.Value
			}
			if i.Request.Body != nil {
				line += " " + strings.Join(strings.Fields(i.Request.Body.Raw), "")
			}
			got = append(got, line)
		}
	}
	want := []string{
		`identity: POST {{baseUrl}}/api/v1/batch Content-Type: application/json {"requests":[{"body":{"title":"a<b"},"method":"POST","path":"/notes"},{"body":{"title":"a<b"},"method":"POST","path":"/notes"}]}`,
		`identity: GET {{baseUrl}}/api/v1/changes?collections=notes`,
		`identity: GET {{baseUrl}}/api/v1/me`,
		`identity: GET {{baseUrl}}/healthz noauth`,
		`identity: DELETE {{baseUrl}}/api/v1/me/data`,
		`notes: POST {{baseUrl}}/api/v1/notes Content-Type: application/json {"title":"a<b"}`,
		`notes: GET {{baseUrl}}/api/v1/notes`,
		`notes: GET {{baseUrl}}/api/v1/notes/:id id={{notesId}}`,
		`notes: DELETE {{baseUrl}}/api/v1/notes/:id id={{notesId}} If-Match: {{notesETag}}`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if c.Info.Name != "T" || !strings.HasSuffix(c.Info.Schema, "/v2.1.0/collection.json") {
		t.Errorf("the collection is %+v", c.Info)
	}
	if again, _ := postman.Collection([]byte(small)); string(again) != string(text) {
		t.Error("the same document gives another collection")
	}
	erase := c.Item[0].Item[4].Event
	if len(erase) != 2 || !strings.Contains(strings.Join(erase[1].Script.Exec, "\n"), "skipRequest") {
		t.Errorf("whoever runs all requests loses everything: %+v", erase)
	}
}

func TestADocumentThatIsNone(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "[]", `{"paths":{"/":{"get":[]}}}`,
		`{"paths":{"/":{"get":{"parameters":[{"$ref":"#/components/parameters/Lost"}]}}}}`} {
		if _, err := postman.Collection([]byte(text)); err == nil {
			t.Errorf("took %s", text)
		}
	}
}

func TestEnvironmentHidesSecrets(t *testing.T) {
	t.Parallel()
	text, err := postman.Environment{Name: "n", BaseURL: "https://a", ClientSecret: "s"}.File()
	if err != nil {
		t.Fatal(err)
	}
	var e struct {
		Name   string
		Values []struct{ Key, Value, Type string }
	}
	if err := json.Unmarshal(text, &e); err != nil {
		t.Fatal(err)
	}
	for _, v := range e.Values {
		if secret := v.Key == "accessToken" || v.Key == "clientSecret"; secret != (v.Type == "secret") {
			t.Errorf("%+v", v)
		}
	}
}

func FuzzCollection(f *testing.F) {
	f.Add(small)
	f.Fuzz(func(t *testing.T, text string) {
		out, err := postman.Collection([]byte(text))
		if err == nil && !json.Valid(out) {
			t.Errorf("wrote %s", out)
		}
	})
}
