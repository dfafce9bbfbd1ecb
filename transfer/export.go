package transfer

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/postern-dev/postern/collection"
)

// Source is a database to export from.
type Source interface {
	// Snapshot lends work all documents as they are at one moment.
	Snapshot(ctx context.Context, work func(collection.View) error) error
}

// Progress is told now and then how far it is: documents, and bytes of the
// file.
type Progress func(documents, bytes int64)

// Exporting says what to export.
type Exporting struct {
	Collections []*collection.Collection
	// At is what the first line says.
	At time.Time
	// Progress may be nil.
	Progress Progress
}

// Exported is what was written.
type Exported struct {
	Collections []Sum `json:"collections"`
	// LeftOut are collections that have documents and are not declared any
	// more.
	LeftOut []string `json:"leftOut,omitempty"`
}

// Export writes all documents of the collections, as they are at one moment.
// With an error, what was written has no last line, so that nobody takes it
// for whole.
func Export(ctx context.Context, from Source, to io.Writer, o Exporting) (Exported, error) {
	w := &writer{to: bufio.NewWriterSize(to, 256<<10), progress: o.Progress}
	var done Exported
	err := from.Snapshot(ctx, func(v collection.View) (err error) {
		if done.LeftOut, err = leftOut(v, o.Collections); err != nil {
			return err
		}
		done.Collections, err = w.all(v, o)
		return err
	})
	if err != nil {
		return Exported{}, fmt.Errorf("export: %w", err)
	}
	return done, nil
}

// writer writes the lines of one file.
type writer struct {
	to       *bufio.Writer
	line     []byte
	progress Progress
	// documents and bytes are those of the whole file.
	documents, bytes int64
}

func (w *writer) all(v collection.View, o Exporting) ([]Sum, error) {
	collections := slices.SortedFunc(slices.Values(o.Collections), func(a, b *collection.Collection) int {
		return strings.Compare(a.Name, b.Name)
	})
	header := Header{At: o.At}
	for _, c := range collections {
		header.Collections = append(header.Collections, c.Name)
	}
	if err := w.write(header.append(nil)); err != nil {
		return nil, err
	}
	var sums []Sum
	for _, c := range collections {
		t := newTally(c.Name)
		err := v.Documents(c, func(d *collection.Document) error { return w.document(t, d) })
		if err != nil {
			return nil, err
		}
		sums = append(sums, t.sum())
	}
	if err := w.write(appendEnd(nil, sums)); err != nil {
		return nil, err
	}
	return sums, w.to.Flush()
}

// progressEvery is how many documents there are between two reports.
const progressEvery = 500

func (w *writer) document(t *tally, d *collection.Document) error {
	w.line = appendDocument(w.line[:0], t.name, d)
	t.add(w.line)
	w.documents++
	if w.progress != nil && w.documents%progressEvery == 0 {
		w.progress(w.documents, w.bytes)
	}
	return w.write(w.line)
}

func (w *writer) write(line []byte) error {
	w.bytes += int64(len(line))
	_, err := w.to.Write(line)
	return err
}

// tally counts the documents of one collection and sums their lines up.
type tally struct {
	name      string
	documents int64
	hash      hash.Hash
}

func newTally(name string) *tally { return &tally{name: name, hash: sha256.New()} }

func (t *tally) add(line []byte) {
	t.documents++
	_, _ = t.hash.Write(line) // never fails
}

func (t *tally) sum() Sum { return Sum{t.name, t.documents, hex.EncodeToString(t.hash.Sum(nil))} }

var errFound = errors.New("found")

// leftOut finds collections that have documents and are not among those to
// export.
func leftOut(v collection.View, collections []*collection.Collection) ([]string, error) {
	var names []string
	for _, name := range v.Names() {
		if slices.ContainsFunc(collections, func(c *collection.Collection) bool { return c.Name == name }) {
			continue
		}
		err := v.Documents(&collection.Collection{Name: name}, func(*collection.Document) error { return errFound })
		switch {
		case errors.Is(err, errFound):
			names = append(names, name)
		case err != nil:
			return nil, err
		}
	}
	return names, nil
}
