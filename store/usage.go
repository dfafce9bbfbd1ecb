package store

import "github.com/postern-dev/postern/collection"

// Usage is asked at each write where a quota is declared, so it must not cost
// the more the more is kept. Therefore every write then keeps a row for each
// owner up to date, by differences. A row is completed at the first question,
// by counting once; until then it holds what changed since nobody knows when,
// and is there for its lock: whoever counts first waits for writes that the
// count would not see. Collections without quotas pay nothing.
//
// The row makes writes of one owner wait for one another on PostgreSQL. Quotas
// need that: two writes that each fit may not fit together.

// count keeps the owner's row up to date.
func (t *tx) count(table *table, issuer int64, owner collection.Owner, documents, bytes int64) error {
	if table.counted == 0 || documents == 0 && bytes == 0 {
		return nil
	}
	_, err := t.on.exec(`INSERT INTO usage (collection, owner_iss, owner_sub, documents, bytes, counted)
		VALUES ($1, $2, $3, $4, $5, 0) ON CONFLICT (collection, owner_iss, owner_sub)
		DO UPDATE SET documents = usage.documents + excluded.documents, bytes = usage.bytes + excluded.bytes`,
		table.name, issuer, owner.Subject, documents, bytes)
	return err
}

// recount counts an update.
func (t *tx) recount(table *table, before *collection.Document, old *record, d *collection.Document, r *record) error {
	if before.Owner == d.Owner {
		return t.count(table, r.issuer, d.Owner, 0, int64(len(r.body)-len(old.body)))
	}
	if err := t.count(table, old.issuer, before.Owner, -1, -int64(len(old.body))); err != nil {
		return err
	}
	return t.count(table, r.issuer, d.Owner, 1, int64(len(r.body)))
}

// Usage returns how many documents, and how many bytes of bodies, the owner
// keeps in the collection.
func (t *tx) Usage(c *collection.Collection, owner collection.Owner) (documents, bytes int64, err error) {
	if t.err != nil {
		return 0, 0, t.err
	}
	table, err := t.table(c)
	if err != nil {
		return 0, 0, t.fail("read usage", err)
	}
	issuer, err := t.register(owner.Issuer)
	if err != nil {
		return 0, 0, t.fail("read usage", err)
	}
	if table.counted == 0 {
		documents, bytes, err = t.sum(table, issuer, owner)
	} else {
		documents, bytes, err = t.counted(table, issuer, owner)
	}
	return documents, bytes, t.fail("read usage", err)
}

// counted reads the owner's row and keeps it locked.
func (t *tx) counted(table *table, issuer int64, owner collection.Owner) (documents, bytes int64, err error) {
	key := []any{table.name, issuer, owner.Subject}
	const where = ` WHERE collection = $1 AND owner_iss = $2 AND owner_sub = $3`
	_, err = t.on.exec(`INSERT INTO usage (collection, owner_iss, owner_sub, documents, bytes, counted)
		VALUES ($1, $2, $3, 0, 0, 0) ON CONFLICT DO NOTHING`, key...)
	if err != nil {
		return 0, 0, err
	}
	var since int64
	_, err = one(t.on, `SELECT documents, bytes, counted FROM usage`+where+t.store.engine.dialect().forUpdate,
		key, &documents, &bytes, &since)
	if err != nil || since == table.counted {
		return documents, bytes, err
	}
	if documents, bytes, err = t.sum(table, issuer, owner); err != nil {
		return 0, 0, err
	}
	_, err = t.on.exec(`UPDATE usage SET documents = $4, bytes = $5, counted = $6`+where,
		append(key, documents, bytes, table.counted)...)
	return documents, bytes, err
}

// sum counts all that the owner keeps.
func (t *tx) sum(table *table, issuer int64, owner collection.Owner) (documents, bytes int64, err error) {
	_, err = one(t.on, "SELECT count(*), coalesce(sum(octet_length(body)), 0) FROM "+table.sql+
		" WHERE owner_iss = $1 AND owner_sub = $2", []any{issuer, owner.Subject}, &documents, &bytes)
	return documents, bytes, err
}

// Owned returns up to limit documents of the owner, in the order of their ids,
// after the given id.
func (t *tx) Owned(c *collection.Collection, owner collection.Owner, after string, limit int) ([]*collection.Document, error) {
	if t.err != nil {
		return nil, t.err
	}
	table, err := t.table(c)
	if err != nil {
		return nil, t.fail("read what is owned", err)
	}
	issuer, known, err := t.issuerNumber(t.on, owner.Issuer)
	if err != nil || !known {
		return nil, t.fail("read what is owned", err)
	}
	list, _, err := documents(t, t.on, "SELECT "+documentColumns+" FROM "+table.sql+
		" WHERE owner_iss = $1 AND owner_sub = $2 AND id > $3 ORDER BY id LIMIT $4",
		[]any{issuer, owner.Subject, after, int64(limit)})
	return list, t.fail("read what is owned", err)
}
