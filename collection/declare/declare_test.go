package declare_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/jsonvalue"
)

func TestEverythingThatCanBeDeclared(t *testing.T) {
	d := mustRead(t, `collections:
  notes:
    description: What a person writes down.
    schema:
      type: object
      required: [title]
      additionalProperties: false
      properties:
        title: {type: string, minLength: 1}
        slug: {type: [string, "null"]}
        due: {type: string, format: date}
        by: {type: object, properties: {who: {type: string}}}
        editors: {type: array, items: {type: string}}
    owner: true
    showOwner: true
    read: {any: [owner, {member: editors}, {member: by.who}, {permission: "read:all"}]}
    write: {all: [owner, {scope: write:notes}]}
    delete: nobody
    indexes: [title, [by.who, -due], -createdAt]
    unique: [[owner, slug], {on: [slug, due], reveals: true}]
    id: {format: slug}
    quota: {documents: 1000, bytes: 10MiB}
    seed:
    - title: milk
    - {title: "1", due: 2026-01-31}
  announcements:
    schema: schemas/note.json
    read: public
    write: {permission: write:announcements}
    unique: title
  open: {}
`)
	notes := d.Collection("notes")
	got := []string{
		notes.Read.String(), notes.Create.String(), notes.Update.String(), notes.Delete.String(), notes.Description,
		string(notes.ID), notes.Indexes[0].String(), notes.Indexes[1].String(), notes.Indexes[2].String(),
		notes.Unique[0].String(), notes.Unique[1].String(), string(notes.Seed[1].Append(nil)),
	}
	want := []string{
		"{any: [owner, {member: editors}, {member: by.who}, {permission: read:all}]}", "{all: [owner, {scope: write:notes}]}",
		"{all: [owner, {scope: write:notes}]}", "nobody", "What a person writes down.",
		"slug", "[title]", "[by.who, -due]", "[-createdAt]", "[owner, slug]", "[slug, due]", `{"title":"1","due":"2026-01-31"}`,
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("got %s, want %s", got[i], want[i])
		}
	}
	if !notes.Owned || !notes.ShowOwner || notes.MaxDocuments != 1000 || notes.MaxBytes != 10<<20 || notes.Line != 2 || notes.Create.Line != 17 {
		t.Errorf("got %+v", notes)
	}
	if !notes.Unique[0].PerOwner || notes.Unique[1].PerOwner || len(notes.Seed) != 2 {
		t.Errorf("got %+v", notes.Unique)
	}
	other := d.Collection("announcements")
	if other.Owned || other.ID != collection.UUIDv7 || other.Read.Kind != collection.Public || other.Delete.Kind != collection.Permission {
		t.Errorf("got %+v", other)
	}
	if typ, known := other.Schema.Type(collection.Path{"title"}); typ != collection.Text || !known {
		t.Errorf("the schema of the file says %v %v", typ, known)
	}
	open := d.Collection("open")
	if open.Read.Kind != collection.Nobody || string(open.Schema.Source()) != `{"type":"object"}` || d.Collection("nope") != nil {
		t.Errorf("got %+v", open)
	}
	if len(d.Collections) != 3 || d.Collections[1] != other {
		t.Error("the order is not that of the file")
	}
}

// The order in which members stand must not matter.
func TestUniqueIsSafeWhereAllMayRead(t *testing.T) {
	for _, rules := range []string{
		"read: public", "read: public\n    create: public", "read: authenticated", "read: authenticated\n    write: {scope: x}",
		"read: {any: [{scope: x}, public]}", "read: {any: [owner, authenticated]}", "read: {all: [public, authenticated]}",
		"read: authenticated\n    create: {all: [public, authenticated]}",
	} {
		mustRead(t, notes("    unique: [title]\n    "+rules))
	}
	for _, rules := range []string{"read: owner", "read: {all: [authenticated, owner]}", "read: authenticated\n    update: {any: [owner, public]}", "write: public"} {
		if _, mistakes := read(t, notes("    unique: [title]\n    "+rules)); len(mistakes) != 1 {
			t.Errorf("%s: %v", rules, mistakes)
		}
	}
}

func TestNothingDeclaresNothing(t *testing.T) {
	if d, mistakes := declare.Read(declare.Source{}); len(mistakes) > 0 || len(d.Collections)+len(d.Tests) > 0 {
		t.Errorf("got %v, %v", d, mistakes)
	}
}

