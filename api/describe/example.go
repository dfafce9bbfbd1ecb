package describe

import (
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// body is an example of a body that is valid by the schema: a seed of the
// declaration, or one made of the schema; false where none could be made.
func (c *described) body() (jsonvalue.Value, bool) {
	source := c.source()
	tries := append([]jsonvalue.Value{}, c.Seed...)
	if given, ok := first(source, "examples"); ok {
		tries = append(tries, given)
	}
	for _, all := range []bool{true, false} {
		m := maker{root: source, optional: all, left: mostMade}
		if v, ok := m.make(source, "", 0); ok {
			tries = append(tries, v)
		}
	}
	for _, v := range tries {
		v = v.Without(collection.Reserved()...)
		if v.Kind() == jsonvalue.Object && v.Size() < mostExample && len(c.Schema.Validate(v)) == 0 {
			return v, true
		}
	}
	return jsonvalue.Value{}, false
}

// mostExample is how large an example is at most, in bytes.
const mostExample = 4 << 10

func (c *described) hasExample() bool { _, ok := c.body(); return ok }

func (c *described) exampleBody() any { return given(c.body()) }

// exampleDocument is the body with the members that the server fills.
func (c *described) exampleDocument() any {
	body, ok := c.body()
	if !ok {
		return nil
	}
	const at = "2026-01-31T12:00:00.000Z"
	system := object("id", c.exampleID(), "version", 1, "createdAt", at, "updatedAt", at)
	return jsonvalue.ObjectOf(append(system.Members(), body.Members()...)...)
}

func (c *described) exampleItems() []any {
	if document := c.exampleDocument(); document != nil {
		return []any{document}
	}
	return nil
}

func (c *described) exampleID() string {
	switch c.ID {
	case collection.UUIDv4:
		return "1b4e28ba-2fa1-4d3b-a3f5-ef19b5a7633b"
	case collection.Slug, collection.AnyID:
		return "first-of-" + strings.ReplaceAll(c.Name, "_", "-")
	}
	return "019c1334-9e00-7b2f-a3f5-ef19b5a7633b"
}

// examplePatch sets the first member of the example.
func (c *described) examplePatch() any {
	body, ok := c.body()
	if !ok || len(body.Members()) == 0 {
		return nil
	}
	return jsonvalue.ObjectOf(body.Members()[0])
}

func (c *described) exampleOperations() any {
	body, ok := c.body()
	if !ok || len(body.Members()) == 0 {
		return nil
	}
	m := body.Members()[0]
	return list(object("op", "replace", "path", jsonvalue.Pointer(m.Name), "value", m.Value))
}

func first(v jsonvalue.Value, name string) (jsonvalue.Value, bool) {
	all, _ := v.Get(name)
	if len(all.Items()) == 0 {
		return jsonvalue.Value{}, false
	}
	return all.Items()[0], true
}
