package transfer

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// DamagedError says where a file is not what an export wrote.
type DamagedError struct {
	// Line counts from 1.
	Line int
	// Reason is a sentence, without values of documents.
	Reason string
}

// Error is the line and the reason.
func (e *DamagedError) Error() string { return fmt.Sprintf("line %d: %s", e.Line, e.Reason) }

// Entry is one document of a file.
type Entry struct {
	// Line counts from 1.
	Line       int
	Collection string
	Document   *collection.Document
}

// Reader reads a file and checks all that can be checked without a database:
// the form of each line, the order of documents, and at the end counts and
// checksums. It holds one line, of at most 17 MiB.
type Reader struct {
	from   *bufio.Reader
	line   []byte
	no     int
	bytes  int64
	header Header
	// tallies are those of the collections that have begun, in their order.
	tallies []*tally
	// last is the id of the document before.
	last string
	sums []Sum
}

// NewReader reads the first line. Errors are *[DamagedError] or those of from.
func NewReader(from io.Reader) (*Reader, error) {
	r := &Reader{from: bufio.NewReaderSize(from, 256<<10)}
	line, err := r.readLine()
	if errors.Is(err, io.EOF) {
		return nil, r.damaged("there is nothing in it")
	}
	if err != nil {
		return nil, err
	}
	if r.header, err = readHeader(line); err != nil {
		return nil, r.damaged(err.Error())
	}
	return r, nil
}

// Header is the first line.
func (r *Reader) Header() Header { return r.header }

// Bytes is how much of the file was read.
func (r *Reader) Bytes() int64 { return r.bytes }

// Sums are what the last line says, once Next returned [io.EOF].
func (r *Reader) Sums() []Sum { return r.sums }

// Next returns the next document, and [io.EOF] when the whole file was read and
// is what its last line says. Errors are as for [NewReader].
func (r *Reader) Next() (Entry, error) {
	line, err := r.readLine()
	switch {
	case err == nil:
	case !errors.Is(err, io.EOF):
		return Entry{}, err
	case r.sums == nil:
		return Entry{}, r.damaged("the file is cut off: its last line is missing")
	default:
		return Entry{}, io.EOF
	}
	if r.sums != nil {
		return Entry{}, r.damaged("there is something behind the last line of the export")
	}
	v, err := jsonvalue.Parse(line, jsonvalue.Limits{Depth: maxDepth + 1})
	if err != nil {
		return Entry{}, r.damaged(err.Error())
	}
	if end, last := v.Get("end"); last {
		if err := r.finish(v, end); err != nil {
			return Entry{}, r.damaged(err.Error())
		}
		return r.Next()
	}
	entry, err := r.entry(v)
	if err != nil {
		return Entry{}, r.damaged(err.Error())
	}
	r.tallies[len(r.tallies)-1].add(line)
	return entry, nil
}

func (r *Reader) damaged(reason string) error { return &DamagedError{r.no, reason} }

// readLine returns the next line with its line feed, until the next call.
func (r *Reader) readLine() ([]byte, error) {
	r.line = r.line[:0]
	r.no++
	for {
		part, err := r.from.ReadSlice('\n')
		r.bytes += int64(len(part))
		if len(r.line)+len(part) > maxLine {
			return nil, r.damaged(fmt.Sprintf("is longer than %d MiB, which no document is", maxLine>>20))
		}
		r.line = append(r.line, part...)
		switch {
		case err == nil && bytes.HasSuffix(r.line, []byte("\r\n")):
			return nil, r.damaged("ends as on Windows: the file was changed on its way, copy it byte by byte")
		case err == nil:
			return r.line, nil
		case errors.Is(err, io.EOF) && len(r.line) > 0:
			return nil, r.damaged("the file is cut off within this line")
		case !errors.Is(err, bufio.ErrBufferFull):
			return nil, err
		}
	}
}

// entry reads a document and holds it against the one before.
func (r *Reader) entry(v jsonvalue.Value) (Entry, error) {
	name, d, err := readDocument(v)
	if err != nil {
		return Entry{}, err
	}
	place, known := slices.BinarySearch(r.header.Collections, name)
	switch {
	case !known:
		return Entry{}, errors.New("the first line does not have this collection")
	case place+1 < len(r.tallies):
		return Entry{}, errors.New("this collection is complete already: lines were moved or added")
	case place+1 == len(r.tallies) && d.ID == r.last:
		return Entry{}, errors.New("this id comes a second time")
	case place+1 == len(r.tallies) && d.ID < r.last:
		return Entry{}, errors.New("this id stands behind a greater one: lines were moved or added")
	}
	r.begin(place + 1)
	r.last = d.ID
	return Entry{r.no, name, d}, nil
}

// begin makes n collections have begun.
func (r *Reader) begin(n int) {
	for len(r.tallies) < n {
		r.tallies = append(r.tallies, newTally(r.header.Collections[len(r.tallies)]))
	}
}

// finish holds what was read against the last line.
func (r *Reader) finish(v, end jsonvalue.Value) error {
	if _, err := exactly(v, "end"); err != nil {
		return err
	}
	said, err := readSums(end)
	if err != nil {
		return err
	}
	r.begin(len(r.header.Collections))
	if len(said) != len(r.tallies) {
		return errors.New("the last line has other collections than the first")
	}
	for i, t := range r.tallies {
		switch sum := t.sum(); {
		case said[i].Name != sum.Name:
			return errors.New("the last line has other collections than the first")
		case said[i].Documents != sum.Documents:
			return fmt.Errorf("%s has %d documents, and had %d when it was exported", sum.Name, sum.Documents, said[i].Documents)
		case said[i].SHA256 != sum.SHA256:
			return fmt.Errorf("the checksum of %s is another than when it was exported: a document was changed", sum.Name)
		}
	}
	r.sums = append([]Sum{}, said...) // not nil, though there may be none
	return nil
}
