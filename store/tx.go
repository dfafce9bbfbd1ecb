package store

import (
	"fmt"

	"github.com/postern-dev/postern/collection"
)

// tx is one transaction. After its first error it does nothing any more.
type tx struct {
	store   *Store
	on      session
	catalog *catalog
	// touched are told before a document changes; nil where none does.
	touched *writes
	// claimed is the idempotency key of this transaction, with its writer.
	claimed string
	// issuers are those that this transaction met and that may not be
	// committed.
	issuers map[string]int64
	err     error
}

var _ collection.Tx = (*tx)(nil)

// fail keeps the first error.
func (t *tx) fail(doing string, err error) error {
	if err != nil && t.err == nil {
		if explained := t.store.engine.explain(err); isRefusal(explained) {
			t.err = explained
		} else {
			t.err = fmt.Errorf("%s: %w", doing, explained)
		}
	}
	return t.err
}

// table is that of the collection.
func (t *tx) table(c *collection.Collection) (*table, error) { return t.catalog.table(c) }

func (c *catalog) table(of *collection.Collection) (*table, error) {
	if found := c.tables[of.Name]; found != nil {
		return found, nil
	}
	return nil, fmt.Errorf("collection %s is not declared to the store", of.Name)
}

// Load returns the document as it is now and keeps others from changing it.
func (t *tx) Load(c *collection.Collection, id string) (*collection.Document, error) {
	if t.err != nil {
		return nil, t.err
	}
	table, err := t.table(c)
	if err != nil {
		return nil, t.fail("load a document", err)
	}
	found, _, err := documents(t, t.on, "SELECT "+documentColumns+" FROM "+table.sql+
		" WHERE id = $1"+t.store.engine.dialect().forUpdate, []any{id})
	if err != nil || len(found) == 0 {
		return nil, t.fail("load a document", err)
	}
	return found[0], nil
}

// Insert stores a new document.
func (t *tx) Insert(c *collection.Collection, d *collection.Document) error {
	if t.err != nil {
		return t.err
	}
	return t.fail("insert a document", t.insert(c, d))
}

func (t *tx) insert(c *collection.Collection, d *collection.Document) error {
	table, err := t.table(c)
	if err != nil {
		return err
	}
	r, err := t.record(table, c, d)
	if err != nil {
		return err
	}
	n, err := t.on.exec(table.insert, r.args...)
	if err != nil {
		return t.refusal(table, c, d, err)
	}
	if n == 0 {
		return collection.ErrTaken
	}
	if err := t.name(table, d.ID, r.issuer, nil, table.people(d)); err != nil {
		return err
	}
	if err := t.count(table, r.issuer, d.Owner, 1, int64(len(r.body))); err != nil {
		return err
	}
	return t.change(c, nil, nil, d, r)
}

// Update stores the document in place of before, which Load returned.
func (t *tx) Update(c *collection.Collection, before, d *collection.Document) error {
	if t.err != nil {
		return t.err
	}
	return t.fail("update a document", t.replace(c, before, d))
}

func (t *tx) replace(c *collection.Collection, before, d *collection.Document) error {
	table, err := t.table(c)
	if err != nil {
		return err
	}
	old, err := t.record(table, c, before)
	if err != nil {
		return err
	}
	r, err := t.record(table, c, d)
	if err != nil {
		return err
	}
	t.touched.add(docKey{c.Name, d.ID})
	n, err := t.on.exec(table.update+asBefore(len(r.args)), append(r.args, before.Version, before.Birth)...)
	if err != nil {
		return t.refusal(table, c, d, err)
	}
	if n == 0 {
		return errChanged
	}
	if err := t.rename(table, before, old, d, r); err != nil {
		return err
	}
	if err := t.recount(table, before, old, d, r); err != nil {
		return err
	}
	return t.change(c, before, old, d, r)
}

// Delete removes the document, which Load returned.
func (t *tx) Delete(c *collection.Collection, before *collection.Document) error {
	if t.err != nil {
		return t.err
	}
	return t.fail("delete a document", t.remove(c, before))
}

func (t *tx) remove(c *collection.Collection, before *collection.Document) error {
	table, err := t.table(c)
	if err != nil {
		return err
	}
	old, err := t.record(table, c, before)
	if err != nil {
		return err
	}
	t.touched.add(docKey{c.Name, before.ID})
	n, err := t.on.exec("DELETE FROM "+table.sql+" WHERE id = $1"+asBefore(1), before.ID, before.Version, before.Birth)
	if err != nil {
		return err
	}
	if n == 0 {
		return errChanged
	}
	if err := t.name(table, before.ID, old.issuer, table.people(before), nil); err != nil {
		return err
	}
	if err := t.count(table, old.issuer, before.Owner, -1, -int64(len(old.body))); err != nil {
		return err
	}
	return t.change(c, before, old, nil, nil)
}
