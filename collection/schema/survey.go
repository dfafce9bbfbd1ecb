package schema

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/mistake"
)

const draft = "https://json-schema.org/draft/2020-12/schema"

// survey walks through all subschemas, notes where they are, and reports what
// the library would take and we do not.
func (c *compiler) survey() {
	if !c.visit(nil, c.source, keywords()) {
		c.wrong(nil, "has more than 2,000 subschemas", "")
		return
	}
	for _, p := range c.order {
		c.references(p)
	}
}

// visit returns false when there are too many.
func (c *compiler) visit(path []string, v jsonvalue.Value, known map[string]holds) bool {
	p, room := c.add(path, v)
	if !room {
		return false
	}
	for _, m := range v.Members() {
		below := append(slices.Clone(path), m.Name)
		if !c.keyword(p, m.Name, below, known) {
			continue
		}
		if !c.descend(below, m.Value, known[m.Name], known) {
			return false
		}
		c.inspect(p, m, below)
	}
	return true
}

// keyword tells whether a name is a keyword, and reports those that are none.
func (c *compiler) keyword(p *place, name string, path []string, known map[string]holds) bool {
	if _, ok := known[name]; ok {
		return true
	}
	if instead, ok := refused()[name]; ok {
		c.wrong(path, instead, "")
	} else if !strings.HasPrefix(name, "x-") {
		c.wrong(path, "is no keyword of JSON Schema 2020-12"+near(name, known)+" (names of your own begin with x-)", "")
	}
	return false
}

func near(name string, known map[string]holds) string {
	list := names(known)
	slices.SortFunc(list, func(a, b mistake.Name) int { return strings.Compare(a.Name, b.Name) })
	return mistake.DidYouMean(name, list)
}

func (c *compiler) descend(path []string, v jsonvalue.Value, what holds, known map[string]holds) bool {
	switch what {
	case holdsSchema:
		return c.visit(path, v, known)
	case holdsSchemas:
		for i, item := range v.Items() {
			if !c.visit(append(slices.Clone(path), strconv.Itoa(i)), item, known) {
				return false
			}
		}
	case holdsNamed:
		for _, m := range v.Members() {
			if !c.visit(append(slices.Clone(path), m.Name), m.Value, known) {
				return false
			}
		}
	}
	return true
}

// inspect looks at the values of single keywords.
func (c *compiler) inspect(p *place, m jsonvalue.Member, path []string) {
	switch m.Name {
	case "$schema":
		c.dialect(p, m.Value, path)
	case "$id":
		if len(p.path) > 0 {
			c.wrong(path, "belongs at the root of the schema only", "")
		}
	case "$anchor":
		c.anchor(p, m.Value, path)
	case "type":
		c.typeNames(m.Value, path)
	case "format":
		c.formatName(m.Value, path)
	case "pattern":
		c.pattern(m.Value.Text(), path)
	case "patternProperties":
		for _, below := range m.Value.Members() {
			c.pattern(below.Name, append(slices.Clone(path), below.Name))
		}
	}
}

func (c *compiler) dialect(p *place, v jsonvalue.Value, path []string) {
	if strings.TrimSuffix(v.Text(), "#") != draft {
		c.wrong(path, "is "+mistake.Quote(v.Text())+", but schemas are read as JSON Schema 2020-12", draft)
	} else if len(p.path) > 0 {
		c.wrong(path, "belongs at the root of the schema only", "")
	}
}

func (c *compiler) anchor(p *place, v jsonvalue.Value, path []string) {
	if c.anchors[v.Text()] != nil {
		c.wrong(path, "is "+mistake.Quote(v.Text())+", as another $anchor is", "")
		return
	}
	c.anchors[v.Text()] = p
}

func (c *compiler) typeNames(v jsonvalue.Value, path []string) {
	list := v.Items()
	if v.Kind() != jsonvalue.Array {
		list = []jsonvalue.Value{v}
	}
	for _, item := range list {
		if item.Kind() == jsonvalue.Null {
			c.wrong(path, "is null without quotes", `[string, "null"]`)
		} else if _, known := typeBits()[item.Text()]; !known {
			c.wrong(path, "is "+shown(item)+", not one of "+typeNames+mistake.DidYouMean(item.Text(), mistake.Names(strings.Split(typeNames, ", ")...)), "string")
		}
	}
}

func (c *compiler) formatName(v jsonvalue.Value, path []string) {
	if v.Kind() != jsonvalue.Text {
		return // the library says so
	}
	if formats()[v.Text()] == nil {
		var known []mistake.Name
		for _, name := range formatNames() {
			known = append(known, mistake.Names(name)...)
		}
		c.wrong(path, "is "+mistake.Quote(v.Text())+", not a format that is checked here"+mistake.DidYouMean(v.Text(), known), "date-time")
	}
}

func (c *compiler) pattern(text string, path []string) {
	if _, err := compilePattern(text); err != nil {
		c.wrong(path, err.Error(), "")
	}
}

// references resolves $ref once all places are known.
func (c *compiler) references(p *place) {
	v, ok := p.source.Get("$ref")
	if !ok || v.Kind() != jsonvalue.Text {
		return
	}
	path := append(slices.Clone(p.path), "$ref")
	fragment, local := strings.CutPrefix(v.Text(), "#")
	if !local {
		c.wrong(path, "is "+mistake.Quote(v.Text())+", which is elsewhere: references lead to places in the same schema only", `"#/$defs/address"`)
		return
	}
	target, err := url.PathUnescape(fragment)
	if err != nil {
		target = fragment
	}
	if p.node.ref = c.target(target); p.node.ref == nil {
		c.wrong(path, "is "+mistake.Quote(v.Text())+", where there is no schema", `"#/$defs/address"`)
	}
}

func (c *compiler) target(fragment string) *node {
	if fragment == "" || strings.HasPrefix(fragment, "/") {
		if p := c.places[fragment]; p != nil {
			return p.node
		}
	} else if p := c.anchors[fragment]; p != nil {
		return p.node
	}
	return nil
}
