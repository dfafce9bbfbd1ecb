package store

import (
	"errors"
	"fmt"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// documentColumns are what [Store.documents] reads.
const documentColumns = "id, owner_iss, owner_sub, version, birth, created, updated, body"

// storedDepth bounds nesting in bodies. They were checked when they came.
const storedDepth = 10_000

// record is a document as it stands in the database.
type record struct {
	issuer int64
	body   string
	args   []any
}

// errChanged tells that a document is not the one that was loaded, which only
// happens where it was not loaded in the same transaction.
var errChanged = errors.New("the document changed since it was loaded")

// asBefore is the condition that the document is still what was loaded; its
// version and birth are the two arguments behind the first n.
func asBefore(n int) string { return fmt.Sprintf(" AND version = $%d AND birth = $%d", n+1, n+2) }

// record makes the arguments of the table's insert and update.
func (t *tx) record(table *table, c *collection.Collection, d *collection.Document) (*record, error) {
	issuer, err := t.register(d.Owner.Issuer)
	if err != nil {
		return nil, err
	}
	r := &record{issuer: issuer, body: string(d.Body.Append(nil))}
	r.args = []any{
		d.ID, issuer, d.Owner.Subject, d.Version, d.Birth,
		d.CreatedAt.UnixMilli(), d.UpdatedAt.UnixMilli(), r.body, table.generation,
	}
	for _, col := range table.columns {
		if col.kind == kindKey && col.state == stateLive {
			r.args = append(r.args, string(col.key(c, d)))
		}
	}
	return r, nil
}

// documents reads documents; the statement selects [documentColumns], and
// what follows them is left aside.
func documents(names registrar, on session, sql string, args []any) ([]*collection.Document, error) {
	var list []*collection.Document
	var owners []int64
	err := on.query(sql, args, func(r row) error {
		d, issuer, err := readDocument(r)
		list, owners = append(list, d), append(owners, issuer)
		return err
	})
	if err != nil {
		return nil, err
	}
	// Only now, since a session runs one statement at a time.
	for i, d := range list {
		if d.Owner.Issuer, err = names.issuerURL(on, owners[i]); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// readDocument reads all but the owner's issuer, of which it returns the
// number, and what the statement selects behind.
func readDocument(r row, more ...any) (d *collection.Document, issuer int64, err error) {
	d = &collection.Document{}
	var created, updated int64
	var body []byte
	dst := append([]any{&d.ID, &issuer, &d.Owner.Subject, &d.Version, &d.Birth, &created, &updated, &body}, more...)
	if err := r.scan(dst...); err != nil {
		return nil, 0, err
	}
	d.CreatedAt, d.UpdatedAt = time.UnixMilli(created).UTC(), time.UnixMilli(updated).UTC()
	d.Body, err = jsonvalue.Parse(body, jsonvalue.Limits{Depth: storedDepth})
	if err != nil {
		return nil, 0, fmt.Errorf("document %s is damaged: %w", d.ID, err)
	}
	return d, issuer, nil
}
