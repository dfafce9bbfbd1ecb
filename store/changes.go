package store

import "github.com/postern-dev/postern/collection"

// The kinds of changes.
const (
	opInsert = "insert"
	opUpdate = "update"
	opDelete = "delete"
)

// change writes down what a write did, in its own transaction: enough to build
// the document's state before and after. A deletion is a version of its own.
// Before and after are nil where there was, or is, no document; old and r are
// their records.
func (t *tx) change(c *collection.Collection, before *collection.Document, old *record, after *collection.Document, r *record) error {
	return t.addChange(t.changeOf(c, before, old, after, r)...)
}

// changeOf returns the values of a row of changes.
func (t *tx) changeOf(c *collection.Collection, before *collection.Document, old *record, after *collection.Document, r *record) []any {
	var ownerBefore, subjectBefore, bodyBefore, updatedBefore any
	var owner, subject, body, updated any
	op, of := opInsert, after
	version, at := int64(0), collection.Now()
	if before != nil {
		ownerBefore, subjectBefore, bodyBefore = old.issuer, before.Owner.Subject, old.body
		updatedBefore = before.UpdatedAt.UnixMilli()
		op, of, version = opDelete, before, before.Version+1
	}
	if after != nil {
		owner, subject, body = r.issuer, after.Owner.Subject, r.body
		updated, at = after.UpdatedAt.UnixMilli(), after.UpdatedAt
		version = after.Version
		of = after
		if before != nil {
			op = opUpdate
		}
	}
	return []any{c.Name, of.ID, version, op, ownerBefore, subjectBefore, owner, subject, bodyBefore, body,
		of.Birth, of.CreatedAt.UnixMilli(), updatedBefore, updated, at.UnixMilli(), t.claimed}
}

const insertChange = `INSERT INTO changes (collection, id, version, op, owner_iss_before, owner_sub_before,
	owner_iss, owner_sub, body_before, body, birth, created, updated_before, updated, at, claim) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`

// addChange keeps the number of the row where the engine wants to know later
// whether the transaction was committed.
func (t *tx) addChange(values ...any) error {
	m, ok := t.on.(marked)
	if !ok {
		_, err := t.on.exec(insertChange, values...)
		return err
	}
	var seq int64
	if _, err := one(t.on, insertChange+" RETURNING seq", values, &seq); err != nil {
		return err
	}
	m.mark(seq, values)
	return nil
}

// marked is a session in which a commit can end without an answer. It is told
// of a row of changes that is there exactly if the transaction was committed.
type marked interface{ mark(seq int64, change []any) }
