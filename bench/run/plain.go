package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
	"github.com/postern-dev/postern/bench/load"
	"github.com/postern-dev/postern/bench/notes"
	_ "modernc.org/sqlite" // the driver that Postern uses
)

// inserter puts rows of documents and of changes into a database that Postern
// filled, by the driver alone: what no server on that driver can beat.
type inserter struct {
	db                        *sql.DB
	documents, changes        string // statements
	documentValues, changeRow []any
	documentID, changeID      int // places of the ids among the values
	seconds                   int
}

// plain fills a database of its own and takes one row of each table as the
// pattern of all others.
func (b *bench) plain(ctx context.Context, w *load.World) (*inserter, error) {
	folder, err := w.Declare("plain", notes.Declaration)
	if err != nil {
		return nil, err
	}
	if _, err := b.fill(ctx, w, folder, b.documents); err != nil {
		return nil, err
	}
	name := url.URL{Scheme: "file", Path: filepath.Join(folder, "postern.db"), OmitHost: true, RawQuery: "_pragma=journal_mode(WAL)" +
		"&_pragma=synchronous(FULL)&_pragma=cache_size(-8192)&_pragma=journal_size_limit(67108864)"} // as Postern has it
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	i := &inserter{db: db, seconds: b.seconds}
	i.documents, i.documentValues, i.documentID, err = pattern(ctx, db, "c_notes", "")
	if err == nil {
		i.changes, i.changeRow, i.changeID, err = pattern(ctx, db, "changes", "seq")
	}
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return i, nil
}

// pattern reads one row, and returns the statement that inserts one like it and
// the place of its id. The column without is left to the database.
func pattern(ctx context.Context, db *sql.DB, table, without string) (statement string, values []any, id int, err error) {
	rows, err := db.QueryContext(ctx, "SELECT * FROM "+table+" LIMIT 1")
	if err != nil {
		return "", nil, 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	columns, err := rows.Columns()
	if err != nil || !rows.Next() {
		return "", nil, 0, errors.Join(err, rows.Err(), fmt.Errorf("%s is empty", table))
	}
	values, targets := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		targets[i] = &values[i]
	}
	if err := rows.Scan(targets...); err != nil {
		return "", nil, 0, err
	}
	if at := slices.Index(columns, without); at >= 0 {
		columns, values = slices.Delete(columns, at, at+1), slices.Delete(values, at, at+1)
	}
	places := strings.TrimSuffix(strings.Repeat("?, ", len(columns)), ", ")
	return "INSERT INTO " + table + " (" + strings.Join(columns, ", ") + ") VALUES (" + places + ")", values, slices.Index(columns, "id"), nil
}

func (i *inserter) close() { _ = i.db.Close() } // nothing of it is needed any more

// measure inserts for some seconds.
func (i *inserter) measure(ctx context.Context) (load.Sample, error) {
	began, count := time.Now(), 0
	for time.Since(began) < time.Duration(i.seconds)*time.Second {
		if err := i.transaction(ctx); err != nil {
			return load.Sample{}, err
		}
		count += together
	}
	return load.Sample{Rate: float64(count) / time.Since(began).Seconds()}, nil
}

// together is how many documents have one transaction: as many as there are
// clients.
const together = 64

func (i *inserter) transaction(ctx context.Context) error {
	tx, err := i.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }() // of no effect after the commit
	documents, err := tx.PrepareContext(ctx, i.documents)
	if err != nil {
		return err
	}
	changes, err := tx.PrepareContext(ctx, i.changes)
	if err != nil {
		return err
	}
	for range together {
		id := uuid.Must(uuid.NewV7()).String()
		i.documentValues[i.documentID], i.changeRow[i.changeID] = id, id
		if _, err := documents.ExecContext(ctx, i.documentValues...); err != nil {
			return err
		}
		if _, err := changes.ExecContext(ctx, i.changeRow...); err != nil {
			return err
		}
	}
	return tx.Commit()
}
