package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/store/pgtest"
	"github.com/postern-dev/postern/transfer"
)

func TestMain(m *testing.M) {
	if url := os.Getenv("TRANSFER_TEST_IMPORT"); url != "" {
		os.Exit(importAsChild(url))
	}
	pgtest.Main(m)
}

// quiet is a log that nobody reads.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

var (
	ada = collection.Owner{Issuer: "https://one.example/", Subject: "auth0|ada"}
	// eve has ada's name at another issuer.
	eve = collection.Owner{Issuer: "https://two.example/", Subject: "auth0|ada"}
)

// at is the moment of every export here.
var at = time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)

func value(text string) jsonvalue.Value {
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		panic(fmt.Sprint(text, ": ", err))
	}
	return v
}

// declared are notes, with an index, a unique and people whom documents name,
// and tags, about which nothing is known.
func declared() []*collection.Collection {
	titled, problems := schema.Compile(value(`{"type":"object","properties":{"title":{"type":"string","maxLength":40},
		"slug":{"type":"string"},"rank":{"type":"number"},"due":{"type":["string","null"],"format":"date-time"}}}`))
	if len(problems) > 0 {
		panic(problems[0].Detail)
	}
	path := func(name string) collection.Path { return collection.Path{name} }
	own := collection.Rule{Kind: collection.OwnerOnly}
	shared := collection.Rule{Kind: collection.Any, Of: []collection.Rule{own, {Kind: collection.Member, Path: path("editors")}}}
	notes := &collection.Collection{
		Name: "notes", Schema: titled, Owned: true, ID: collection.AnyID, Read: shared, Create: own, Update: own, Delete: own,
		Indexes: []collection.Index{{Keys: []collection.SortKey{{Path: path("due"), Desc: true}, {Path: path("rank")}}}},
		Unique:  []collection.Unique{{PerOwner: true, Paths: []collection.Path{path("slug")}}},
	}
	tags := &collection.Collection{Name: "tags", Schema: schema.Any(), ID: collection.AnyID, Read: own, Create: own, Update: own, Delete: own}
	return []*collection.Collection{tags, notes}
}

func sqliteURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

func postgresURL(t testing.TB) string { return pgtest.URL(t) }

// open opens the database until the test ends.
func open(t testing.TB, url string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	if err := s.Declare(t.Context(), declared()); err != nil {
		t.Fatal(err)
	}
	return s
}

// document is the nth of a collection, different from all others.
func document(n int, body string) *collection.Document {
	made := at.Add(-time.Duration(n) * time.Millisecond)
	return &collection.Document{
		ID: fmt.Sprintf("%07d", n), Owner: []collection.Owner{ada, eve, {}}[n%3], Version: int64(1 + n%7), Birth: fmt.Sprintf("%04x", n&0xffff),
		CreatedAt: made, UpdatedAt: made.Add(time.Duration(n%5) * time.Hour), Body: value(body),
	}
}

// bodies are awkward ones.
var bodies = []string{
	`{"title":"milk","slug":"s%d","due":"2026-01-31T12:00:00+02:00","rank":12345678901234567890.10,"editors":["auth0|eve","auth0|bob"]}`,
	`{"title":"<&> \"é\" \u2028 🦉","slug":"s%d","due":null,"rank":1e2,"":{"":[[],{},null,true,-0.0]}}`,
	`{"title":"\u0001\n\\","slug":"s%d","rank":-0.000000000000000000001,"z":1,"a":2}`,
}

func note(n int) *collection.Document { return document(n, fmt.Sprintf(bodies[n%len(bodies)], n)) }

// fill writes n notes and three tags.
func fill(t testing.TB, s *store.Store, n int) {
	t.Helper()
	list := declared()
	for from := 0; from < n; from += 500 {
		insert(t, s, list[1], func(add func(*collection.Document)) {
			for i := from; i < min(n, from+500); i++ {
				add(note(i))
			}
		})
	}
	insert(t, s, list[0], func(add func(*collection.Document)) {
		for i := range 3 {
			add(document(i, `{"big":`+strings.Repeat("9", 200)+`}`))
		}
	})
}

func insert(t testing.TB, s *store.Store, c *collection.Collection, each func(func(*collection.Document))) {
	t.Helper()
	err := s.Write(context.Background(), func(tx collection.Tx) (err error) {
		each(func(d *collection.Document) { err = errors.Join(err, tx.Insert(c, d)) })
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func export(t testing.TB, s transfer.Source) []byte {
	t.Helper()
	var file bytes.Buffer
	if _, err := transfer.Export(t.Context(), s, &file, transfer.Exporting{Collections: declared(), At: at}); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func importing(change ...func(*transfer.Importing)) transfer.Importing {
	o := transfer.Importing{Collections: declared(), Writers: 2}
	for _, f := range change {
		f(&o)
	}
	return o
}

// sample is a small file: six notes, three tags.
func sample(t testing.TB) []byte {
	t.Helper()
	s := open(t, sqliteURL(t))
	fill(t, s, 6)
	return export(t, s)
}
