package describe_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern"
	"github.com/postern-dev/postern/api/describe"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/yamltree"
)

// one returns a collection with this schema.
func one(t *testing.T, name, text string) *collection.Collection {
	t.Helper()
	source, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Compile(source)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	return &collection.Collection{Name: name, Schema: s, ID: collection.UUIDv7}
}

// documentOf describes collections beside the fixed routes.
func documentOf(t *testing.T, collections ...*collection.Collection) (describe.Document, jsonvalue.Value) {
	t.Helper()
	document, err := describe.Deployment{Fixed: postern.OpenAPI, Collections: collections}.Document()
	if err != nil {
		t.Fatal(err)
	}
	v, err := jsonvalue.Parse(document.JSON(), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return document, v
}

func at(t *testing.T, v jsonvalue.Value, path ...string) string {
	t.Helper()
	found, ok := v.At(path)
	if !ok {
		t.Errorf("there is nothing at %v", path)
	}
	return string(found.Append(nil))
}

func TestWithoutCollectionsNothingOfThemIsThere(t *testing.T) {
	document, v := documentOf(t)
	text := string(document.JSON())
	for _, gone := range []string{"/api/v1/batch", "/api/v1/me/export", "Idempotency-Key", "JSONPatch", "x-postern-with"} {
		if strings.Contains(text, gone) {
			t.Errorf("there is %s", gone)
		}
	}
	if at(t, v, "paths", "/api/v1/me", "get", "operationId") != `"me"` {
		t.Error("what is fixed has gone, too")
	}
	if _, with := documentOf(t, one(t, "notes", `{"type":"object"}`)); strings.Contains(string(with.Append(nil)), "x-postern-with") {
		t.Error("the marks are still there")
	}
}

func TestAFileThatIsNoYAMLIsAnError(t *testing.T) {
	for _, fixed := range []string{"a: [", "a: &b 1\nc: *b", "- 1"} {
		if _, err := (describe.Deployment{Fixed: []byte(fixed)}).Document(); err == nil || !strings.Contains(err.Error(), "OpenAPI document") {
			t.Errorf("%q: %v", fixed, err)
		}
	}
}

func TestNames(t *testing.T) {
	for _, tt := range []struct{ collections, types string }{
		{"notes", "Note"}, {"news", "News"}, {"companies", "Company"}, {"addresses", "Address"}, {"boxes", "Box"}, {"status", "Status"},
		{"to-do_items", "ToDoItem"}, {"data", "Data"}, {"s", "S"}, {"series", "Series"}, {"x1", "X1"},
		{"note notes", "Note Notes"}, {"my-notes my_notes", "MyNote MyNotes2"}, {"a-b a_b ab-", "AB AB2 Ab"},
		{"problems", "Problems2"}, {"messages", "Messages"}, {"notes note-documents", "Note NoteDocuments"},
		{"pages extents", "Pages Extents"},
	} {
		var all []*collection.Collection
		for _, name := range strings.Fields(tt.collections) {
			all = append(all, one(t, name, `{"type":"object"}`))
		}
		_, v := documentOf(t, all...)
		for i, name := range strings.Fields(tt.types) {
			create := at(t, v, "paths", "/api/v1/"+all[i].Name, "post", "operationId")
			if create != `"create`+name+`"` {
				t.Errorf("%s of %q: %s, want %s", all[i].Name, tt.collections, create, name)
			}
		}
	}
}

func TestSecurity(t *testing.T) {
	scope := func(name string) collection.Rule { return collection.Rule{Kind: collection.Scope, Name: name} }
	of := func(kind collection.RuleKind, rules ...collection.Rule) collection.Rule {
		return collection.Rule{Kind: kind, Of: rules}
	}
	owner, member := collection.Rule{Kind: collection.OwnerOnly}, collection.Rule{Kind: collection.Member, Path: collection.Path{"editors"}}
	many := of(collection.Any, scope("a"), scope("b"), scope("c"), scope("d"), scope("e"))
	for _, tt := range []struct {
		rule collection.Rule
		want string
	}{
		{collection.Rule{}, `[{"bearer":[]}]`},
		{collection.Rule{Kind: collection.Public}, `[{},{"bearer":[]}]`},
		{collection.Rule{Kind: collection.Authenticated}, `[{"bearer":[]}]`},
		{owner, `[{"bearer":[]}]`},
		{scope("read:notes"), `[{"bearer":["read:notes"]}]`},
		{collection.Rule{Kind: collection.Permission, Name: "read:notes"}, `[{"bearer":["read:notes"]}]`},
		{of(collection.Any, owner, member, scope("b")), `[{"bearer":[]},{"bearer":["b"]}]`},
		{of(collection.All, scope("b"), owner, scope("a"), scope("b")), `[{"bearer":["a","b"]}]`},
		{of(collection.All, of(collection.Any, scope("a"), scope("b")), scope("c")), `[{"bearer":["a","c"]},{"bearer":["b","c"]}]`},
		{of(collection.All, owner, collection.Rule{}), `[{"bearer":[]}]`},
		{of(collection.Any, collection.Rule{Kind: collection.Public}, scope("a")), `[{},{"bearer":[]},{"bearer":["a"]}]`},
		{of(collection.All, many, many, many), `[{"bearer":[]}]`},
	} {
		c := one(t, "notes", `{"type":"object"}`)
		c.Create = tt.rule
		_, v := documentOf(t, c)
		if got := at(t, v, "paths", "/api/v1/notes", "post", "security"); got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.rule, got, tt.want)
		}
		if got, want := at(t, v, "paths", "/api/v1/notes", "post", "x-postern-rule"), `"create: `+tt.rule.String()+`"`; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

func TestExamplesOfBodies(t *testing.T) {
	for _, tt := range []struct{ schema, want string }{
		{`{"type":"object","required":["a"],"properties":{"dueDate":{"type":"string"},"a":{"type":"string","maxLength":3,"minLength":2}}}`, `{"dueDate":"Due date","a":"A A"}`},
		{`{"type":"object","properties":{"n":{"type":"integer","minimum":5},"m":{"type":"number","exclusiveMinimum":2},"o":{"multipleOf":3,"type":"integer"}}}`, `{"n":5,"m":3,"o":3}`},
		{`{"type":"object","properties":{"a":{"enum":[null,1]},"b":{"const":1.50},"c":{"type":["boolean","null"]},"d":{"type":"null"}}}`, `{"a":null,"b":1.50,"c":false,"d":null}`},
		{`{"type":"object","properties":{"at":{"type":"string","format":"date-time"},"by":{"type":"string","format":"email"},"tags":{"type":"array","items":{"type":"string"}}}}`,
			`{"at":"2026-01-31T12:00:00Z","by":"ada@example.com","tags":["Tags"]}`},
		{`{"type":"object","properties":{"a":{"$ref":"#/$defs/x~1y"}},"$defs":{"x/y":{"type":"object","properties":{"b":{"default":7}}}}}`, `{"a":{"b":7}}`},
		{`{"type":"object","properties":{"a":{"type":"string","pattern":"^[A-Z]$"},"b":{"type":"boolean"}}}`, `{}`},
		{`{"type":"object","required":["a"],"properties":{"a":{"type":"string","pattern":"^[A-Z]$"}}}`, ``},
		{`{"type":"object","required":["a"],"properties":{"a":{"type":"string","minLength":100000}}}`, ``},
		{`{"type":"object","required":["a"],"properties":{"a":{"$ref":"#"}}}`, ``},
		{`{"type":"object","examples":[{"a":"by hand"}],"properties":{"a":{"type":"string"}}}`, `{"a":"by hand"}`},
		{`{"type":"object","allOf":[{"required":["a"],"properties":{"a":{"type":"boolean"}}}],"properties":{"b":{"type":"boolean"}}}`, `{"a":false,"b":false}`},
		{`{"type":"object","properties":{"a":{"type":"array","items":{"type":"integer"},"minItems":3}}}`, `{"a":[1,1,1]}`},
	} {
		_, v := documentOf(t, one(t, "notes", tt.schema))
		example, _ := v.At([]string{"paths", "/api/v1/notes", "post", "requestBody", "content", "application/json", "example"})
		got := string(example.Append(nil))
		if example.Kind() == jsonvalue.Null {
			got = ""
		}
		if got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.schema, got, tt.want)
		}
	}
	seeded := one(t, "notes", `{"type":"object","properties":{"a":{"type":"string"}}}`)
	seeded.Seed = []jsonvalue.Value{jsonvalue.ObjectOf(jsonvalue.Member{Name: "a", Value: jsonvalue.String("planted")})}
	_, v := documentOf(t, seeded)
	if got := at(t, v, "paths", "/api/v1/notes", "post", "requestBody", "content", "application/json", "example"); got != `{"a":"planted"}` {
		t.Errorf("got %s, want the seed", got)
	}
}

