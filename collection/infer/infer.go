// Package infer makes declarations out of documents: it reads the file of
// json-server (db.json) and says which collections would hold what is in it.
package infer

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/declare"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/mistake"
	"github.com/postern-dev/postern/yamltree"
)

// Database is what a file of json-server amounts to.
type Database struct {
	// Collections are one for each list of objects, in the order of the file.
	Collections []*collection.Collection
	// YAML is a postern.yaml that declares them.
	YAML []byte
	// Documents are by the name of the collection, in the order of the file.
	Documents map[string][]Document
	// Notes are sentences about what is not as it was in the file.
	Notes []string
}

// Document is a document that is to be stored. Its body is valid.
type Document struct {
	// ID is empty where the server makes one.
	ID   string
	Body jsonvalue.Value
}

// mostFile bounds the file.
const mostFile = 256 << 20

// FromDatabase reads a file of json-server: an object whose lists of objects
// become collections that everybody signed in can read and write. Nothing that
// the documents say is lost without a note.
func FromDatabase(data []byte) (*Database, error) {
	root, err := jsonvalue.Parse(data, jsonvalue.Limits{Bytes: mostFile})
	if err != nil {
		return nil, err
	}
	if root.Kind() != jsonvalue.Object {
		return nil, fmt.Errorf("is %s, but an object with lists of objects is meant", root.Kind())
	}
	r := &reading{db: &Database{Documents: map[string][]Document{}}}
	for _, m := range root.Members() {
		r.list(m)
	}
	if len(r.declared) == 0 {
		return nil, fmt.Errorf("has no list of objects, and lists of objects become collections")
	}
	return r.finish()
}

// reading is one call of FromDatabase.
type reading struct {
	db       *Database
	declared []jsonvalue.Member // the collections, as YAML will have them
	schemas  int                // subschemas so far
}

func (r *reading) note(format string, args ...any) {
	r.db.Notes = append(r.db.Notes, fmt.Sprintf(format, args...))
}

// finish writes the YAML and reads it back, so that what runs is what was
// written.
func (r *reading) finish() (*Database, error) {
	if r.schemas > mostSchemas {
		r.note("the schemas say nothing of some members, since the file has more than %d", mostSchemas)
	}
	r.db.YAML = writeYAML(jsonvalue.ObjectOf(r.declared...))
	tree, faults := yamltree.Read(r.db.YAML)
	if len(faults) > 0 {
		return nil, fmt.Errorf("makes declarations that cannot be read: %s", faults[0].Problem)
	}
	collections, _ := tree.Get("collections")
	d, mistakes := declare.Read(declare.Source{Collections: collections.Value, File: "postern.yaml"})
	if len(mistakes) > 0 {
		return nil, fmt.Errorf("makes declarations that cannot be read: %w", mistakes)
	}
	r.db.Collections = d.Collections
	return r.db, nil
}

// list takes one member of the file.
func (r *reading) list(m jsonvalue.Member) {
	name := mistake.Quote(m.Name)
	items := m.Value.Items()
	switch {
	case m.Value.Kind() != jsonvalue.Array:
		r.note("%s is left out: it is no list, and lists of objects become collections", name)
		return
	case slices.ContainsFunc(items, func(v jsonvalue.Value) bool { return v.Kind() != jsonvalue.Object }):
		r.note("%s is left out: it is a list of other things than objects", name)
		return
	case len(r.declared) == mostCollections:
		r.note("%s is left out: %d collections are the most", name, mostCollections)
		return
	}
	clean := r.name(m.Name)
	if clean != m.Name {
		r.note("%s is the collection %s here", name, clean)
	}
	documents := r.documents(clean, items)
	r.db.Documents[clean] = documents
	r.declared = append(r.declared, jsonvalue.Member{Name: clean, Value: r.declaration(documents)})
}

const mostCollections = 200

// name is free and right.
func (r *reading) name(of string) string {
	clean := declare.CleanName(of)
	for n := 2; r.db.Documents[clean] != nil; n++ {
		clean = declare.CleanName(of)
		suffix := "-" + strconv.Itoa(n)
		clean = strings.TrimRight(clean[:min(len(clean), 40-len(suffix))], "-_") + suffix
	}
	return clean
}

var goodID = regexp.MustCompile(`^[A-Za-z0-9._~-]{1,200}$`)

const mostBody = 256 << 10

// documents takes ids out of the bodies and gives members that the server
// fills another name.
func (r *reading) documents(name string, items []jsonvalue.Value) []Document {
	d := &documents{reading: r, name: name, all: []Document{}, taken: map[string]bool{}, renamed: renames(items)}
	for _, item := range items {
		d.add(item)
	}
	d.notes()
	return d.all
}

type documents struct {
	*reading
	name    string
	all     []Document
	taken   map[string]bool
	renamed map[string]string

	numeric, odd, twice, large int
}

func (d *documents) add(item jsonvalue.Value) {
	document := Document{ID: d.id(item)}
	var members []jsonvalue.Member
	for _, m := range item.Members() {
		if m.Name == "id" {
			continue
		}
		if other, ok := d.renamed[m.Name]; ok {
			m.Name = other
		}
		members = append(members, m)
	}
	document.Body = jsonvalue.ObjectOf(members...)
	if document.Body.Size() > mostBody {
		d.large++
		return
	}
	d.all = append(d.all, document)
}

func (d *documents) id(item jsonvalue.Value) string {
	v, ok := item.Get("id")
	id := v.Text()
	switch {
	case !ok:
		return ""
	case !goodID.MatchString(id) || id == "." || id == "..":
		d.odd++
		return ""
	case d.taken[id]:
		d.twice++
		return ""
	case v.Kind() == jsonvalue.Numeral:
		d.numeric++
	}
	d.taken[id] = true
	return id
}

func (d *documents) notes() {
	if d.numeric > 0 {
		d.note("%s: ids are strings here, so that 1 is \"1\"; members that refer to them stay as they are", d.name)
	}
	if d.odd > 0 {
		d.note("%s: %s with other characters than letters, digits and - . _ ~ gets a new one", d.name, ids(d.odd))
	}
	if d.twice > 0 {
		d.note("%s: %s that another document has gets a new one", d.name, ids(d.twice))
	}
	if d.large > 0 {
		d.note("%s: %d of the documents are left out: larger than 256 KiB", d.name, d.large)
	}
	for _, name := range collection.Reserved() {
		if other, ok := d.renamed[name]; ok {
			d.note("%s: the member %s is called %s here, since the server fills %s", d.name, name, other, name)
		}
	}
}

func ids(n int) string {
	if n == 1 {
		return "an id"
	}
	return fmt.Sprintf("each of %d ids", n)
}

// renames finds names, which no document has yet, for members that the server
// fills.
func renames(items []jsonvalue.Value) map[string]string {
	used := map[string]bool{}
	for _, item := range items {
		for _, m := range item.Members() {
			used[m.Name] = true
		}
	}
	renamed := map[string]string{}
	for _, name := range collection.Reserved() {
		if name == "id" || !used[name] {
			continue
		}
		other := name + "_"
		for used[other] {
			other += "_"
		}
		used[other] = true
		renamed[name] = other
	}
	return renamed
}
