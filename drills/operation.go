package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
)

// body is what a document of the drills has. Sum vouches for the others, so
// that half a document shows.
type body struct {
	ID      string `json:"id,omitempty"`
	Version int    `json:"version,omitempty"`
	Slug    string `json:"slug"`
	N       int    `json:"n"`
	Text    string `json:"text"`
	Sum     string `json:"sum"`
}

// written makes a body of any length up to 2,000 bytes or so.
func written(slug string, n int) body {
	b := body{Slug: slug, N: n, Text: strings.Repeat("what is said once is kept ", 1+rand.IntN(80))}
	b.Sum = b.sum()
	return b
}

func (b body) sum() string {
	return fmt.Sprintf("%x", sha256.Sum256(fmt.Appendf(nil, "%s|%d|%s", b.Slug, b.N, b.Text)))[:16]
}

// item is a document as its writer knows it.
type item struct {
	id         string
	version, n int
}

// place names an item: its collection and its slug.
type place struct{ collection, slug string }

// operation is one write: a request, and what becomes of the items that it is
// about. An after of nil is gone.
type operation struct {
	method, path, body, key string
	after                   map[place]*item
}

func text(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(err) // strings and numbers can always be written
	}
	return string(raw)
}

// next chooses what to write.
func (w *writer) next() *operation {
	w.made++
	slug := fmt.Sprintf("%s-%d", w.name, w.made)
	o := w.about(slug)
	o.key = slug
	return o
}

func (w *writer) about(slug string) *operation {
	at, old := w.any()
	choice := w.rand.IntN(10)
	if w.crowd.keeps && len(w.known) > 5*maxKnown {
		choice = 1 // a change
	}
	switch {
	case !w.crowd.keeps && old != nil && (choice == 0 || len(w.known) > maxKnown && choice < 8): // a batch makes two
		return &operation{method: "DELETE", path: "/api/v1/" + at.collection + "/" + old.id, after: map[place]*item{at: nil}}
	case old != nil && choice < 5:
		b := written(at.slug, old.n+1)
		return &operation{method: "PATCH", path: "/api/v1/" + at.collection + "/" + old.id, body: text(b),
			after: map[place]*item{at: {id: old.id, version: old.version + 1, n: b.N}}}
	case choice < 8:
		return &operation{method: "POST", path: "/api/v1/items", body: text(written(slug, 1)),
			after: map[place]*item{{"items", slug}: {version: 1, n: 1}}}
	}
	b := written(slug, 1)
	pair := map[string]any{"requests": []any{
		map[string]any{"method": "POST", "path": "/items", "body": b}, map[string]any{"method": "POST", "path": "/notes", "body": b},
	}}
	return &operation{method: "POST", path: "/api/v1/batch", body: text(pair),
		after: map[place]*item{{"items", slug}: {version: 1, n: 1}, {"notes", slug}: {version: 1, n: 1}}}
}

// any is one of the items that are there; the map's order is as good as any.
func (w *writer) any() (place, *item) {
	for at, i := range w.known {
		return at, i
	}
	return place{}, nil
}