func TestParametersOfALongSchemaAreBounded(t *testing.T) {
	var properties []string
	for i := range 400 {
		properties = append(properties, `"m`+strings.Repeat("x", i)+`":{"type":"string"}`)
	}
	_, v := documentOf(t, one(t, "notes", `{"type":"object","properties":{`+strings.Join(properties, ",")+`}}`))
	parameters, _ := v.At([]string{"paths", "/api/v1/notes", "get", "parameters"})
	if n := len(parameters.Items()); n < 100 || n > 120 {
		t.Errorf("there are %d parameters", n)
	}
}

// TestYAMLIsTheSameValue reads back what was written, with every digit.
func TestYAMLIsTheSameValue(t *testing.T) {
	odd := one(t, "notes", `{"type":"object","properties":{"no":{"const":"yes"},"1":{"enum":["012","1e3","2026-01-01","~","","- a","a: b","a #b","%","'","\"","é","😀","a\nb\n"," a\n","a\n\n b\n","\t\n",
		1.10,123456789012345678901234567890,-0.0,1e400,true,null,[],{},[[]],[[1,[2]],{"a":[]}]]},"a b":{},"é":true,"":{},"?":{},"null":{},"<<":{}}}`)
	odd.Description = "One line.\n  Another one.\n"
	for _, collections := range [][]*collection.Collection{nil, {odd}} {
		document, v := documentOf(t, collections...)
		tree, faults := yamltree.Read(document.YAML())
		if len(faults) > 0 {
			t.Fatalf("%v\n%s", faults, document.YAML())
		}
		back, faults := tree.JSON()
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		if got, want := string(back.Append(nil)), string(v.Append(nil)); got != want {
			i := 0
			for i < min(len(got), len(want)) && got[i] == want[i] {
				i++
			}
			t.Errorf("from byte %d on: got %.200s, want %.200s", i, got[max(0, i-20):], want[max(0, i-20):])
		}
	}
}

func TestTagsAreThereOnce(t *testing.T) {
	_, v := documentOf(t, one(t, "messages", `{"type":"object"}`), one(t, "notes", `{"type":"object"}`))
	tags, _ := v.Get("tags")
	var names []string
	for _, tag := range tags.Items() {
		name, _ := tag.Get("name")
		names = append(names, name.Text())
	}
	slices.Sort(names)
	if !slices.Equal(names, slices.Compact(slices.Clone(names))) || !slices.Contains(names, "notes") {
		t.Errorf("the tags are %v", names)
	}
}
