package store

import (
	"strings"

	"github.com/postern-dev/postern/collection"
)

// branch writes the select for one term and one alternative, without its
// order.
func (p *plan) branch(q *statement, columns string, s source) {
	from, where := p.table.sql+" AS t", []string(nil)
	if s.owner == nil && len(s.naming) > 0 {
		// Few documents name somebody, so they are sought first. CROSS JOIN
		// keeps SQLite to that; to PostgreSQL it is a join like any other.
		n := s.naming[0]
		s.naming = s.naming[1:]
		from = p.table.members + " AS p CROSS JOIN " + from
		where = append(where, "p.path = "+q.arg(n.path), "p.iss = "+q.arg(n.issuer), "p.sub = "+q.arg(n.subject), "t.id = p.id")
	}
	where = append(where, q.filters(p.table, s.seek)...)
	for i, key := range s.prefix {
		where = append(where, p.front[i]+" = "+q.arg(string(key)))
	}
	where = append(where, p.bounds(q)...)
	if p.after != nil {
		where = append(where, p.keyset(q))
	}
	q.add("SELECT " + columns + " FROM " + from)
	if len(where) > 0 {
		q.add(" WHERE " + strings.Join(where, " AND "))
	}
}

// bounds writes the range of the key behind the prefix.
func (p *plan) bounds(q *statement) []string {
	column, key := p.id.sql, idOf
	if len(p.behind) > 0 {
		column, key = p.behind[0].sql, func(k collection.Key) string { return string(k) }
	}
	var where []string
	add := func(b *collection.Bound, sign string) {
		if b == nil {
			return
		}
		if b.Inclusive {
			sign += "="
		}
		where = append(where, column+" "+sign+" "+q.arg(key(b.Key)))
	}
	add(p.low, ">")
	add(p.high, "<")
	return where
}

// idOf is the id that a key stands for. All ids are texts; every other kind of
// key is below them, as the empty id is.
func idOf(key collection.Key) string {
	if tag := collection.TextKey(""); strings.HasPrefix(string(key), string(tag)) {
		return string(key[len(tag):])
	}
	return ""
}

// keyset writes what comes behind the position. Where all directions agree, a
// comparison of rows does, and both databases seek by it. Where they do not,
// it is written out, and the first key is bounded once more by itself, since
// no database finds that bound within an OR.
func (p *plan) keyset(q *statement) string {
	columns := append(append([]ordered(nil), p.behind...), p.id)
	values := make([]string, 0, len(columns))
	for _, key := range p.after.Keys {
		values = append(values, string(key))
	}
	values = append(values, p.after.ID)
	if names, agree := agreeing(columns); agree {
		var places []string
		for _, v := range values {
			places = append(places, q.arg(v))
		}
		if len(names) == 1 {
			return names[0] + columns[0].beyond() + places[0]
		}
		return "(" + strings.Join(names, ", ") + ")" + columns[0].beyond() + "(" + strings.Join(places, ", ") + ")"
	}
	bound := columns[0].sql + strings.TrimSuffix(columns[0].beyond(), " ") + "= " + q.arg(values[0])
	return bound + " AND " + writtenOut(q, columns, values)
}

func agreeing(columns []ordered) (names []string, agree bool) {
	for _, c := range columns {
		if c.desc != columns[0].desc {
			return nil, false
		}
		names = append(names, c.sql)
	}
	return names, true
}

// writtenOut is a > $1 OR (a = $1 AND (b < $2 OR …)).
func writtenOut(q *statement, columns []ordered, values []string) string {
	c := columns[0]
	further := c.sql + c.beyond() + q.arg(values[0])
	if len(columns) == 1 {
		return further
	}
	return "(" + further + " OR (" + c.sql + " = " + q.arg(values[0]) + " AND " + writtenOut(q, columns[1:], values[1:]) + "))"
}