func TestTests(t *testing.T) {
	d := mustRead(t, tests(`- as: {sub: auth0|ada, scope: "write:notes read:notes", permissions: [a, b], iss: https://login.example.com/}
  given:
    lists: [{id: l1, owner: auth0|bob, title: milk}, {title: bread}]
  do: 'PUT /lists/l1?x=1 {"title": "a {b} c", "n": 12345678901234567890}'
  expect: {status: 404, code: not_found}
- {do: GET /notes, expect: 200}
- {as: {sub: x, scope: [a, b c]}, do: DELETE /me/data, expect: 204}
`))
	first := d.Tests[0]
	if first.Method != "PUT" || first.Target != "/lists/l1?x=1" || first.Status != 404 || first.Code != "not_found" || first.Line != 5 {
		t.Errorf("got %+v", first)
	}
	if n, _ := first.Body.Get("n"); n.Text() != "12345678901234567890" {
		t.Errorf("the body is %s", first.Body.Append(nil))
	}
	as, _ := json.Marshal(first.As)
	if string(as) != `{"Subject":"auth0|ada","Issuer":"https://login.example.com/","Scopes":["write:notes","read:notes"],"Permissions":["a","b"],"Proof":false,"ACR":"","Login":null}` {
		t.Errorf("as %s", as)
	}
	if g := first.Given; len(g) != 2 || g[0].ID != "l1" || g[0].Owner != "auth0|bob" || !jsonvalue.Equal(g[0].Body, value(t, `{"title":"milk"}`)) || g[1].ID+g[1].Owner != "" {
		t.Errorf("given %+v", g)
	}
	if second := d.Tests[1]; second.As != nil || second.Body != nil || second.Status != 200 {
		t.Errorf("got %+v", second)
	}
	if third := d.Tests[2]; strings.Join(third.As.Scopes, " ") != "a b c" {
		t.Errorf("got %+v", third)
	}
}

func value(t testing.TB, text string) jsonvalue.Value {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestCleanName(t *testing.T) {
	for name, want := range map[string]string{
		"Notes": "notes", "my notes!": "my-notes", "2do": "c-2do", "": "c", "Ünïcode": "n-code", "me": "me-list", "_x_": "x", "---": "c",
		strings.Repeat("a", 60): strings.Repeat("a", 40), strings.Repeat("a", 39) + "-b": strings.Repeat("a", 39),
	} {
		if got := declare.CleanName(name); got != want {
			t.Errorf("%q becomes %q, want %q", name, got, want)
		}
	}
}

func TestCoverage(t *testing.T) {
	d := mustRead(t, `collections:
  notes: {owner: true, read: owner, create: {all: [owner, {scope: write:notes}]}}
  news: {read: public, write: {permission: write:news}}
  tasks:
    schema: {type: object, properties: {lead: {type: string}}}
    read: {member: lead}
    create: authenticated
tests:
- {as: {sub: ada}, given: {notes: [{id: n1, owner: ada}]}, do: GET /notes/n1, expect: 200}
- {as: {sub: ada}, given: {notes: [{id: n1, owner: bob}]}, do: GET /notes/n1, expect: 404}
- {as: {sub: ada, scope: "write:notes"}, do: 'POST /notes {}', expect: 201}
- {as: {sub: ada}, do: 'POST /notes {}', expect: 403}
- {do: GET /news, expect: 200}
- {as: {sub: eve, permissions: "write:news"}, do: 'PATCH /news/1 {}', expect: 404}
- {as: {sub: ada}, given: {tasks: [{id: t1, owner: bob, lead: ada}]}, do: GET /tasks/t1, expect: 200}
- {as: {sub: ada}, do: GET /tasks, expect: 200}
- {do: 'POST /tasks {}', expect: 401}
- {do: GET /me, expect: 401}
- {do: POST /tasks/t1/x, expect: 401}
`)
	var got []string
	for _, gap := range declare.Coverage(d.Tests, d.Collections) {
		got = append(got, gap.String())
	}
	want := []string{
		"notes: no test shows that create is refused where owner does not hold",
		"news: no test shows that create is allowed where {permission: write:news} holds",
		"news: no test shows that create is refused where {permission: write:news} does not hold",
		"news: no test shows that update is allowed where {permission: write:news} holds",
		"news: no test shows that update is refused where {permission: write:news} does not hold",
		"news: no test shows that delete is allowed where {permission: write:news} holds",
		"news: no test shows that delete is refused where {permission: write:news} does not hold",
		"tasks: no test shows that read is refused where {member: lead} does not hold",
		"tasks: no test shows that create is allowed where authenticated holds",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s", strings.Join(got, "\n"))
	}
}
