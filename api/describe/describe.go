// Package describe writes the OpenAPI 3.1 document of one deployment: the
// promise of the fixed routes, and each declared collection with its own
// schema, parameters, rights, examples and errors.
package describe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/yamltree"
)

// Deployment is what a document describes.
type Deployment struct {
	// Fixed is the OpenAPI document of the fixed routes, in YAML. What it
	// marks with x-postern-with: collections is left out where there are none.
	Fixed []byte
	// Collections are described in their order.
	Collections []*collection.Collection
	// Query bounds lists.
	Query query.Limits
	// Batch is the most requests of one batch.
	Batch int
}

// Document is an OpenAPI document.
type Document struct{ root jsonvalue.Value }

// JSON is the document in JSON, on one line.
func (d Document) JSON() []byte { return d.root.Append(nil) }

// YAML is the document in YAML.
func (d Document) YAML() []byte { return append(appendYAML(nil, d.root, 0), '\n') }

// Document makes the document. It fails where Fixed is no YAML.
func (d Deployment) Document() (Document, error) {
	tree, faults := yamltree.Read(d.Fixed)
	if len(faults) > 0 {
		return Document{}, fmt.Errorf("the OpenAPI document, line %d, %s", faults[0].Line, faults[0].Problem)
	}
	root, faults := tree.JSON()
	if len(faults) > 0 {
		return Document{}, fmt.Errorf("the OpenAPI document, line %d, %s", faults[0].Line, faults[0].Problem)
	}
	if root.Kind() != jsonvalue.Object {
		return Document{jsonvalue.ObjectOf()}, nil
	}
	root = forThese(root, len(d.Collections) > 0)
	if len(d.Collections) == 0 {
		return Document{root}, nil
	}
	return Document{d.add(root)}, nil
}

const needs = "x-postern-with"

// forThese drops what needs collections where there are none, and the marks
// that say so.
func forThese(v jsonvalue.Value, collections bool) jsonvalue.Value {
	var items []jsonvalue.Value
	for _, item := range v.Items() {
		if _, marked := item.Get(needs); !marked || collections {
			items = append(items, forThese(item, collections))
		}
	}
	var members []jsonvalue.Member
	for _, m := range v.Without(needs).Members() {
		_, marked := m.Value.Get(needs)
		if marked && !collections {
			continue
		}
		below := forThese(m.Value, collections)
		if len(m.Value.Members()) > 0 && len(below.Members()) == 0 {
			continue // a path without operations, a section without components
		}
		members = append(members, jsonvalue.Member{Name: m.Name, Value: below})
	}
	switch v.Kind() {
	case jsonvalue.Array:
		return jsonvalue.ArrayOf(items...)
	case jsonvalue.Object:
		return jsonvalue.ObjectOf(members...)
	}
	return v
}

// add describes the collections beside the fixed routes.
func (d Deployment) add(root jsonvalue.Value) jsonvalue.Value {
	names := namesTaken(root)
	var all []*described
	for _, c := range d.Collections {
		all = append(all, &described{Collection: c, names: names.of(c.Name), limits: d.Query.OrDefault()})
	}
	var paths, schemas, responses, tags []jsonvalue.Member
	for _, c := range all {
		paths = append(paths, c.paths()...)
		schemas = append(schemas, c.schemas()...)
		responses = append(responses, jsonvalue.Member{Name: c.Type + "Changed", Value: c.changed()})
		if !hasTag(root, c.Name) {
			tags = append(tags, jsonvalue.Member{Name: c.Name, Value: object("name", c.Name, "description", c.about())})
		}
	}
	root = into(root, []string{"paths"}, paths...)
	root = into(root, []string{"components", "schemas"}, append(schemas, anyDocument(all), export(all))...)
	root = into(root, []string{"components", "responses"}, responses...)
	root = into(root, []string{"components", "schemas", "BatchRequests", "properties", "requests"}, jsonvalue.Member{Name: "maxItems", Value: value(d.Batch)})
	return withTags(root, tags)
}

func hasTag(root jsonvalue.Value, name string) bool {
	tags, _ := root.Get("tags")
	return slices.ContainsFunc(tags.Items(), func(tag jsonvalue.Value) bool {
		is, _ := tag.Get("name")
		return is.Text() == name
	})
}

func withTags(root jsonvalue.Value, tags []jsonvalue.Member) jsonvalue.Value {
	before, _ := root.Get("tags")
	items := slices.Clone(before.Items())
	for _, tag := range tags {
		items = append(items, tag.Value)
	}
	return root.With("tags", jsonvalue.ArrayOf(items...))
}

// described is one collection on its way into the document.
type described struct {
	*collection.Collection
	names
	limits query.Limits
}

// about is the collection in a sentence or two.
func (c *described) about() string {
	if c.Description != "" {
		return strings.TrimSpace(c.Description)
	}
	if c.Owned {
		return "Documents that belong to those who make them."
	}
	return "Documents of " + c.Name + "."
}
