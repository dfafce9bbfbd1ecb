package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/transfer"
)

type exportCommand struct {
	databaseFlags
	Output string `short:"o" help:"Write to this new file, which only you can read, instead of standard output." placeholder:"FILE"`
	JSON   bool   `name:"json" help:"Print the summary as JSON."`
}

// Help shows the command at work.
func (exportCommand) Help() string {
	return `Example, from SQLite to PostgreSQL:
  postern export --database-url sqlite:postern.db -o documents.ndjson
  postern import --database-url postgres://postern@db/postern documents.ndjson

It writes all documents of the declared collections as they are at one moment, one a line. Servers go on meanwhile. The
last line has counts and checksums, so import sees a file that was cut off. The summary goes to standard output, or to
standard error where the documents go there.

Exit codes: 0 done; 1 failed, and the file that -o names is gone again; 2 wrong command line or settings, or the file
exists.`
}

// Run exports.
func (e exportCommand) Run(p process) error {
	settings, collections, err := e.load(p)
	if err == nil {
		err = mustDeclare(collections)
	}
	if err != nil {
		return err
	}
	s, err := openStore(p, settings, true)
	if err != nil {
		return err
	}
	done, summary, err := e.write(p, s, collections)
	if err = errors.Join(err, s.Close()); err != nil {
		return err
	}
	for _, name := range done.LeftOut {
		_, _ = fmt.Fprintf(p.stderr, "postern: %s has documents and is not declared any more: left out\n", name)
	}
	return e.report(summary, done)
}

// write exports to the file or to standard output, and tells where the summary
// belongs then.
func (e exportCommand) write(p process, s transfer.Source, collections []*collection.Collection) (transfer.Exported, io.Writer, error) {
	m := newMeter(p.stderr, "export", 0)
	defer m.end()
	o := transfer.Exporting{Collections: collections, At: collection.Now(), Progress: m.at}
	if e.Output == "" {
		done, err := transfer.Export(p.ctx, s, p.stdout, o)
		return done, p.stderr, err
	}
	f, err := newFile(e.Output)
	if err != nil {
		return transfer.Exported{}, nil, err
	}
	done, err := transfer.Export(p.ctx, s, f, o)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		err = errors.Join(err, os.Remove(e.Output))
	}
	return done, p.stdout, err
}

func (e exportCommand) report(to io.Writer, done transfer.Exported) error {
	if e.JSON {
		return json.NewEncoder(to).Encode(done)
	}
	rows := [][]string{{"collection", "documents", "sha256"}}
	for _, c := range done.Collections {
		rows = append(rows, []string{c.Name, strconv.FormatInt(c.Documents, 10), c.SHA256})
	}
	return table(to, rows)
}
