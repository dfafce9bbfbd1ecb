// Package schema checks bodies against JSON Schema 2020-12.
//
// The library github.com/santhosh-tekuri/jsonschema judges the schemas
// themselves. Bodies are checked by the evaluator here, for three reasons that
// docs/decisions/0007-own-schema-evaluator.md gives with figures: its work is
// bounded whatever a stranger sends, numbers are compared with every digit,
// and each violation points at one member with one plain sentence.
package schema

import (
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// Schema is a compiled schema. It never changes; any number of goroutines may
// use it.
type Schema struct {
	root   *node
	source []byte
	paths  []string
}

var _ collection.Schema = (*Schema)(nil)

// Problem is one thing that is wrong with a schema.
type Problem struct {
	// Path leads through the schema to what is wrong.
	Path []string
	// Detail is the rest of a sentence about it.
	Detail string
	// Example is a right value there; "" where there is none.
	Example string
}

// Any is the schema of objects of which nothing more is known.
func Any() *Schema {
	s, _ := Compile(jsonvalue.ObjectOf(jsonvalue.Member{Name: "type", Value: jsonvalue.String("object")}))
	return s
}

// Compile reads a schema of JSON Schema 2020-12 for the documents of a
// collection. Its root must be of type object and must not declare what the
// server fills ([collection.Reserved]). References lead to places in the same
// schema, formats are asserted, and keywords that the standard does not know
// begin with x-. At most 256 KiB, 64 deep, 2,000 subschemas.
//
// With a problem, which are reported all at once, there is no Schema.
func Compile(source jsonvalue.Value) (*Schema, []Problem) {
	c := &compiler{source: source, places: map[string]*place{}, anchors: map[string]*place{}}
	if c.bounds(); len(c.problems) > 0 {
		return nil, c.problems
	}
	c.survey()
	c.judge()
	if len(c.problems) > 0 {
		return nil, c.problems
	}
	root := c.build()
	if c.loops(); len(c.problems) > 0 {
		return nil, c.problems
	}
	if c.describesDocuments(root); len(c.problems) > 0 {
		return nil, c.problems
	}
	return &Schema{root: root, source: source.Append(nil), paths: declared(root)}, nil
}

// Source is the schema as JSON, as it was declared.
func (s *Schema) Source() []byte { return s.source }

// Paths lists the declared members of objects, and of objects in them with
// dots between, up to 6 deep and 500 in all.
func (s *Schema) Paths() []string { return s.paths }

// The most violations that are reported; the rest would not help anybody.
const mostViolations = 50

// Validate returns what is wrong with the body: at most 50 violations, in the
// order of its members. Its work is bounded: where a schema's alternatives
// within alternatives meet a body made to try them all, that is the violation.
func (s *Schema) Validate(body jsonvalue.Value) []collection.Violation {
	r := run{left: mostWork}
	r.path = r.steps[:0]
	valid := r.eval(s.root, body, nil)
	if r.left < 0 {
		return []collection.Violation{{Detail: "takes too long to check: it tries too many alternatives of the schema"}}
	}
	if valid {
		return nil
	}
	r = run{left: mostExplain, most: mostViolations}
	r.path = r.steps[:0]
	r.eval(s.root, body, nil)
	if all := r.violations(); len(all) > 0 {
		return all
	}
	return []collection.Violation{{Detail: "is not valid by the schema"}} // explaining took too long
}
