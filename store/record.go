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

// raw is a document as it comes from the database.
type raw struct {
	id, subject, birth, body          string
	issuer, version, created, updated int64
}

// places are where a row of [documentColumns] goes. Null leaves a place as it
// is, so it has to be empty before.
func (d *raw) places() []any {
	return []any{&d.id, &d.issuer, &d.subject, &d.version, &d.birth, &d.created, &d.updated, &d.body}
}

// scan reads a row of [documentColumns] and what is selected behind them.
func (d *raw) scan(r row, more ...any) error { return r.scan(append(d.places(), more...)...) }

// document makes a document of it. It may ask for the issuer, so it comes when
// all rows are read: a session runs one statement at a time.
func (d *raw) document(names registrar, on session) (*collection.Document, error) {
	issuer, err := names.issuerURL(on, d.issuer)
	if err != nil {
		return nil, err
	}
	body, err := jsonvalue.ParseText(d.body, jsonvalue.Limits{Depth: storedDepth})
	if err != nil {
		return nil, fmt.Errorf("document %s is damaged: %w", d.id, err)
	}
	return &collection.Document{
		ID: d.id, Owner: collection.Owner{Issuer: issuer, Subject: d.subject}, Version: d.version, Birth: d.birth,
		CreatedAt: time.UnixMilli(d.created).UTC(), UpdatedAt: time.UnixMilli(d.updated).UTC(), Body: body,
	}, nil
}

// documents reads documents, and tells how long their texts are together; the
// statement selects [documentColumns].
func documents(names registrar, on session, sql string, args []any) (list []*collection.Document, text int, err error) {
	rows, err := all(on, func(r row) (d raw, err error) {
		err = d.scan(r)
		text += len(d.body)
		return d, err
	}, sql, args...)
	if err != nil {
		return nil, 0, err
	}
	list = make([]*collection.Document, len(rows))
	for i := range rows {
		if list[i], err = rows[i].document(names, on); err != nil {
			return nil, 0, err
		}
	}
	return list, text, nil
}
