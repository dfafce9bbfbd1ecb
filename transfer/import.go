package transfer

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"

	"github.com/postern-dev/postern/collection"
)

// Target is a database to import into, to which the collections are declared.
// [collection.Store] is one.
type Target interface {
	Scan(ctx context.Context, c *collection.Collection, scan collection.Scan) ([]*collection.Document, error)
	Write(ctx context.Context, work func(collection.Tx) error) error
}

// Importing says how to import.
type Importing struct {
	// Collections are those that are declared; the file may have fewer.
	Collections []*collection.Collection
	// KeepInvalid writes documents that do not fit the schema.
	KeepInvalid bool
	// Merge lets documents stay that the database has and the file has not.
	Merge bool
	// Writers is how many transactions are written side by side; at least 1.
	Writers int
	// Progress may be nil.
	Progress Progress
}

// Check reads the whole file, holds it against the database and writes
// nothing. Errors are *[DamagedError], *[UnknownError], *[RefusedError] and
// those of the database and of from.
func Check(ctx context.Context, to Target, from io.Reader, o Importing) (Report, error) {
	return process(ctx, to, from, o, false)
}

// Import writes the documents of the file that the database does not have yet,
// as they are, up to 500 in a transaction. It can be cut off anywhere: done
// again, it goes on.
//
// What it finds wrong ends the writing and not the reading, so that all of it
// is told; what was written before stays. Who can read the file twice calls
// [Check] first, and then nothing is written unless all is well. Errors are as
// for Check, and *[WriteError].
func Import(ctx context.Context, to Target, from io.Reader, o Importing) (Report, error) {
	return process(ctx, to, from, o, true)
}

func process(ctx context.Context, to Target, from io.Reader, o Importing, write bool) (Report, error) {
	r, err := NewReader(from)
	if err != nil {
		return Report{}, err
	}
	p := &importer{ctx: ctx, to: to, o: o, write: write, reader: r, slots: make(chan struct{}, max(1, o.Writers))}
	if err := p.match(); err != nil {
		return Report{}, err
	}
	err = p.documents()
	p.writing.Wait()
	if p.failed != nil {
		err = p.failed // what the database says comes before what the file says
	}
	for i, sum := range r.Sums() {
		p.report.Collections[i].Sum = sum
	}
	if err == nil && p.refused() {
		err = &RefusedError{p.report}
	}
	return p.report, err
}

// importer is one run through a file.
type importer struct {
	ctx    context.Context
	to     Target
	o      Importing
	write  bool
	reader *Reader
	// collections are those of the file, with the report's.
	collections []*collection.Collection
	// at is the collection of the batch.
	at    int
	batch batch
	// after is the id up to which the collection was held against the database.
	after string
	seen  int64
	// slots bounds the transactions that writing waits for. They share failed
	// and the counts of the report, under mu.
	slots   chan struct{}
	writing sync.WaitGroup
	mu      sync.Mutex
	failed  error
	report  Report
}

// match finds the declaration of each collection of the file.
func (p *importer) match() error {
	var unknown []string
	for _, name := range p.reader.Header().Collections {
		i := slices.IndexFunc(p.o.Collections, func(c *collection.Collection) bool { return c.Name == name })
		if i < 0 {
			unknown = append(unknown, name)
			continue
		}
		p.collections = append(p.collections, p.o.Collections[i])
		p.report.Collections = append(p.report.Collections, Imported{Sum: Sum{Name: name}})
	}
	if len(unknown) > 0 {
		return &UnknownError{unknown}
	}
	return nil
}

// documents reads all of the file, batch by batch.
func (p *importer) documents() error {
	for {
		entry, err := p.reader.Next()
		if errors.Is(err, io.EOF) {
			return p.complete(len(p.collections))
		}
		if err != nil {
			return err
		}
		place, _ := slices.BinarySearch(p.reader.Header().Collections, entry.Collection)
		if err := p.complete(place); err != nil {
			return err
		}
		if p.batch.add(entry) {
			if err := p.settle(false); err != nil {
				return err
			}
		}
	}
}

// complete ends the collections before the place.
func (p *importer) complete(place int) error {
	for ; p.at < place; p.at++ {
		if err := p.settle(true); err != nil {
			return err
		}
		p.after = ""
	}
	return nil
}

// settle holds the batch against the database and writes what is missing
// there. Last is for the last batch of a collection.
func (p *importer) settle(last bool) error {
	entries := p.batch.take()
	kept, err := p.look(entries, last)
	if err != nil {
		return err
	}
	missing := p.judge(entries, kept)
	if n := len(entries); n > 0 {
		p.after = entries[n-1].Document.ID
	}
	if p.seen += int64(len(entries)); p.o.Progress != nil {
		p.o.Progress(p.seen, p.reader.Bytes())
	}
	if !p.write || p.refused() || len(missing) == 0 {
		return nil
	}
	return p.store(missing)
}

// refused tells whether there is a reason to write nothing more.
func (p *importer) refused() bool {
	return p.report.Different.Documents+p.report.Foreign.Documents > 0 || p.report.Unfit.Documents > 0 && !p.o.KeepInvalid
}
