package declare_test

import (
	"bytes"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/yamltree"
)

// FuzzRead looks for declarations that bring the reader down, that are refused
// without a word or at lines that are not there, and that are taken though
// they cannot be used.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		notes("    read: {any: [owner, {member: editors}]}\n    indexes: [title, [n, -day]]\n    unique: [[owner, title], {on: by.who, reveals: true}]\n    seed: [{title: x}]\n"),
		notes("    id: {format: any}\n    quota: {documents: 1, bytes: 1KiB}\n    write: {all: [{scope: a}, {permission: b}]}\n"),
		tests("- {as: {sub: a, scope: b c}, given: {lists: [{id: x, owner: a}]}, do: 'PUT /lists/x {}', expect: {status: 403, code: c}}\n"),
		"collections: {a: {schema: schemas/note.json}, b: {schema: bad/keyword.yaml}}\n",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree, faults := yamltree.Read(data)
		if len(faults) > 0 || len(data) > 20_000 {
			return
		}
		collections, _ := tree.Get("collections")
		tests, _ := tree.Get("tests")
		d, mistakes := declare.Read(declare.Source{Collections: collections.Value, Tests: tests.Value, File: "f", Folder: folder()})
		for _, m := range mistakes {
			if m.Source == "" || m.Problem == "" {
				t.Errorf("a mistake without place or words: %+v", m)
			}
		}
		for _, c := range d.Collections {
			use(t, c)
		}
		declare.Coverage(d.Tests, d.Collections)
	})
}

// use does with a collection what requests do.
func use(t *testing.T, c *collection.Collection) {
	t.Helper()
	for _, p := range c.Columns() {
		if typ, known := c.TypeAt(p); typ == collection.Unknown || !known {
			t.Errorf("%s is in an index and has no type", p)
		}
	}
	ada := collection.Caller{Owner: collection.Owner{Issuer: "i", Subject: "ada"}}
	for _, o := range collection.Operations() {
		if rule := c.Rule(o); len(rule.For(ada).Terms()) > 32 || !c.Owned && rule.Mentions(collection.OwnerOnly) {
			t.Errorf("%s %s", o, rule)
		}
	}
	for _, body := range c.Seed {
		if !bytes.HasPrefix(body.Append(nil), []byte("{")) {
			t.Errorf("seed %s", body.Append(nil))
		}
	}
}
