package describe

import (
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// mostFilters bounds the parameters of one list. The description says how the
// others are written.
const mostFilters = 100

func (c *described) listText() string {
	var b strings.Builder
	b.WriteString("Filters are `filter[member]=value` and `filter[member][operator]=value`, nested members with dots. The operators are\n" +
		"`eq ne gt gte lt lte in nin exists startsWith`, as far as the member's type has them; `in` and `nin` take values with\n" +
		"commas between. The parameters below list equality for every member and what indexes are made for; the other\n" +
		"operators are written alike.\n")
	fmt.Fprintf(&b, "At most %d filters, %d values of `in`, %d members of `sort`.\n", c.limits.Filters, c.limits.In, c.limits.SortKeys)
	if len(c.Indexes) > 0 {
		var names []string
		for _, index := range c.Indexes {
			names = append(names, "`"+index.String()+"`")
		}
		b.WriteString("\nIndexes: " + strings.Join(names, ", ") + ".\n")
	}
	return b.String()
}

// listParameters are those of a list.
func (c *described) listParameters() []jsonvalue.Value {
	parameters := []jsonvalue.Value{}
	if sorts := c.sorts(); len(sorts) > 0 {
		parameters = append(parameters, object("name", "sort", "in", "query",
			"description", "The order; a - before a member turns it round. Without it, documents are in the order of their ids.",
			"style", "form", "explode", false,
			"schema", object("type", "array", "minItems", 1, "maxItems", c.limits.SortKeys, "uniqueItems", true,
				"items", object("enum", list(sorts...)))))
	}
	limit := object("name", "limit", "in", "query", "description", "How many items a page has at most; it ends earlier with 1 MiB of bodies, unless that is one item. More than the maximum is refused.",
		"schema", object("type", "integer", "minimum", 1, "maximum", c.limits.MaxPageSize, "default", c.limits.PageSize))
	parameters = append(parameters, limit)
	for _, name := range []string{"Cursor", "Fields", "Count", "Include"} {
		parameters = append(parameters, ref("parameters", name))
	}
	return append(parameters, c.filters()...)
}

// members are those by which lists can be filtered and sorted: the declared
// ones with a type, and those of the server.
func (c *described) members() []collection.Path {
	var paths []collection.Path
	for _, name := range append(slices.Clone(c.Schema.Paths()), "id", "version", "createdAt", "updatedAt") {
		path := collection.ParsePath(name)
		// A name with a dot in it reads as two; then the path leads elsewhere.
		if t, known := c.TypeAt(path); known && hasOrder(t) {
			paths = append(paths, path)
		}
	}
	return paths
}

func hasOrder(t collection.Type) bool {
	return t != collection.Unknown && t != collection.List && t != collection.Object
}

func (c *described) sorts() []string {
	var sorts []string
	for _, path := range c.members() {
		sorts = append(sorts, path.String(), "-"+path.String())
	}
	return sorts
}

func (c *described) filters() []jsonvalue.Value {
	var filters []jsonvalue.Value
	columns := append(c.Columns(), collection.Path{"createdAt"}, collection.Path{"updatedAt"})
	for _, path := range c.members() {
		t, _ := c.TypeAt(path)
		indexed := slices.ContainsFunc(columns, path.Equal)
		filters = append(filters, filter("filter["+path.String()+"]", t))
		if indexed && t != collection.BoolType {
			for _, op := range []string{"gt", "gte", "lt", "lte"} {
				filters = append(filters, filter("filter["+path.String()+"]["+op+"]", t))
			}
		}
		if indexed {
			filters = append(filters, filter("filter["+path.String()+"][exists]", collection.BoolType))
		}
		if len(filters) >= mostFilters {
			break
		}
	}
	return filters
}

func filter(name string, t collection.Type) jsonvalue.Value {
	return object("name", name, "in", "query", "schema", typed(t))
}

func typed(t collection.Type) jsonvalue.Value {
	switch t {
	case collection.NumberType:
		return object("type", "number")
	case collection.IntegerType:
		return object("type", "integer")
	case collection.BoolType:
		return object("type", "boolean")
	case collection.DateTime:
		return object("type", "string", "format", "date-time")
	case collection.Date:
		return object("type", "string", "format", "date")
	}
	return object("type", "string")
}
