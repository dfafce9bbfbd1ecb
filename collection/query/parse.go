package query

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// ParseRaw reads the query part of an address, as [Parse] does.
func ParseRaw(c *collection.Collection, raw string, limits Limits) (*Query, error) {
	values, err := url.ParseQuery(raw)
	if err != nil {
		hint := "Write % as %25, and use URLSearchParams to build addresses."
		if strings.Contains(raw, ";") {
			hint = "Put & between parameters and write a ; within a value as %3B."
		}
		return nil, Errors{{Malformed, "", "is an address whose query cannot be read", hint}}
	}
	return Parse(c, values, limits)
}

// Parse reads the parameters of a list. The error is [Errors].
func Parse(c *collection.Collection, values url.Values, limits Limits) (*Query, error) {
	p := &parser{c: c, limits: limits.OrDefault(), values: values}
	p.q = &Query{Limit: p.limits.PageSize, limits: p.limits}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p.parameter(name, values[name])
	}
	if len(p.errors) > 0 {
		return nil, p.errors[:min(len(p.errors), MaxErrors)]
	}
	return p.q, nil
}

// parser reads one query and gathers its mistakes.
type parser struct {
	c      *collection.Collection
	limits Limits
	values url.Values
	q      *Query
	errors Errors
}

// parameters are those that lists have.
var parameters = []string{"filter", "sort", "limit", "cursor", "fields", "count", "include"}

func (p *parser) parameter(name string, values []string) {
	if len(p.errors) > MaxErrors {
		return
	}
	if strings.HasPrefix(name, "filter") && (len(name) == len("filter") || name[len("filter")] == '[') {
		p.filter(name, values)
		return
	}
	read := p.reader(name)
	switch {
	case read == nil:
		p.unknown(name)
	case len(values) != 1:
		p.refuse(Repeated, name, "is there more than once", "Put all of it into one "+name+".")
	default:
		read(name, values[0])
	}
}

func (p *parser) reader(name string) func(name, value string) {
	switch name {
	case "sort":
		return p.sort
	case "limit":
		return p.limit
	case "cursor":
		return p.cursor
	case "fields":
		return p.fields
	case "count":
		return p.count
	case "include":
		return p.include
	}
	return nil
}

// refuse notes a mistake.
func (p *parser) refuse(kind Kind, parameter, detail, hint string) {
	p.errors = append(p.errors, &Error{kind, shorten(parameter), detail, hint})
}

// shorten keeps what is shown again of a name short and valid.
func shorten(name string) string {
	const most = 100
	if len(name) > most {
		name = name[:most] + "…"
	}
	return strings.ToValidUTF8(name, "\uFFFD")
}

// foreign are parameters that other servers have for what we call otherwise.
var foreign = map[string]string{
	"page": "cursor", "offset": "cursor", "skip": "cursor", "after": "cursor", "before": "cursor",
	"order": "sort", "orderby": "sort", "sortby": "sort", "size": "limit", "pagesize": "limit", "per_page": "limit",
	"top": "limit", "take": "limit", "select": "fields", "where": "filter", "q": "filter", "total": "count", "expand": "include",
}

func (p *parser) unknown(name string) {
	hint := "Lists have the parameters " + sentence(parameters) + "."
	member, _, _ := strings.Cut(name, "[")
	if t, known := p.c.TypeAt(collection.ParsePath(member)); known && t != collection.Unknown {
		hint = "Write filter[" + member + "] to filter by a member."
	} else if ours := foreign[strings.ToLower(strings.TrimLeft(name, "_$"))]; ours != "" {
		hint = "Write " + ours + " here."
	} else if near := nearest(name, parameters); near != "" {
		hint = "Did you mean " + near + "? " + hint
	}
	p.refuse(UnknownParameter, name, "is not a parameter of lists", hint)
}

func (p *parser) limit(name, value string) {
	most := strconv.Itoa(p.limits.MaxPageSize)
	n, err := strconv.Atoi(value)
	if err != nil || n < 1 || value[0] == '+' || value[0] == '0' {
		p.refuse(BadValue, name, "is not a whole number from 1 to "+most, "Leave it out for pages of "+strconv.Itoa(p.limits.PageSize)+".")
		return
	}
	if n > p.limits.MaxPageSize {
		p.refuse(OverLimit, name, "is more than "+most+", the most that one page has", "Ask for "+most+" and follow page.next.")
		return
	}
	p.q.Limit = n
}

func (p *parser) cursor(name, value string) {
	if value == "" {
		p.refuse(BadValue, name, "is empty", "Leave it out for the first page.")
	}
	p.q.Cursor = value
}

func (p *parser) count(name, value string) {
	switch count := Count(value); count {
	case Exact, Capped:
		p.q.Count = count
	default:
		p.refuse(BadValue, name, "is neither exact nor capped", "capped stops at "+strconv.Itoa(p.limits.Counted)+" and is quick; leave it out to count nothing.")
	}
}

func (p *parser) include(name, value string) {
	if value != "can" {
		p.refuse(BadValue, name, "can only be can", "include=can shows what you may do with each document.")
	}
	p.q.Can = true
}
