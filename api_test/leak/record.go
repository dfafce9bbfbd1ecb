package leak

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"sync"
)

// Record is what was written and what is secret. Its methods may be called by
// many goroutines at once. What goes wrong within it panics: it is for tests.
type Record struct {
	mu      sync.Mutex
	secrets secrets
	sources []string
	written int64
	file    *os.File
	frames  *bufio.Writer
}

// NewRecord returns an empty record, which keeps what is written in a temporary
// file until [Record.Close].
func NewRecord() *Record {
	file, err := os.CreateTemp("", "written-*")
	if err != nil {
		panic(err)
	}
	return &Record{secrets: secrets{}, file: file, frames: bufio.NewWriterSize(file, 1<<16)}
}

// Close forgets all.
func (r *Record) Close() {
	_ = r.file.Close()
	_ = os.Remove(r.file.Name())
}

// Secret has the text sought, whole or in part. The kind is what a finding
// calls it. Texts that are too short or too plain to be secrets are not.
func (r *Record) Secret(kind, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.secrets.add(kind, text)
}

// Bytes is Secret for bytes, in each way in which Go programs print them.
func (r *Record) Bytes(kind string, raw []byte) {
	for _, text := range printed(raw) {
		r.Secret(kind, text)
	}
}

// Seeks tells whether a secret is among those that are sought.
func (r *Record) Seeks(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.secrets.in([]byte(text), r.secrets.filter(), "")) > 0
}

// Writer returns a writer for what one source writes.
func (r *Record) Writer(source string) io.Writer {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sources = append(r.sources, source)
	return writer{record: r, source: uint32(len(r.sources) - 1)}
}

type writer struct {
	record *Record
	source uint32
}

// Write keeps the text as one frame: its source, its length, itself.
func (w writer) Write(text []byte) (int, error) {
	r := w.record
	r.mu.Lock()
	defer r.mu.Unlock()
	var head [8]byte
	binary.LittleEndian.PutUint32(head[:], w.source)
	binary.LittleEndian.PutUint32(head[4:], uint32(len(text)))
	for _, part := range [][]byte{head[:], text} {
		if _, err := r.frames.Write(part); err != nil {
			panic(err)
		}
	}
	r.written += int64(len(text))
	return len(text), nil
}

// Find returns where secrets were written, at most so many findings.
func (r *Record) Find(most int) []Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []Finding
	filter := r.secrets.filter()
	r.read(func(source uint32, text []byte) bool {
		found = append(found, r.secrets.in(text, filter, r.sources[source])...)
		return len(found) < most
	})
	return found[:min(len(found), most)]
}

// Has tells whether the text is in what was written.
func (r *Record) Has(text string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	found := false
	r.read(func(_ uint32, written []byte) bool {
		found = found || contains(written, text)
		return !found
	})
	return found
}

// read goes through all that was written. Each frame has in front the end of
// what its source wrote before, so that nothing hides at a seam.
func (r *Record) read(each func(source uint32, text []byte) bool) {
	if err := r.frames.Flush(); err != nil {
		panic(err)
	}
	frames := bufio.NewReaderSize(io.NewSectionReader(r.file, 0, 1<<62), 1<<16)
	ends := map[uint32][]byte{}
	for {
		var head [8]byte
		if _, err := io.ReadFull(frames, head[:]); err == io.EOF {
			return
		} else if err != nil {
			panic(err)
		}
		source := binary.LittleEndian.Uint32(head[:])
		before := ends[source]
		text := make([]byte, len(before)+int(binary.LittleEndian.Uint32(head[4:])))
		copy(text, before)
		if _, err := io.ReadFull(frames, text[len(before):]); err != nil {
			panic(err)
		}
		if !each(source, text) {
			return
		}
		ends[source] = text[max(0, len(text)-longest+1):]
	}
}

// Judge seeks, says what it found, and returns the exit code of a run of tests
// that would have ended with this one.
func (r *Record) Judge(code int, to io.Writer) int {
	defer r.Close()
	found := r.Find(20)
	fmt.Fprintf(to, "leaks: %d in %d bytes of %d sources, of %d parts of secrets\n", len(found), r.written, len(r.sources), r.secrets.count())
	for _, f := range found {
		fmt.Fprintln(to, f)
	}
	if len(found) > 0 && code == 0 {
		return 1
	}
	return code
}
