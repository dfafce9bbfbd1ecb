package store

import (
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// branch writes one of the selects, without its order.
func (p *plan) branch(q *statement, columns string, s source) {
	from, where := p.table.sql+" AS t", []string(nil)
	joined := s.owner == nil && len(s.naming) > 0
	if joined {
		// Few documents name somebody, so they are sought first. CROSS JOIN
		// keeps SQLite to that; to PostgreSQL it is a join like any other.
		n := s.naming[0]
		s.naming = s.naming[1:]
		from = p.table.members + " AS p CROSS JOIN " + from
		where = append(where, "p.path = "+q.arg(n.path), "p.iss = "+q.arg(n.issuer), "p.sub = "+q.arg(n.subject), "t.id = p.id")
	}
	if name := p.hints[s.owner != nil]; name != "" && !joined {
		from += " INDEXED BY " + quote(name)
	}
	where = append(where, q.filters(p.table, s.seek)...)
	for i, key := range s.prefix {
		where = append(where, p.front[i]+" = "+q.arg(string(key)))
	}
	where = append(where, p.bounds(q)...)
	if p.after != nil {
		where = append(where, p.keyset(q, s.run))
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

// keyset writes what comes behind the position, as far as the run goes: the
// columns before the run are equal, and those of the run are beyond it. Both
// databases seek by a comparison of rows, which one of columns in different
// directions is not. Written as one OR, it would have them walk through all
// documents with the same first key.
func (p *plan) keyset(q *statement, r run) string {
	columns, values := p.columns(), p.position()
	var where []string
	for i := range r.from {
		where = append(where, columns[i].sql+" = "+q.arg(values[i]))
	}
	var names, places []string
	for i := r.from; i < r.to; i++ {
		names, places = append(names, columns[i].sql), append(places, q.arg(values[i]))
	}
	left, right := strings.Join(names, ", "), strings.Join(places, ", ")
	if len(names) > 1 {
		left, right = "("+left+")", "("+right+")"
	}
	return strings.Join(append(where, left+columns[r.from].beyond()+right), " AND ")
}

// run is a stretch of the order's columns that go in one direction.
type run struct{ from, to int }

// runs divides the columns of the order; what is behind the position by the
// last run is nearest to it and comes first. There is one run where nothing is
// to be sought.
func (p *plan) runs() []run {
	columns := p.columns()
	if p.after == nil {
		return []run{{0, len(columns)}}
	}
	var list []run
	for i, c := range columns {
		if i == 0 || c.desc != columns[i-1].desc {
			list = append(list, run{i, i})
		}
		list[len(list)-1].to = i + 1
	}
	slices.Reverse(list)
	return list
}

// columns are those of the order, and the id.
func (p *plan) columns() []ordered { return append(slices.Clone(p.behind), p.id) }

// position are the values of the columns where the walk begins.
func (p *plan) position() []string {
	var values []string
	for _, key := range p.after.Keys {
		values = append(values, string(key))
	}
	return append(values, p.after.ID)
}
