package store

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// qualified are [documentColumns] of the table t.
const qualified = "t.id, t.owner_iss, t.owner_sub, t.version, t.birth, t.created, t.updated, t.body"

// plan is a scan in the words of the database: a select for each term of the
// rule, each alternative of the prefix and each run of directions behind the
// position where it begins. Each of them seeks in one index and
// ends after as many documents as are asked for, so that the whole costs what
// it shows.
type plan struct {
	table *table
	seeks []seek
	// front are the columns of the prefix, behind those of the order, in the
	// direction of the walk. The id comes last.
	front  []string
	behind []ordered
	id     ordered
	// hints names the index for selects with the owner, and for those
	// without; empty where the database finds it by itself.
	hints    map[bool]string
	prefixes [][]collection.Key
	low      *collection.Bound
	high     *collection.Bound
	after    *collection.Position
}

// ordered is a column of an order.
type ordered struct {
	sql  string
	desc bool
}

func (o ordered) String() string {
	if o.desc {
		return o.sql + " DESC"
	}
	return o.sql + " ASC"
}

func (o ordered) sign() int {
	if o.desc {
		return -1
	}
	return 1
}

// beyond is the comparison that leads on in the direction of the walk.
func (o ordered) beyond() string {
	if o.desc {
		return " < "
	}
	return " > "
}

func (s *Store) plan(on session, catalog *catalog, c *collection.Collection, scan collection.Scan) (*plan, error) {
	table, err := catalog.table(c)
	if err != nil {
		return nil, err
	}
	p := &plan{
		table: table, id: ordered{"t.id", scan.Reverse}, prefixes: distinct(scan.Prefixes),
		low: scan.Low, high: scan.High, after: scan.After,
	}
	if p.seeks, err = s.seeks(on, table, scan.Visible); err != nil {
		return nil, err
	}
	if scan.Index != nil {
		if err := p.order(c, *scan.Index, scan.Reverse); err != nil {
			return nil, err
		}
	}
	if s.engine.dialect().hints {
		p.hint(c, scan.Index)
	}
	if err := p.check(); err != nil {
		return nil, err
	}
	p.narrow()
	return p, nil
}

// check refuses what no caller means.
func (p *plan) check() error {
	for _, prefix := range p.prefixes {
		if len(prefix) != len(p.front) {
			return errors.New("prefixes and index do not fit")
		}
	}
	if p.after != nil && len(p.after.Keys) != len(p.behind) {
		return errors.New("position and index do not fit")
	}
	return nil
}

// order takes the columns of the index.
func (p *plan) order(c *collection.Collection, index collection.Index, reverse bool) error {
	for i, key := range index.Keys {
		column, err := p.table.keyColumn(c, key.Path)
		if err != nil {
			return err
		}
		name := "t." + column.sql()
		if i < len(p.prefixes[0]) {
			p.front = append(p.front, name)
		} else {
			p.behind = append(p.behind, ordered{name, key.Desc != reverse})
		}
		p.id.desc = key.Desc != reverse
	}
	return nil
}

// hint names the indexes that are built for the order. SQLite takes the first
// one that it finds among several with the same first key, and sorts.
func (p *plan) hint(c *collection.Collection, index *collection.Index) {
	p.hints = map[bool]string{}
	if index == nil {
		p.hints[true] = "o_" + c.Name
		return
	}
	for _, x := range p.table.variantsOf(c, *index) {
		if p.table.indexes[x.name].state == stateReady {
			p.hints[strings.HasPrefix(x.definition, ownerColumns)] = x.name
		}
	}
}

// distinct leaves out alternatives that are there twice.
func distinct(prefixes [][]collection.Key) [][]collection.Key {
	if len(prefixes) == 0 {
		return [][]collection.Key{nil}
	}
	var list [][]collection.Key
	for _, p := range prefixes {
		if !slices.ContainsFunc(list, func(q []collection.Key) bool { return slices.Equal(p, q) }) {
			list = append(list, p)
		}
	}
	return list
}

// narrow leaves only one of the two bounds at which a walk could begin, the
// closer one: with both, a database may seek to the farther one and walk from
// there.
func (p *plan) narrow() {
	if p.after == nil || len(p.behind) == 0 {
		return
	}
	start := &p.low
	if p.behind[0].desc {
		start = &p.high
	}
	if *start == nil {
		return
	}
	c := strings.Compare(string(p.after.Keys[0]), string((*start).Key)) * p.behind[0].sign()
	if c > 0 || c == 0 && (*start).Inclusive {
		*start = nil
	} else {
		p.after = nil
	}
}

// source is one of the selects that make a scan.
type source struct {
	seek
	prefix []collection.Key
	run    run
}

// parts divides the selects so that none of the statements joins more of them
// than size. The terms of one alternative stay together where they fit, since
// they may show the same documents; other selects never do.
func (p *plan) parts(size int) [][]source {
	var all []source
	for _, prefix := range p.prefixes {
		for _, run := range p.runs() {
			for _, s := range p.seeks {
				all = append(all, source{s, prefix, run})
			}
		}
	}
	if n := len(p.seeks); n > 0 && size > n {
		size -= size % n
	}
	return slices.Collect(slices.Chunk(all, size))
}

// inOrder tells whether the selects are in the order of what they show: with
// one term and one alternative they are runs, the nearest first.
func (p *plan) inOrder() bool { return len(p.seeks) == 1 && len(p.prefixes) == 1 }

// statement selects documents, and the keys by which they are ordered where
// they are merged with others.
func (p *plan) statement(sources []source, keys []ordered, limit int) *statement {
	q := &statement{}
	columns := qualified
	outer := documentColumns
	var order []string
	for i, key := range keys {
		alias := "s" + strconv.Itoa(i)
		columns += ", " + key.sql + " AS " + alias
		outer += ", " + alias
		order = append(order, ordered{alias, key.desc}.String())
	}
	order = append(order, ordered{"id", p.id.desc}.String())
	if len(sources) == 1 {
		p.branch(q, columns, sources[0])
		q.add(p.ordering(limit))
		return q
	}
	q.add("SELECT " + outer + " FROM (")
	p.union(q, columns, sources, p.ordering(limit))
	// Each term may show the same documents once more.
	q.add(") AS u ORDER BY " + strings.Join(order, ", ") + " LIMIT " + strconv.Itoa(limit*len(p.seeks)))
	return q
}

// counting counts documents, up to limit.
func (p *plan) counting(sources []source, limit int) *statement {
	q := &statement{}
	end := ""
	if limit > 0 {
		end = " LIMIT " + strconv.Itoa(limit)
	}
	q.add("SELECT count(*) FROM (SELECT ")
	if len(p.seeks) > 1 {
		q.add("DISTINCT ")
	}
	q.add("id FROM (")
	p.union(q, "t.id", sources, end)
	q.add(") AS u" + end + ") AS counted")
	return q
}

// union writes one select for each source.
func (p *plan) union(q *statement, columns string, sources []source, end string) {
	for n, s := range sources {
		if n > 0 {
			q.add(" UNION ALL ")
		}
		q.add("SELECT * FROM (")
		p.branch(q, columns, s)
		q.add(end + ") AS b" + strconv.Itoa(n))
	}
}

// ordering ends a select.
func (p *plan) ordering(limit int) string {
	var order []string
	for _, key := range p.behind {
		order = append(order, key.String())
	}
	return " ORDER BY " + strings.Join(append(order, p.id.String()), ", ") + " LIMIT " + strconv.Itoa(limit)
}
