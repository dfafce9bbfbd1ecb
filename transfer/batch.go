package transfer

import (
	"bytes"
	"errors"

	"github.com/postern-dev/postern/collection"
)

// Bounds of a batch, which is one transaction: others write in between.
const (
	batchDocuments = 500
	batchBytes     = 4 << 20
)

// batch are documents of one collection.
type batch struct {
	entries []Entry
	bytes   int
}

// add tells whether the batch is full now.
func (b *batch) add(e Entry) bool {
	b.entries = append(b.entries, e)
	b.bytes += e.Document.Body.Size()
	return len(b.entries) == batchDocuments || b.bytes >= batchBytes
}

func (b *batch) take() []Entry {
	entries := b.entries
	*b = batch{}
	return entries
}

// look returns the documents that the database has from where the batch before
// ended up to the end of this one, or of the collection. Of those that the file
// does not have it notes the first.
func (p *importer) look(entries []Entry, last bool) (map[string]*collection.Document, error) {
	kept := map[string]*collection.Document{}
	scan := collection.Scan{Visible: collection.Always(), After: position(p.after), Limit: len(entries) + 1, MaxBytes: 2 * batchBytes}
	if !last || p.o.Merge {
		if len(entries) == 0 {
			return kept, nil
		}
		scan.High = &collection.Bound{Key: collection.TextKey(entries[len(entries)-1].Document.ID), Inclusive: true}
	}
	named := map[string]bool{}
	for _, e := range entries {
		named[e.Document.ID] = true
	}
	for {
		page, err := p.to.Scan(p.ctx, p.collections[p.at], scan)
		if err != nil || len(page) == 0 {
			return kept, err
		}
		for _, d := range page {
			if named[d.ID] {
				kept[d.ID] = d
			} else if !p.o.Merge {
				p.report.Foreign.add(Finding{Collection: p.collections[p.at].Name, ID: d.ID})
			}
		}
		if p.report.Foreign.Documents >= mostFindings {
			return kept, nil // refused in any case
		}
		scan.After = position(page[len(page)-1].ID)
	}
}

func position(id string) *collection.Position {
	if id == "" {
		return nil
	}
	return &collection.Position{ID: id}
}

// judge returns what is to be written of the batch, and notes the rest.
func (p *importer) judge(entries []Entry, kept map[string]*collection.Document) (missing []Entry) {
	c := p.collections[p.at]
	var there int64
	for _, e := range entries {
		have := kept[e.Document.ID]
		switch {
		case have == nil:
			p.validate(c, e)
			missing = append(missing, e)
		case same(have, e.Document):
			there++
		default:
			p.report.Different.add(Finding{Line: e.Line, Collection: c.Name, ID: e.Document.ID})
		}
	}
	p.count(p.at, 0, there)
	return missing
}

// validate notes a document that does not fit.
func (p *importer) validate(c *collection.Collection, e Entry) {
	violations := c.Schema.Validate(e.Document.Body)
	if len(violations) == 0 {
		return
	}
	v := violations[0]
	detail := v.Detail
	if v.Pointer != "" {
		detail = v.Pointer + " " + detail
	}
	p.report.Unfit.add(Finding{Line: e.Line, Collection: c.Name, ID: e.Document.ID, Detail: detail})
}

// same tells whether nothing differs, digits and the order of members included.
func same(a, b *collection.Document) bool {
	return a.Owner == b.Owner && a.Version == b.Version && a.Birth == b.Birth &&
		a.CreatedAt.Equal(b.CreatedAt) && a.UpdatedAt.Equal(b.UpdatedAt) &&
		bytes.Equal(a.Body.Append(nil), b.Body.Append(nil))
}

func (p *importer) count(at int, written, there int64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.report.Collections[at].Written += written
	p.report.Collections[at].There += there
}

// store writes the documents beside what is written already, and returns when
// there is room for more.
func (p *importer) store(missing []Entry) error {
	p.slots <- struct{}{}
	if err := p.failure(); err != nil {
		<-p.slots
		return err
	}
	at := p.at
	p.writing.Go(func() {
		defer func() { <-p.slots }()
		err := p.insert(p.collections[at], missing)
		if err == nil {
			p.count(at, int64(len(missing)), 0)
			return
		}
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.failed == nil {
			p.failed = err
		}
	})
	return nil
}

func (p *importer) failure() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failed
}

var errMeanwhile = errors.New("somebody wrote a document of this id meanwhile; run the import again")

// insert writes the documents in one transaction. Where one is refused, they
// are tried one by one, to tell which it is.
func (p *importer) insert(c *collection.Collection, missing []Entry) error {
	documents := make([]*collection.Document, len(missing))
	for i, e := range missing {
		documents[i] = e.Document
	}
	err := p.to.Write(p.ctx, func(tx collection.Tx) error { return tx.InsertAll(c, documents) })
	var unique *collection.UniqueError
	if err == nil || !errors.Is(err, collection.ErrTaken) && !errors.As(err, &unique) {
		return err
	}
	return p.to.Write(p.ctx, func(tx collection.Tx) error { return insertEach(tx, c, missing) })
}

func insertEach(tx collection.Tx, c *collection.Collection, missing []Entry) error {
	for _, e := range missing {
		err := tx.Insert(c, e.Document)
		if errors.Is(err, collection.ErrTaken) {
			err = errMeanwhile
		}
		if err != nil {
			return &WriteError{Finding{Line: e.Line, Collection: c.Name, ID: e.Document.ID}, err}
		}
	}
	return nil
}
