package store

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
)

// isRefusal tells whether the error is one that callers compare or show, and
// that needs no words about where it arose.
func isRefusal(err error) bool {
	var unique *collection.UniqueError
	return err == collection.ErrTaken || err == collection.ErrReplayed || errors.As(err, &unique) || errors.Is(err, errStale)
}

// refusal finds out which unique index refused the document.
func (t *tx) refusal(table *table, c *collection.Collection, d *collection.Document, err error) error {
	name, unfit := t.store.engine.unfit(err)
	if !unfit {
		return err
	}
	if name != "" {
		if index, ok := table.indexes[name]; ok {
			return &collection.UniqueError{Unique: table.uniqueOf(c, index)}
		}
		return fmt.Errorf("%w: %w", errStale, err) // another server just made it
	}
	for _, index := range table.indexes {
		if u := table.uniqueOf(c, index); index.isUnique() && t.holds(table, u, c, d) {
			return &collection.UniqueError{Unique: u}
		}
	}
	return err
}

// holds tells whether another document has the same unique members. It is
// asked only where the database refused a document without saying why, and
// within the same transaction, so the answer is that of the refusal.
func (t *tx) holds(table *table, u collection.Unique, c *collection.Collection, d *collection.Document) bool {
	args := []any{d.ID}
	where := []string{"id <> $1"}
	add := func(name string, value any) {
		args = append(args, value)
		where = append(where, fmt.Sprintf("%s = $%d", name, len(args)))
	}
	if u.PerOwner {
		issuer, _, err := t.issuerNumber(t.on, d.Owner.Issuer)
		if err != nil {
			return false
		}
		add("owner_iss", issuer)
		add("owner_sub", d.Owner.Subject)
	}
	for _, path := range u.Paths {
		col, err := table.keyColumn(c, path)
		key := col.key(c, d)
		if err != nil || key == "" {
			return false
		}
		add(col.sql(), string(key))
	}
	found, err := one(t.on, "SELECT 1 FROM "+table.sql+" WHERE "+strings.Join(where, " AND "), args, new(int64))
	return found && err == nil
}

// isUnique tells whether no two documents may have the same keys in it.
func (x builtIndex) isUnique() bool { return strings.HasPrefix(x.definition, uniqueMark) }

// uniqueOf returns the declaration that the index stands for. Another server's
// declaration may have it and this one's not; then it is made of the columns.
func (t *table) uniqueOf(c *collection.Collection, index builtIndex) collection.Unique {
	for _, u := range c.Unique {
		if d, ok := t.uniqueIndex(c, u); ok && d.name == index.name {
			return u
		}
	}
	var u collection.Unique
	for _, name := range strings.Split(strings.TrimPrefix(index.definition, uniqueMark), ", ") {
		i := slices.IndexFunc(t.columns, func(c column) bool { return c.kind == kindKey && c.sql()+" ASC" == name })
		switch {
		case i >= 0:
			u.Paths = append(u.Paths, t.columns[i].path)
		case name == "owner_sub ASC":
			u.PerOwner = true
		}
	}
	return u
}
