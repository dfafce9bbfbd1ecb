package schema

import (
	"slices"

	"github.com/postern-dev/postern/jsonvalue"
)

// Bounds of a schema. The library's time grows with the square of their number.
const (
	mostBytes   = 256 << 10
	mostDepth   = 64
	mostSchemas = 2000
)

// compiler is one call of Compile.
type compiler struct {
	source   jsonvalue.Value
	places   map[string]*place // by JSON pointer
	order    []*place
	anchors  map[string]*place
	problems []Problem
}

// place is where a subschema stands.
type place struct {
	path   []string
	source jsonvalue.Value
	node   *node
}

func (c *compiler) wrong(path []string, detail, example string) {
	c.problems = append(c.problems, Problem{slices.Clone(path), detail, example})
}

func (c *compiler) bounds() {
	switch {
	case c.source.Kind() != jsonvalue.Object:
		c.wrong(nil, "is no object with keywords of JSON Schema", "{type: object, properties: {title: {type: string}}}")
	case c.source.Size() > mostBytes:
		c.wrong(nil, "is larger than 256 KiB", "")
	case c.source.Depth() > mostDepth:
		c.wrong(nil, "is nested more than 64 deep", "")
	}
}

// add notes a subschema, and tells whether there is room for it.
func (c *compiler) add(path []string, source jsonvalue.Value) (*place, bool) {
	if len(c.order) == mostSchemas {
		return nil, false
	}
	p := &place{path: slices.Clone(path), source: source, node: &node{path: slices.Clone(path)}}
	c.places[jsonvalue.Pointer(path...)] = p
	c.order = append(c.order, p)
	return p, true
}

// nodeAt is the node of a subschema that the survey found.
func (c *compiler) nodeAt(path ...string) *node {
	if p := c.places[jsonvalue.Pointer(path...)]; p != nil {
		return p.node
	}
	return nil
}
