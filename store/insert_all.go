package store

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// manyRows bounds the rows of one statement: databases bound its parameters,
// SQLite to 32,766, and a change has 16.
const manyRows = 100

// InsertAll stores new documents, with far fewer statements than as many calls
// of Insert: on PostgreSQL each is a round trip.
func (t *tx) InsertAll(c *collection.Collection, documents []*collection.Document) error {
	for chunk := range slices.Chunk(documents, manyRows) {
		if t.err != nil {
			return t.err
		}
		if err := t.fail("insert documents", t.insertAll(c, chunk)); err != nil {
			return err
		}
	}
	return t.err
}

func (t *tx) insertAll(c *collection.Collection, documents []*collection.Document) error {
	table, err := t.table(c)
	if err != nil {
		return err
	}
	var inserts, changes, names rows
	usage := map[numbered]kept{}
	for _, d := range documents {
		r, err := t.record(table, c, d)
		if err != nil {
			return err
		}
		inserts.add(r.args)
		changes.add(t.changeOf(c, nil, nil, d, r))
		for _, p := range slices.SortedFunc(maps.Keys(table.people(d)), comparePeople) {
			names.add([]any{p.path, r.issuer, p.subject, d.ID})
		}
		who := numbered{r.issuer, d.Owner.Subject}
		usage[who] = kept{usage[who].documents + 1, usage[who].bytes + int64(len(r.body))}
	}
	if err := t.insertRows(table, c, documents, inserts); err != nil {
		return err
	}
	for some := range slices.Chunk(names, manyRows) {
		if _, err := t.on.exec("INSERT INTO "+table.members+" (path, iss, sub, id) VALUES "+some.places()+
			" ON CONFLICT DO NOTHING", some.args()...); err != nil {
			return err
		}
	}
	if err := t.countAll(table, usage); err != nil {
		return err
	}
	return t.addChanges(changes)
}

func (t *tx) insertRows(table *table, c *collection.Collection, documents []*collection.Document, inserts rows) error {
	head, _, _ := strings.Cut(table.insert, " VALUES ")
	n, err := t.on.exec(head+" VALUES "+inserts.places()+" ON CONFLICT (id) DO NOTHING", inserts.args()...)
	if err != nil {
		return t.refusalAmong(table, c, documents, inserts, err)
	}
	if n < int64(len(documents)) {
		return collection.ErrTaken
	}
	return nil
}

// refusalAmong finds out which unique index refused one of the documents.
// SQLite does not say, and the document in the way may be another of them: one
// by one, they tell. The transaction fails in any case.
func (t *tx) refusalAmong(table *table, c *collection.Collection, documents []*collection.Document, inserts rows, err error) error {
	name, unfit := t.store.engine.unfit(err)
	if !unfit || name != "" {
		return t.refusal(table, c, documents[0], err)
	}
	for i, d := range documents {
		if _, err := t.on.exec(table.insert, inserts[i]...); err != nil {
			return t.refusal(table, c, d, err)
		}
	}
	return err
}

// kept is what an owner keeps.
type kept struct{ documents, bytes int64 }

// countAll keeps the owners' rows up to date, in one order, so that two
// transactions never wait for one another.
func (t *tx) countAll(table *table, usage map[numbered]kept) error {
	who := slices.SortedFunc(maps.Keys(usage), func(a, b numbered) int {
		return cmp.Or(cmp.Compare(a.issuer, b.issuer), strings.Compare(a.subject, b.subject))
	})
	for _, w := range who {
		owner := collection.Owner{Subject: w.subject}
		if err := t.count(table, w.issuer, owner, usage[w].documents, usage[w].bytes); err != nil {
			return err
		}
	}
	return nil
}

func (t *tx) addChanges(changes rows) error {
	head, _, _ := strings.Cut(insertChange, " VALUES ")
	statement := strings.TrimSpace(head) + " VALUES " + changes.places()
	m, ok := t.on.(marked)
	if !ok {
		_, err := t.on.exec(statement, changes.args()...)
		return err
	}
	var seq int64
	if _, err := one(t.on, statement+" RETURNING seq", changes.args(), &seq); err != nil {
		return err
	}
	m.mark(seq, changes[0])
	return nil
}

// rows are the values of several rows of one statement, all of one width.
type rows [][]any

func (r *rows) add(values []any) { *r = append(*r, values) }

// places is ($1, $2), ($3, $4).
func (r rows) places() string {
	var b strings.Builder
	n := 0
	for i, row := range r {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteByte('(')
		for j := range row {
			if j > 0 {
				b.WriteString(", ")
			}
			n++
			b.WriteString("$" + strconv.Itoa(n))
		}
		b.WriteByte(')')
	}
	return b.String()
}

func (r rows) args() []any { return slices.Concat(r...) }
