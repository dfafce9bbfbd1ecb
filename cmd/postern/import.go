package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/transfer"
)

type importCommand struct {
	databaseFlags
	File        string `arg:"" help:"What export wrote; - is standard input."`
	KeepInvalid bool   `help:"Write documents that do not fit the schema of their collection, too."`
	Merge       bool   `help:"Let documents stay that the database has and the file has not."`
	JSON        bool   `name:"json" help:"Print the summary as JSON."`
}

// Help shows the command at work.
func (importCommand) Help() string {
	return `Example:
  postern import --database-url postgres://postern@db/postern documents.ndjson
  ssh old postern export | postern import --database-url postgres://postern@db/postern -

Documents keep id, owner, version and times. Nothing is ever overwritten: a document that is there just so is skipped,
one that is there with another content refuses the file. An import that was cut off goes on when it is run again.

A file is read twice: nothing is written unless all of it is whole and fits. Standard input is read once: documents are
written as they come, and what is wrong with the rest is told at the end.

A server may use PostgreSQL meanwhile; SQLite's server has to be stopped.

Exit codes: 0 all documents of the file are in the database; 1 refused or failed; 2 wrong command line or settings.`
}

// importWriters is how many transactions are written side by side. SQLite
// makes one of them.
const importWriters = 4

// Run imports.
func (i importCommand) Run(p process) error {
	settings, collections, err := i.load(p)
	if err == nil {
		err = mustDeclare(collections)
	}
	if err != nil {
		return err
	}
	from, size, err := i.open(p)
	if err != nil {
		return err
	}
	defer func() { _ = from.Close() }() // it was only read
	s, err := openStore(p, settings, false)
	if err != nil {
		return err
	}
	err = s.Declare(p.ctx, collections)
	var report transfer.Report
	if err == nil {
		report, err = i.move(p, s, from, size, collections)
	}
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	return i.report(p.stdout, report)
}

// once is standard input: it stays open, and nobody goes back in it.
type once struct{ io.Reader }

func (once) Seek(int64, int) (int64, error) { return 0, errors.ErrUnsupported }
func (once) Close() error                   { return nil }

// open opens the file. A size of 0 says that it can be read once only.
func (i importCommand) open(p process) (io.ReadSeekCloser, int64, error) {
	if i.File == "-" {
		return once{p.stdin}, 0, nil
	}
	f, err := os.Open(i.File)
	if err != nil {
		return nil, 0, usageError{err}
	}
	info, err := f.Stat()
	if err == nil && info.IsDir() {
		err = usageError{fmt.Errorf("%s is a folder", i.File)}
	}
	if err != nil {
		return nil, 0, errors.Join(err, f.Close())
	}
	if !info.Mode().IsRegular() {
		return f, 0, nil
	}
	return f, info.Size(), nil
}

func (i importCommand) move(p process, s *store.Store, from io.ReadSeeker, size int64, collections []*collection.Collection) (transfer.Report, error) {
	o := transfer.Importing{Collections: collections, KeepInvalid: i.KeepInvalid, Merge: i.Merge, Writers: importWriters}
	run := func(what string, work func(context.Context, transfer.Target, io.Reader, transfer.Importing) (transfer.Report, error)) (transfer.Report, error) {
		m := newMeter(p.stderr, what, size)
		defer m.end()
		o.Progress = m.at
		return work(p.ctx, s, from, o)
	}
	if size > 0 {
		if _, err := run("check", transfer.Check); err != nil {
			return transfer.Report{}, fmt.Errorf("%s: %w", i.File, err)
		}
		if _, err := from.Seek(0, io.SeekStart); err != nil {
			return transfer.Report{}, err
		}
	}
	report, err := run("import", transfer.Import)
	var refused *transfer.RefusedError
	if n := report.Written(); err != nil && n > 0 && !errors.As(err, &refused) {
		err = fmt.Errorf("%w\n%d documents were written before; run it again to go on", err, n)
	}
	if err != nil {
		err = fmt.Errorf("%s: %w", i.File, err)
	}
	return report, err
}

func (i importCommand) report(to io.Writer, report transfer.Report) error {
	if i.JSON {
		return json.NewEncoder(to).Encode(report)
	}
	rows := [][]string{{"collection", "documents", "written", "there", "sha256"}}
	for _, c := range report.Collections {
		rows = append(rows, []string{c.Name, strconv.FormatInt(c.Documents, 10), strconv.FormatInt(c.Written, 10),
			strconv.FormatInt(c.There, 10), c.SHA256})
	}
	if err := table(to, rows); err != nil {
		return err
	}
	if n := report.Unfit.Documents; n > 0 {
		_, err := fmt.Fprintf(to, "%d documents do not fit the schema of their collection and were kept\n", n)
		return err
	}
	return nil
}
