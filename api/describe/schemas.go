package describe

import (
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/schema"
	"github.com/postern-dev/postern/jsonvalue"
)

// source is the declared schema.
func (c *described) source() jsonvalue.Value {
	v, err := jsonvalue.Parse(c.Schema.Source(), jsonvalue.Limits{})
	if err != nil || v.Kind() != jsonvalue.Object {
		return object("type", "object")
	}
	return v
}

// at is the reference to the body's component.
func (c *described) at() string { return "#/components/schemas/" + c.Type }

// schemas are the components of the collection: its body as it is sent, a
// document as it is answered, one of which members were chosen, and a page.
func (c *described) schemas() []jsonvalue.Member {
	page := object("type", "object", "required", list("items", "page"), "additionalProperties", false,
		"properties", object(
			"items", object("type", "array", "items", c.shown()),
			"page", schemaRef("Page")))
	return []jsonvalue.Member{
		{Name: c.Type, Value: schema.Relocate(c.source(), c.at())},
		{Name: c.document(), Value: c.documentSchema()},
		{Name: c.part(), Value: c.partSchema()},
		{Name: c.patch(), Value: c.patchSchema()},
		{Name: c.page(), Value: page},
		{Name: c.changes(), Value: c.changesSchema()},
	}
}

// changesSchema is what happened to documents of the collection.
func (c *described) changesSchema() jsonvalue.Value {
	change := object("allOf", list(schemaRef("Change"), object("properties", object("document", c.shown()))))
	return object("type", "object", "required", list("items", "page"), "additionalProperties", false,
		"properties", object("items", object("type", "array", "items", change), "page", schemaRef("ChangesPage")))
}

// shown is a document, whole or in part.
func (c *described) shown() jsonvalue.Value {
	return object("anyOf", list(schemaRef(c.document()), schemaRef(c.part())))
}

// system are the members that the server fills.
func (c *described) system() []jsonvalue.Member {
	filled := func(name, description string, more ...any) jsonvalue.Member {
		pairs := append([]any{"description", description, "readOnly", true}, more...)
		return jsonvalue.Member{Name: name, Value: object(pairs...)}
	}
	members := []jsonvalue.Member{filled("id", "Unique in the collection.", idForm(c.ID)...)}
	if c.Owned {
		members = append(members, filled("owner", c.ownerText(), "type", "string"))
	}
	return append(members,
		filled("version", "Counts the writes of the document, from 1.", "type", "integer", "minimum", 1),
		filled("createdAt", "RFC 3339, UTC, with milliseconds.", "type", "string", "format", "date-time"),
		filled("updatedAt", "RFC 3339, UTC, with milliseconds.", "type", "string", "format", "date-time"),
		jsonvalue.Member{Name: "can", Value: schemaRef("Can")})
}

func (c *described) ownerText() string {
	if c.ShowOwner {
		return "The subject to whom the document belongs."
	}
	return "The subject to whom the document belongs; shown to that subject only."
}

// idForm is the schema of ids; what the server makes is a UUID wherever the
// form allows one.
func idForm(format collection.IDFormat) []any {
	switch format {
	case collection.UUIDv7, collection.UUIDv4:
		return []any{"type", "string", "format", "uuid"}
	case collection.Slug:
		return []any{"type", "string", "pattern", "^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength", 80}
	}
	return []any{"type", "string", "pattern", "^[A-Za-z0-9._~-]{1,200}$"}
}

// documentSchema is the declared schema with the members that the server
// fills. Where these cannot be told from the others, it says less than the
// schema does, and nothing that is not so.
func (c *described) documentSchema() jsonvalue.Value {
	source := c.source()
	wide, ok := schema.Widen(source, c.at(), c.system()...)
	if !ok {
		wide = object("description", "A "+c.Type+" with the members that the server fills.", "type", "object",
			"properties", jsonvalue.ObjectOf(c.system()...))
	}
	always := []jsonvalue.Value{}
	for _, name := range []string{"id", "version", "createdAt", "updatedAt"} {
		always = append(always, value(name))
	}
	required, _ := wide.Get("required")
	return wide.With("required", jsonvalue.ArrayOf(append(always, required.Items()...)...))
}

// partSchema is a document of which only some members are shown.
func (c *described) partSchema() jsonvalue.Value {
	properties := jsonvalue.ObjectOf(c.system()...)
	for _, name := range c.tops() {
		if _, filled := properties.Get(name); !filled {
			properties = properties.With(name, value(true))
		}
	}
	part := object("description", "A "+c.Type+" of which only the members in `fields` are shown.", "type", "object",
		"required", list("id", "version"), "properties", properties)
	if c.closed() {
		part = part.With("additionalProperties", value(false))
	}
	return part
}

// patchSchema is a merge patch (RFC 7396): members that the schema names, or
// null to take one away. Of an object, a part will do.
func (c *described) patchSchema() jsonvalue.Value {
	properties := jsonvalue.ObjectOf()
	declared, _ := schema.Relocate(c.source(), c.at()).Get("properties")
	for _, m := range declared.Members() {
		switch typeOf(m.Value) {
		case "string", "number", "integer", "boolean", "array":
			properties = properties.With(m.Name, object("anyOf", list(m.Value, object("type", "null"))))
		default:
			properties = properties.With(m.Name, value(true))
		}
	}
	return object("description", "The members of a "+c.Type+" to set; null takes a member away (RFC 7396).",
		"type", "object", "properties", properties)
}

// tops are the members of a body that the schema names.
func (c *described) tops() []string {
	var names []string
	for _, path := range c.Schema.Paths() {
		if top, _, _ := strings.Cut(path, "."); !slices.Contains(names, top) {
			names = append(names, top)
		}
	}
	return names
}

// closed tells whether a body has no members but those. A name that nobody
// would declare finds out.
func (c *described) closed() bool {
	_, open := c.Schema.Type(collection.Path{"\x01"})
	return !open && len(c.Schema.Paths()) < mostListed
}

// mostListed is beyond what a schema lists of its members.
const mostListed = 500

// changed is the answer to a precondition that does not hold.
func (c *described) changed() jsonvalue.Value {
	current := object("properties", object(
		"status", object("const", 412),
		"code", object("enum", list("precondition_failed")),
		"current", schemaRef(c.document())))
	return object("description", "The document has changed since the caller read it; `current` is the document as it is, for those who may read it.",
		"headers", headers("ETag"),
		"content", object("application/problem+json", object("schema", object("allOf", list(schemaRef("Problem"), current)))))
}

// anyDocument is a document of whichever collection.
func anyDocument(all []*described) jsonvalue.Member {
	var kinds []jsonvalue.Value
	for _, c := range all {
		kinds = append(kinds, schemaRef(c.document()))
	}
	return jsonvalue.Member{Name: "AnyDocument",
		Value: object("description", "A document of one of the collections.", "anyOf", jsonvalue.ArrayOf(kinds...))}
}

// export is what a caller's export can have: the collections with owners.
func export(all []*described) jsonvalue.Member {
	properties := jsonvalue.ObjectOf()
	for _, c := range all {
		if c.Owned {
			properties = properties.With(c.Name, object("type", "array", "items", schemaRef(c.document())))
		}
	}
	return jsonvalue.Member{Name: "Export", Value: object("description", "The caller's documents, a list for each collection.",
		"type", "object", "additionalProperties", false, "properties", properties)}
}
