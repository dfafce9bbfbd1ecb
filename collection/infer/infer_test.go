package infer_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/infer"
)

func from(t testing.TB, text string) *infer.Database {
	t.Helper()
	db, err := infer.FromDatabase([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	check(t, db)
	return db
}

// check holds documents against the collections that were made for them.
func check(t testing.TB, db *infer.Database) {
	t.Helper()
	for _, c := range db.Collections {
		for _, d := range db.Documents[c.Name] {
			if violations := c.Schema.Validate(d.Body); len(violations) > 0 {
				t.Errorf("%s: %s: %v in\n%s", c.Name, d.Body.Append(nil), violations, db.YAML)
			}
		}
	}
	if len(db.Collections) != len(db.Documents) {
		t.Errorf("%d collections for %d lists", len(db.Collections), len(db.Documents))
	}
}

func TestFromDatabase(t *testing.T) {
	db := from(t, `{
  "posts": [
    {"id": 1, "title": "a", "views": 100, "at": "2026-01-31T12:00:00Z", "tags": ["x"], "author": {"name": "Ada", "age": 36}},
    {"id": 2, "title": "b", "views": 1.5, "at": "2026-02-01T12:00:00+01:00", "tags": [], "author": {"name": "Bob"}, "note": null}
  ],
  "Comments!": [{"id": "a1", "postId": 1, "day": "2026-01-31", "owner": "ada", "version": 3, "n": 12345678901234567890}],
  "profile": {"name": "typicode"},
  "tags": ["a", "b"],
  "me": [],
  "users": [{"name": "x"}, {"id": "a b"}, {"id": "u"}, {"id": "u"}]
}`)
	const want = `collections:
  posts:
    read: authenticated
    write: authenticated
    id: {format: any}
    schema:
      type: object
      required: [title, views, at, tags, author]
      properties:
        title: {type: string}
        views: {type: number}
        at: {type: string, format: date-time}
        tags: {type: array, items: {type: string}}
        author:
          type: object
          required: [name]
          properties: {name: {type: string}, age: {type: integer}}
        note: {type: "null"}
      additionalProperties: true
  comments:
    read: authenticated
    write: authenticated
    id: {format: any}
    schema:
      type: object
      required: [postId, day, owner_, version_, "n"]
      properties:
        postId: {type: integer}
        day: {type: string, format: date}
        owner_: {type: string}
        version_: {type: integer}
        "n": {type: integer}
      additionalProperties: true
  me-list:
    read: authenticated
    write: authenticated
    schema: {type: object, additionalProperties: true}
  users:
    read: authenticated
    write: authenticated
    id: {format: any}
    schema:
      type: object
      properties: {name: {type: string}}
      additionalProperties: true
`
	if _, got, _ := strings.Cut(string(db.YAML), "owner.\n"); got != want {
		t.Errorf("got\n%s", got)
	}
	if got := fmt.Sprint(db.Documents["posts"][1].ID, " ", string(db.Documents["posts"][1].Body.Append(nil))); got !=
		`2 {"title":"b","views":1.5,"at":"2026-02-01T12:00:00+01:00","tags":[],"author":{"name":"Bob"},"note":null}` {
		t.Error(got)
	}
	if got := string(db.Documents["comments"][0].Body.Append(nil)); got != `{"postId":1,"day":"2026-01-31","owner_":"ada","version_":3,"n":12345678901234567890}` {
		t.Error(got)
	}
	if c := db.Collections[0]; c.Read.Kind != collection.Authenticated || c.Delete.Kind != collection.Authenticated || c.ID != collection.AnyID || c.Owned {
		t.Errorf("got %+v", c)
	}
	notes := strings.Join(db.Notes, "\n")
	for _, want := range []string{
		`posts: ids are strings here, so that 1 is "1"`, `"Comments!" is the collection comments here`,
		"comments: the member owner is called owner_ here, since the server fills owner", "comments: the member version is called version_",
		`"profile" is left out: it is no list`, `"tags" is left out: it is a list of other things than objects`, `"me" is the collection me-list here`,
		"users: an id with other characters", "users: an id that another document has",
	} {
		if !strings.Contains(notes, want) {
			t.Errorf("no note %q in\n%s", want, notes)
		}
	}
	if len(db.Notes) != 9 {
		t.Errorf("%d notes:\n%s", len(db.Notes), notes)
	}
}

func TestAwkwardFiles(t *testing.T) {
	for name, text := range map[string]string{
		"names alike":        `{"Notes":[{"a":1}],"notes":[{"b":1}],"NOTES":[],"` + strings.Repeat("n", 50) + `":[],"` + strings.Repeat("n", 60) + `":[]}`,
		"strange members":    `{"x":[{"":1,"a b":2,"true":3,"null":4,"1":5,"a: b":6,"#":7,"é\u2028\u0085\u001f":8,"\"\\":9,"-":1,"$ref":"#/x","😀":1,"y":2,"\ufeff":3,"a\nb":4,"{":1,"~":2,"*a":3}]}`,
		"members renamed":    `{"x":[{"owner":1,"owner_":2,"owner__":3,"id":{"a":1},"can":[]}]}`,
		"all types":          `{"x":[{"a":1},{"a":"1"},{"a":null},{"a":true},{"a":[1,"x",[{}]]},{"a":{"b":1}},{"a":1.5}]}`,
		"numbers":            `{"x":[{"a":1e400,"b":-0.0,"c":1.0,"d":123456789012345678901234567890}]}`,
		"dates and not":      `{"x":[{"a":"2026-01-31","b":"2026-01-31T00:00:00Z","c":null},{"a":"","b":"2026-01-31","c":"2026-01-31"}]}`,
		"empty":              `{"x":[],"y":[{}],"z":[{},{"a":[]}]}`,
		"as deep as it goes": `{"x":[` + strings.Repeat(`{"a":`, 61) + `1` + strings.Repeat(`}`, 61) + `]}`,
	} {
		t.Run(name, func(t *testing.T) { from(t, text) })
	}
}

func TestBounds(t *testing.T) {
	var wide, lists []string
	for i := range 20_000 {
		wide = append(wide, fmt.Sprintf(`"k%d":%d`, i, i))
	}
	for i := range 210 {
		lists = append(lists, fmt.Sprintf(`"l%d":[{%s}]`, i, strings.Join(wide[:100], ",")))
	}
	db := from(t, `{"x":[{"map":{`+strings.Join(wide[:10_000], ",")+`}}]}`)
	if len(db.YAML) > 2000 || len(db.Notes) > 0 || !strings.Contains(string(db.YAML), "map: {type: object}") {
		t.Errorf("%d bytes, %v", len(db.YAML), db.Notes)
	}
	db = from(t, `{"x":[{"map":{`+strings.Join(wide, ",")+`}},{}]}`)
	if len(db.Documents["x"]) != 1 || !strings.Contains(db.Notes[0], "1 of the documents are left out: larger than 256 KiB") {
		t.Errorf("%v", db.Notes)
	}
	db = from(t, `{`+strings.Join(lists, ",")+`}`)
	notes := strings.Join(db.Notes, "\n")
	if len(db.Collections) != 200 || !strings.Contains(notes, `"l200" is left out: 200 collections are the most`) || strings.Count(notes, "schemas say nothing of") != 1 {
		t.Errorf("%d collections, %s", len(db.Collections), notes)
	}
}

func TestBadFiles(t *testing.T) {
	for text, want := range map[string]string{
		``: "is empty", `[]`: "is array, but an object with lists of objects is meant", `{}`: "has no list of objects",
		`{"a":{}}`: "has no list of objects", `{"a":[{"b":1,"b":2}]}`: `has the member "b" twice`, `{"a":[`: "ends in the middle",
	} {
		if _, err := infer.FromDatabase([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", text, err)
		}
	}
}

// FuzzFromDatabase wants all that is taken to be readable again, and valid.
func FuzzFromDatabase(f *testing.F) {
	f.Add([]byte(`{"posts":[{"id":1,"title":"a","at":"2026-01-31T12:00:00Z","b":[1,null,{"c":"2026-01-31"}]}],"Me":[{"owner":"x","a b":1e3}]}`))
	f.Add([]byte(`{"x":[{"":1,"true":null,"a: b":"#","\u2028":[[]],"$ref":{"type":1}},{"":"y"}],"y":[],"z":3}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 20_000 {
			return
		}
		db, err := infer.FromDatabase(data)
		if err != nil {
			if strings.Contains(err.Error(), "makes declarations") {
				t.Errorf("%s: %v", data, err)
			}
			return
		}
		check(t, db)
	})
}
