package store

import (
	"fmt"
	"strings"
)

// inspect has SQLite look through its file, and hold each index against its
// table.
func (l *lite) inspect(on session) (broken []string, err error) {
	said, err := all(on, func(r row) (text string, err error) {
		err = r.scan(&text)
		return text, err
	}, "PRAGMA integrity_check(5)")
	if err != nil || len(said) == 1 && said[0] == "ok" {
		return nil, err
	}
	return said, nil
}

// indexed asks only whether the index is there: inspect has read it.
func (l *lite) indexed(on session, _ *table, x builtIndex) (says string, err error) {
	found, err := one(on, `SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = $1`, []any{x.name}, new(int64))
	if err == nil && !found {
		says = "is not there"
	}
	return says, err
}

// inspect has nothing to do: PostgreSQL has tools of its own for its files.
func (p *postgres) inspect(session) ([]string, error) { return nil, nil }

// indexed reads all documents twice, once through the index.
func (p *postgres) indexed(on session, t *table, x builtIndex) (says string, err error) {
	var valid int64
	found, err := one(on, `SELECT CASE WHEN i.indisvalid THEN 1 ELSE 0 END FROM pg_index i
		JOIN pg_class c ON c.oid = i.indexrelid WHERE c.oid = to_regclass($1)`, []any{quote(x.name)}, &valid)
	switch {
	case err != nil:
		return "", err
	case !found:
		return "is not there", nil
	case valid == 0:
		return "is not valid", nil
	}
	_, present := x.parts()
	order := strings.TrimPrefix(x.definition, uniqueMark)
	throughIndex, err := sum(on, t, present+" ORDER BY "+order, "seqscan", "sort")
	if err != nil {
		return "", err
	}
	without, err := sum(on, t, present, "indexscan", "indexonlyscan")
	if err == nil && throughIndex != without {
		says = fmt.Sprintf("has %d documents, and the table %d", throughIndex[0], without[0])
	}
	return says, err
}

// sum counts documents, and sums up hashes of their ids, without the ways of
// reading that are turned off.
func sum(on session, t *table, rest string, off ...string) (counted [2]int64, err error) {
	for _, name := range []string{"seqscan", "sort", "indexscan", "indexonlyscan", "bitmapscan"} {
		state := "on"
		for _, o := range append(off, "bitmapscan") {
			if o == name {
				state = "off"
			}
		}
		if _, err := on.exec("SET LOCAL enable_" + name + " = " + state); err != nil {
			return counted, err
		}
	}
	_, err = one(on, "SELECT count(*), coalesce(sum(hashtext(id)::bigint), 0)::bigint FROM (SELECT id FROM "+t.sql+rest+") AS x",
		nil, &counted[0], &counted[1])
	return counted, err
}
