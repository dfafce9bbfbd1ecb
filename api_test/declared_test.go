package api_test

import (
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/jsonvalue"
)

// mustSchema compiles a schema that is written down here.
func mustSchema(t testing.TB, text string) *schema.Schema {
	t.Helper()
	source, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	s, problems := schema.Compile(source)
	if len(problems) > 0 {
		t.Fatalf("schema: %v", problems)
	}
	return s
}

// notes belong to whoever makes them.
func notes(t testing.TB) *collection.Collection {
	return &collection.Collection{
		Name: "notes", ID: collection.UUIDv7, Owned: true,
		Schema: mustSchema(t, `{"type":"object","required":["title"],"additionalProperties":false,"properties":{
			"title":{"type":"string","minLength":1,"maxLength":80},"done":{"type":"boolean"},
			"slug":{"type":"string"},"project":{"type":"string"},"priority":{"type":"number"},
			"due":{"type":"string","format":"date-time"},"tags":{"type":"array","items":{"type":"string"}}}}`),
		Read: owner, Create: owner, Update: owner, Delete: owner,
		Indexes: []collection.Index{
			{Keys: []collection.SortKey{{Path: collection.Path{"done"}}}},
			{Keys: []collection.SortKey{{Path: collection.Path{"project"}}, {Path: collection.Path{"due"}, Desc: true}}},
		},
		Unique: []collection.Unique{{PerOwner: true, Paths: []collection.Path{{"slug"}}}},
	}
}

// announcements are for everybody to read, and for a scope to write.
func announcements(t testing.TB) *collection.Collection {
	write := collection.Rule{Kind: collection.Scope, Name: "write:announcements"}
	return &collection.Collection{
		Name: "announcements", ID: collection.Slug, Schema: mustSchema(t, `{"type":"object","properties":{"text":{"type":"string"}}}`),
		Read: collection.Rule{Kind: collection.Public}, Create: write, Update: write, Delete: write,
	}
}

// tasks are shared among those whom they name; only their owner removes them.
func tasks(t testing.TB) *collection.Collection {
	shared := collection.Rule{Kind: collection.Any, Of: []collection.Rule{owner,
		{Kind: collection.Member, Path: collection.Path{"editors"}}}}
	return &collection.Collection{
		Name: "tasks", ID: collection.AnyID, Owned: true, ShowOwner: true,
		Schema: mustSchema(t, `{"type":"object","properties":{"title":{"type":"string"},
			"editors":{"type":"array","items":{"type":"string"}}}}`),
		Read: shared, Create: owner, Update: shared, Delete: owner,
	}
}

var owner = collection.Rule{Kind: collection.OwnerOnly}

// startDeclared runs a server with these three collections on a new database.
func startDeclared(t testing.TB, changes ...change) *server {
	t.Helper()
	return startCollections(t, declared(t), changes...)
}

func declared(t testing.TB) []*collection.Collection {
	return []*collection.Collection{notes(t), announcements(t), tasks(t)}
}

// onSQLite keeps the documents of one test in a file of its own.
func onSQLite(t testing.TB) change {
	path := t.TempDir() + "/test.db"
	return func(s *config.Settings) { s.DatabaseURL = "sqlite:" + path }
}
