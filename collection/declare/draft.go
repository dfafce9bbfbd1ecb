package declare

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/yamltree"
)

// draft is a collection while it is read.
type draft struct {
	*reader
	*collection.Collection
	schema *schema.Schema
	// given tells which members the declaration has.
	given map[string]yamltree.Member
	// broken tells that the schema could not be read, so that nothing can be
	// said about members.
	broken bool
	// hidden are checked once all rules are known.
	hidden []hidden
}

// part is one member of a collection and how it is read.
type part struct {
	name string
	read func(*draft, yamltree.Node)
}

// parts are in the order in which they are read: rules need the owner, and
// everything needs the schema.
func parts() []part {
	return []part{
		{"description", (*draft).readDescription},
		{"schema", (*draft).readSchema},
		{"owner", func(d *draft, n yamltree.Node) { d.Owned = d.flag(n, d.key("owner"), "owner: true") }},
		{"showOwner", func(d *draft, n yamltree.Node) { d.ShowOwner = d.flag(n, d.key("showOwner"), "showOwner: true") }},
		{"read", func(d *draft, n yamltree.Node) { d.Read = d.rule(n, "read") }},
		{"write", func(d *draft, n yamltree.Node) { d.readWrite(d.rule(n, "write")) }},
		{"create", func(d *draft, n yamltree.Node) { d.Create = d.rule(n, "create") }},
		{"update", func(d *draft, n yamltree.Node) { d.Update = d.rule(n, "update") }},
		{"delete", func(d *draft, n yamltree.Node) { d.Delete = d.rule(n, "delete") }},
		{"indexes", (*draft).readIndexes},
		{"unique", (*draft).readUnique},
		{"id", (*draft).readID},
		{"quota", (*draft).readQuota},
		{"seed", (*draft).readSeed},
	}
}

// collection reads one declaration.
func (r *reader) collection(m yamltree.Member) *collection.Collection {
	d := &draft{
		reader:     r,
		Collection: &collection.Collection{Name: m.Key, ID: collection.UUIDv7, Line: m.Line},
		given:      map[string]yamltree.Member{},
	}
	d.schema = schema.Any()
	const example = "{owner: true, read: owner, write: owner}"
	if r.kind(m.Value, yamltree.Mapping, "collections."+m.Key, "a mapping of what the collection declares", m.Key+": "+example) {
		d.readParts(m.Value)
	}
	d.Schema = d.schema
	return d.Collection
}

func (d *draft) readParts(n yamltree.Node) {
	var names []string
	for _, p := range parts() {
		names = append(names, p.name)
		if m, ok := n.Get(p.name); ok {
			d.given[p.name] = m
		}
	}
	d.unknownKeys(n, d.Name, "a collection", names...)
	for _, p := range parts() {
		if m, ok := d.given[p.name]; ok {
			p.read(d, m.Value)
		}
	}
	d.refuseRevealing()
}

// key names a member in a mistake: notes.read.
func (d *draft) key(names ...string) string {
	return d.Name + "." + strings.Join(names, ".")
}

func (d *draft) readDescription(n yamltree.Node) {
	text, ok := d.text(n, d.key("description"), "description: What a person writes down for later.")
	if ok && len(text) > 2000 {
		d.wrong(n.Line, d.key("description"), "has more than 2,000 bytes", "")
	}
	d.Description = text
}

// readWrite is what create, update and delete are where they say nothing
// themselves.
func (d *draft) readWrite(rule collection.Rule) {
	d.Create, d.Update, d.Delete = rule, rule, rule
}

func (d *draft) readID(n yamltree.Node) {
	key, example := d.key("id"), "id: {format: slug}"
	if !d.kind(n, yamltree.Mapping, key, "a mapping with format", example) {
		return
	}
	d.unknownKeys(n, key, "id", "format")
	m, ok := n.Get("format")
	if !ok {
		d.wrong(n.Line, key, "has no format", example)
		return
	}
	text, ok := d.text(m.Value, d.key("id", "format"), example)
	formats := []collection.IDFormat{collection.UUIDv7, collection.UUIDv4, collection.Slug, collection.AnyID}
	if ok && !slices.Contains(formats, collection.IDFormat(text)) {
		d.wrong(m.Value.Line, d.key("id", "format"), fmt.Sprintf("is %q, not one of uuidv7, uuidv4, slug, any", text), example)
	}
	d.ID = collection.IDFormat(text)
}

func (d *draft) readQuota(n yamltree.Node) {
	key, example := d.key("quota"), "quota: {documents: 1000, bytes: 10MiB}"
	if !d.kind(n, yamltree.Mapping, key, "a mapping with documents, bytes or both", example) {
		return
	}
	d.unknownKeys(n, key, "a quota", "documents", "bytes")
	if len(n.Members) == 0 {
		d.wrong(n.Line, key, "has neither documents nor bytes", example)
	}
	for name, into := range map[string]*int64{"documents": &d.MaxDocuments, "bytes": &d.MaxBytes} {
		if m, ok := n.Get(name); ok {
			*into = d.amount(m.Value, d.key("quota", name), name == "bytes", example)
		}
	}
}
