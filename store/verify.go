package store

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// Verified is what [Store.Verify] read, and what is wrong with it.
type Verified struct {
	Documents, Changes int64
	Flaws              []Flaw
}

// Flaw is something in a database that contradicts something else in it. A
// server that works as it should leaves none, however it is ended.
type Flaw struct {
	// Collection is empty where the database as a whole is meant.
	Collection string
	Says       string
}

// maxFlaws bounds the flaws that are told of one kind.
const maxFlaws = 5

// Verify reads everything as it is at one moment, while others read and write,
// and holds it against itself: documents against the keys, people and usage
// that are kept beside them, against their indexes and uniques, and against
// the changes that tell how they came to be. On SQLite the file's own
// structure is checked, too. It takes as long as reading everything a few
// times.
func (s *Store) Verify(ctx context.Context) (Verified, error) {
	v := verification{ctx: ctx, store: s}
	err := s.engine.moment(ctx, func(on session) (err error) {
		v.on = on
		err = v.run()
		return s.engine.explain(err)
	})
	if err != nil {
		return v.found, fmt.Errorf("verify the database: %w", err)
	}
	return v.found, nil
}

// verification is one run of Verify.
type verification struct {
	ctx     context.Context
	store   *Store
	on      session
	catalog *catalog
	pruned  int64
	found   Verified
}

func (v *verification) flaw(t *table, says string, args ...any) {
	f := Flaw{Says: fmt.Sprintf(says, args...)}
	if t != nil {
		f.Collection = t.name
	}
	v.found.Flaws = append(v.found.Flaws, f)
}

func (v *verification) run() (err error) {
	if v.catalog, err = loadCatalog(v.on); err != nil {
		return err
	}
	broken, err := v.store.engine.inspect(v.on)
	for _, says := range broken {
		v.flaw(nil, "%s", says)
	}
	if err != nil || len(broken) > 0 {
		return err // what else is read of such a file means nothing
	}
	if err := v.positions(); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(v.catalog.tables)) {
		t := v.catalog.tables[name]
		for _, check := range []func(*table) error{v.documents, v.usage, v.indexes, v.succession, v.outcome} {
			if err := check(t); err != nil {
				return fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	return nil
}

// count runs a statement that counts what is wrong and names the first.
func (v *verification) count(t *table, says, sql string, args ...any) error {
	var n int64
	var first string
	if _, err := one(v.on, sql, args, &n, &first); err != nil || n == 0 {
		return err
	}
	v.flaw(t, "%d %s; the first is %s", n, says, first)
	return nil
}

// usage holds the owners' rows against what the owners keep.
func (v *verification) usage(t *table) error {
	if t.counted == 0 {
		return nil
	}
	return v.count(t, "owners of whom another usage is noted than they have",
		`SELECT count(*), coalesce(min(u.owner_sub), '') FROM usage u LEFT JOIN
		(SELECT owner_iss, owner_sub, count(*) AS documents, sum(octet_length(body)) AS bytes FROM `+t.sql+` GROUP BY owner_iss, owner_sub) AS k
		ON k.owner_iss = u.owner_iss AND k.owner_sub = u.owner_sub
		WHERE u.collection = $1 AND u.counted = $2 AND (u.documents <> coalesce(k.documents, 0) OR u.bytes <> coalesce(k.bytes, 0))`,
		t.name, t.counted)
}

// indexes looks whether those that are ready have every document, and those
// that are unique no two alike.
func (v *verification) indexes(t *table) error {
	for _, name := range slices.Sorted(maps.Keys(t.indexes)) {
		x := t.indexes[name]
		if x.state != stateReady {
			continue
		}
		says, err := v.store.engine.indexed(v.on, t, x)
		if err != nil {
			return fmt.Errorf("index %s: %w", x.declared, err)
		}
		if says != "" {
			gone, err := v.isGone(name)
			if err != nil {
				return err
			}
			if gone {
				continue
			}
			v.flaw(t, "the index of %s %s", x.declared, says)
		}
		if !x.isUnique() {
			continue
		}
		columns, present := x.parts()
		err = v.count(t, "documents that have to be one: "+x.declared, `SELECT coalesce(sum(n), 0), coalesce(min(id), '') FROM
			(SELECT count(*) AS n, min(id) AS id FROM `+t.sql+present+` GROUP BY `+strings.Join(columns, ", ")+` HAVING count(*) > 1) AS x`)
		if err != nil {
			return fmt.Errorf("index %s: %w", x.declared, err)
		}
	}
	return nil
}

// parts are the columns of the index, and the condition under which documents
// are in it.
func (x builtIndex) parts() (columns []string, present string) {
	text, unique := strings.CutPrefix(x.definition, uniqueMark)
	var need []string
	for _, c := range strings.Split(text, ", ") {
		name, _, _ := strings.Cut(c, " ")
		columns = append(columns, name)
		if unique && strings.HasPrefix(name, "k") {
			need = append(need, name+" <> ''")
		}
	}
	if len(need) > 0 {
		present = " WHERE " + strings.Join(need, " AND ")
	}
	return columns, present
}

// bare stands for a collection, whose keys depend on the catalog alone.
func (t *table) bare() *collection.Collection { return &collection.Collection{Name: t.name} }

// isGone tells whether the index was taken out of the catalog since this moment.
// PostgreSQL shows a moment of rows, but not of what is dropped.
func (v *verification) isGone(name string) (bool, error) {
	if !v.store.engine.shared() {
		return false, nil
	}
	ready := false
	err := v.store.engine.read(v.ctx, func(on session) (err error) {
		ready, err = one(on, `SELECT 1 FROM indexes WHERE name = $1 AND state = $2`, []any{name, stateReady}, new(int64))
		return err
	})
	return !ready, err
}
