package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"sync"
)

// lite is SQLite: one file, one writer, many readers.
type lite struct {
	path     string
	readOnly bool
	// temporary is a folder to remove at the end.
	temporary string
	lock      *os.File
	idle      chan *liteConn
	opened    int // readers
	closed    chan struct{}
	writer    *writer
	closing   sync.Once
}

// patience is how long SQLite waits for another process that has the file
// locked, in milliseconds.
const patience = "busy_timeout(5000)"

// PageCache is how many bytes of memory, beside the heap of Go, the pages of a
// SQLite file take at most: those of the writer, and those that all readers
// share among them.
const PageCache = writerPages + readerPages

const (
	writerPages = 8 << 20
	readerPages = 16 << 20
	// otherPages is for a connection that does one thing and is closed.
	otherPages = 4 << 20
)

// pragmas of every connection, which keeps so many bytes of pages. A mapping
// of the file would read a little faster, and count as resident once for each
// connection, up to the whole file.
func pragmas(pages int) []string {
	return []string{patience, fmt.Sprintf("cache_size(%d)", -pages>>10), "mmap_size(0)", "temp_store(MEMORY)", "trusted_schema(OFF)"}
}

// openSQLite opens the file at path. A database in memory is a file that is
// removed at the end: SQLite's own ones know no write-ahead log, and readers
// there wait for writers.
func openSQLite(path string, options Options) (_ engine, err error) {
	l := &lite{path: path, readOnly: options.ReadOnly, closed: make(chan struct{})}
	defer func() {
		if err != nil {
			err = errors.Join(fmt.Errorf("open %s: %w", l.path, err), l.close())
		}
	}()
	durability, err := synchronous(options.Durability)
	if err != nil {
		return nil, err
	}
	if path == "" {
		return nil, errors.New("the address needs a path: sqlite:postern.db")
	}
	if path == ":memory:" {
		if l.temporary, err = os.MkdirTemp("", "postern-*"); err != nil {
			return nil, err
		}
		l.path, durability = filepath.Join(l.temporary, "memory.db"), "synchronous(OFF)"
	}
	if l.path, err = filepath.Abs(l.path); err != nil {
		return nil, err
	}
	if !l.readOnly {
		if err := l.openWriter(durability, options.Watch); err != nil {
			return nil, err
		}
	}
	return l, l.openReaders()
}

func synchronous(d Durability) (pragma string, err error) {
	switch d {
	case "", Full:
		return "synchronous(FULL)", nil
	case Normal:
		return "synchronous(NORMAL)", nil
	}
	return "", fmt.Errorf("durability is %s or %s, not %q", Full, Normal, d)
}

// openWriter makes the file where it is missing, for nobody but its owner, and
// keeps other servers from it.
func (l *lite) openWriter(durability string, watch Watcher) (err error) {
	if l.lock, err = lockFile(l.path + ".lock"); err != nil {
		return err
	}
	f, err := os.OpenFile(l.path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	conn, err := openLite(l.path, false, append([]string{"journal_mode(WAL)", durability, "journal_size_limit(67108864)"}, pragmas(writerPages)...)...)
	if err != nil {
		return explainLite(err) // another program may have it locked
	}
	l.writer = newWriter(conn, watch)
	return nil
}

func (l *lite) openReaders() error {
	n := max(4, 2*runtime.GOMAXPROCS(0))
	l.idle = make(chan *liteConn, n)
	for range n {
		conn, err := openLite(l.path, l.readOnly, append([]string{"query_only(ON)"}, pragmas(readerPages/n)...)...)
		if err != nil {
			return err
		}
		l.opened++
		l.idle <- conn
	}
	return nil
}

func (l *lite) dialect() dialect {
	return dialect{text: "text", blob: "blob", serial: "integer PRIMARY KEY AUTOINCREMENT", branches: 1, hints: true,
		clock:    `CAST(unixepoch('subsec') * 1000 AS integer)`,
		position: "seq", last: `(SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'changes')`}
}

func (l *lite) readers() int { return cap(l.idle) }

// read borrows a reader.
func (l *lite) read(ctx context.Context, work func(session) error) error {
	var conn *liteConn
	select {
	case conn = <-l.idle:
	case <-l.closed:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { l.idle <- conn }()
	return l.explain(work(liteReader{liteSession{conn, ctx}}))
}

func (l *lite) write(ctx context.Context, work func(session) error) error {
	if l.readOnly {
		return errReadOnly
	}
	return l.writer.do(ctx, &member{work: work})
}

// alter runs through the writer, which waits: on SQLite an index is built
// while nobody writes.
func (l *lite) alter(ctx context.Context, statements ...string) error {
	if l.readOnly {
		return errReadOnly
	}
	return l.writer.do(ctx, &member{alone: func(c *liteConn) error {
		for _, s := range statements {
			if err := c.run(s); err != nil && !isDuplicateColumn(c, s, err) {
				return l.explain(err)
			}
		}
		return nil
	}})
}

// lead runs work: there is no other server.
func (l *lite) lead(ctx context.Context, _ string, work func(context.Context) error) (bool, error) {
	return true, work(ctx)
}

// index builds the index in one statement, all or nothing.
func (l *lite) index(ctx context.Context, name, create string) error {
	return l.writer.do(ctx, &member{alone: func(c *liteConn) error {
		found, err := one(liteSession{c, context.Background()},
			`SELECT 1 FROM sqlite_schema WHERE type = 'index' AND name = $1`, []any{name}, new(int64))
		if found || err != nil {
			return err
		}
		return l.explain(c.run(create))
	}})
}

func (l *lite) shared() bool { return false }

// close waits for what is being written and read.
func (l *lite) close() (err error) {
	l.closing.Do(func() {
		close(l.closed)
		var errs []error
		if l.writer != nil {
			l.writer.close()
		}
		for range l.opened {
			errs = append(errs, (<-l.idle).close())
		}
		// The last to close moves the log into the file, which readers may not.
		if l.writer != nil {
			errs = append(errs, l.writer.conn.close())
		}
		if l.temporary != "" {
			errs = append(errs, os.RemoveAll(l.temporary))
		}
		if l.lock != nil {
			errs = append(errs, l.lock.Close())
		}
		err = errors.Join(errs...)
	})
	return err
}
