package query_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/seal"
)

// schema is a schema as far as lists need one.
type schema struct {
	collection.Schema
	types map[string]collection.Type
	open  bool // other members are fine, and of any type
}

func (s schema) Type(path collection.Path) (collection.Type, bool) {
	t, ok := s.types[path.String()]
	return t, ok || s.open
}

func (s schema) Paths() []string {
	var list []string
	for name := range s.types {
		list = append(list, name)
	}
	slices.Sort(list)
	return list
}

// noteTypes has a member of each type.
func noteTypes() map[string]collection.Type {
	return map[string]collection.Type{
		"title": collection.Text, "slug": collection.Text, "done": collection.BoolType, "rank": collection.IntegerType,
		"price": collection.NumberType, "due": collection.DateTime, "day": collection.Date, "tags": collection.List,
		"place": collection.Object, "place.city": collection.Text, "place.size": collection.NumberType, "extra": collection.Unknown,
	}
}

// notes is a collection of documents that belong to their makers.
func notes(indexes ...string) *collection.Collection {
	c := &collection.Collection{Name: "notes", Schema: schema{types: noteTypes()}, Owned: true, ID: collection.AnyID, Read: collection.Rule{Kind: collection.OwnerOnly}}
	for _, index := range indexes {
		c.Indexes = append(c.Indexes, indexOf(index))
	}
	return c
}

// indexOf reads "done, -due".
func indexOf(text string) (index collection.Index) {
	for _, name := range strings.Split(text, ", ") {
		path, desc := strings.CutPrefix(name, "-")
		index.Keys = append(index.Keys, collection.SortKey{Path: collection.ParsePath(path), Desc: desc})
	}
	return index
}

func ada() collection.Caller {
	return collection.Caller{Owner: collection.Owner{Issuer: "https://issuer.example/", Subject: "ada"}}
}

func bob() collection.Caller {
	return collection.Caller{Owner: collection.Owner{Issuer: "https://issuer.example/", Subject: "bob"}}
}

// note is a document of ada's.
func note(t testing.TB, id, body string) *collection.Document {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(body), jsonvalue.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", body, err)
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	return &collection.Document{ID: id, Owner: ada().Owner, Version: 1, Birth: "abcd", CreatedAt: at, UpdatedAt: at, Body: v}
}

// manyNotes numbers n notes from 0: done alternates, rank is the number.
func manyNotes(t testing.TB, n int) *memory {
	t.Helper()
	m := newMemory()
	for i := range n {
		id := fmt.Sprintf("n%05d", i)
		m.documents[id] = note(t, id, fmt.Sprintf(`{"done": %t, "rank": %d, "title": "t%d"}`, i%2 == 0, i, i%7))
	}
	return m
}

func sealer(t testing.TB) *seal.Sealer {
	t.Helper()
	s, err := seal.New(bytes.Repeat([]byte{7}, seal.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// parse reads a query that has to be right.
func parse(t testing.TB, c *collection.Collection, raw string, limits query.Limits) *query.Query {
	t.Helper()
	q, err := query.ParseRaw(c, raw, limits)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return q
}

// list finds a page of ada's notes.
func list(t testing.TB, store collection.Store, c *collection.Collection, raw string, limits query.Limits) (*query.Page, error) {
	t.Helper()
	return query.List(t.Context(), store, sealer(t), c, ada(), parse(t, c, raw, limits))
}

// page is list where nothing may go wrong.
func page(t testing.TB, store collection.Store, c *collection.Collection, raw string) *query.Page {
	t.Helper()
	p, err := list(t, store, c, raw, query.Limits{})
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return p
}

// ids are those of the documents, with spaces between them.
func ids(documents []*collection.Document) string {
	var list []string
	for _, d := range documents {
		list = append(list, d.ID)
	}
	return strings.Join(list, " ")
}
