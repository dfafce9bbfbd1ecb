package schema

import (
	"math"
	"slices"
	"strconv"

	"github.com/postern-dev/postern/jsonvalue"
)

// build fills the nodes of all places. The library has said that every keyword
// has a value of its form.
func (c *compiler) build() *node {
	for _, p := range c.order {
		c.fill(p)
	}
	return c.order[0].node
}

func (c *compiler) fill(p *place) {
	n := p.node
	n.minLength, n.maxLength, n.minMembers, n.maxMembers = -1, -1, -1, -1
	n.minItems, n.maxItems, n.minContains, n.maxContains = -1, -1, -1, -1
	n.types = anything
	if p.source.Kind() == jsonvalue.Boolean {
		n.nothing = !p.source.Bool()
		return
	}
	for _, m := range p.source.Members() {
		fillScalar(n, m)
		fillCount(n, m)
		c.fillObject(p, m)
		c.fillOthers(p, m)
	}
}

func fillScalar(n *node, m jsonvalue.Member) {
	switch m.Name {
	case "type":
		n.types, n.sayTypes = typesOf(m.Value)
	case "enum":
		n.enum = narrower(n.enum, m.Value.Items())
	case "const":
		n.enum = narrower(n.enum, []jsonvalue.Value{m.Value})
	case "format":
		n.format = formats()[m.Value.Text()]
	case "pattern":
		n.pattern, _ = compilePattern(m.Value.Text()) // the survey has reported errors
	case "minimum":
		n.minimum = m.Value.Text()
	case "maximum":
		n.maximum = m.Value.Text()
	case "exclusiveMinimum":
		n.above = m.Value.Text()
	case "exclusiveMaximum":
		n.below = m.Value.Text()
	case "multipleOf":
		n.multiple = m.Value.Text()
	case "uniqueItems":
		n.unique = m.Value.Bool()
	}
}

func fillCount(n *node, m jsonvalue.Member) {
	counts := map[string]*int{
		"minLength": &n.minLength, "maxLength": &n.maxLength, "minItems": &n.minItems, "maxItems": &n.maxItems,
		"minProperties": &n.minMembers, "maxProperties": &n.maxMembers,
		"minContains": &n.minContains, "maxContains": &n.maxContains,
	}
	if count, ok := counts[m.Name]; ok {
		*count = countOf(m.Value)
	}
}

// countOf reads 3, 3.0 or 3e0; what is larger than any body is as large as that.
func countOf(v jsonvalue.Value) int {
	f, err := strconv.ParseFloat(v.Text(), 64)
	if err != nil || f > math.MaxInt32 {
		return math.MaxInt32
	}
	return int(f)
}

// narrower is enum and const together: what both have.
func narrower(c *choice, values []jsonvalue.Value) *choice {
	if c != nil {
		values = slices.DeleteFunc(slices.Clone(values), func(v jsonvalue.Value) bool { return !c.has(v) })
	}
	return choiceOf(values)
}

func choiceOf(values []jsonvalue.Value) *choice {
	c := &choice{values: values, say: sayChoice(values), texts: map[string]bool{}}
	for _, v := range values {
		if v.Kind() != jsonvalue.Text {
			c.texts = nil
			break
		}
		c.texts[v.Text()] = true
	}
	return c
}

func (c *compiler) fillObject(p *place, m jsonvalue.Member) {
	n := p.node
	switch m.Name {
	case "properties":
		for _, below := range m.Value.Members() {
			n.declared = append(n.declared, below.Name)
			n.member(below.Name, func(m *member) { m.node = c.at(p, "properties", below.Name) })
		}
	case "required":
		for _, name := range m.Value.Items() {
			n.required = append(n.required, name.Text())
			n.member(name.Text(), func(m *member) { m.required = true })
		}
	case "patternProperties":
		for _, below := range m.Value.Members() {
			matcher, _ := compilePattern(below.Name) // the survey has reported errors
			n.patterns = append(n.patterns, patternMember{matcher, c.at(p, "patternProperties", below.Name)})
		}
	case "additionalProperties":
		n.additional = c.at(p, m.Name)
	case "unevaluatedProperties":
		n.unevaluatedMembers = c.at(p, m.Name)
	case "propertyNames":
		n.names = c.at(p, m.Name)
	case "dependentRequired":
		for _, below := range m.Value.Members() {
			d := dependent{name: below.Name}
			for _, name := range below.Value.Items() {
				d.required = append(d.required, name.Text())
			}
			n.dependentRequired = append(n.dependentRequired, d)
		}
	case "dependentSchemas":
		for _, below := range m.Value.Members() {
			n.dependentSchemas = append(n.dependentSchemas, dependent{name: below.Name, node: c.at(p, "dependentSchemas", below.Name)})
		}
	}
}

func (n *node) member(name string, change func(*member)) {
	if n.members == nil {
		n.members = map[string]member{}
	}
	m := n.members[name]
	change(&m)
	n.members[name] = m
}

func (c *compiler) fillOthers(p *place, m jsonvalue.Member) {
	n := p.node
	switch m.Name {
	case "items":
		n.items = c.at(p, m.Name)
	case "prefixItems":
		n.prefix = c.list(p, m)
	case "unevaluatedItems":
		n.unevaluatedItems = c.at(p, m.Name)
	case "contains":
		n.contains = c.at(p, m.Name)
	case "allOf":
		n.allOf = c.list(p, m)
	case "anyOf":
		n.anyOf = c.list(p, m)
	case "oneOf":
		n.oneOf = c.list(p, m)
	case "not":
		n.not = c.at(p, m.Name)
	case "if":
		n.when = c.at(p, m.Name)
	case "then":
		n.then = c.at(p, m.Name)
	case "else":
		n.els = c.at(p, m.Name)
	}
}

func (c *compiler) at(p *place, names ...string) *node {
	return c.nodeAt(append(slices.Clone(p.path), names...)...)
}

func (c *compiler) list(p *place, m jsonvalue.Member) []*node {
	var all []*node
	for i := range m.Value.Items() {
		all = append(all, c.at(p, m.Name, strconv.Itoa(i)))
	}
	return all
}

func typesOf(v jsonvalue.Value) (bits, string) {
	list := v.Items()
	if v.Kind() == jsonvalue.Text {
		list = []jsonvalue.Value{v}
	}
	var types bits
	for _, item := range list {
		types |= typeBits()[item.Text()]
	}
	return types, sayTypes(types)
}
