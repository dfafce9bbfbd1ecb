package store

import (
	"errors"
	"fmt"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/postern-dev/postern/collection"
)

// codeOf is SQLite's extended result code; 0 where the error is not SQLite's.
func codeOf(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// endsTransaction tells whether SQLite may have rolled the whole transaction
// back because of the error (https://sqlite.org/lang_transaction.html).
func endsTransaction(err error) bool {
	switch codeOf(err) & 0xff {
	case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_BUSY,
		sqlite3.SQLITE_INTERRUPT, sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_ABORT:
		return true
	}
	return false
}

func (l *lite) unfit(err error) (name string, is bool) {
	return "", codeOf(err) == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}

// isGone tells whether a statement named an index that was just dropped.
func (l *lite) isGone(err error) bool {
	return codeOf(err) == sqlite3.SQLITE_ERROR && strings.Contains(err.Error(), "no such index")
}

func (l *lite) explain(err error) error { return explainLite(err) }

// explainLite says what the caller can do about the error.
func explainLite(err error) error {
	if errors.Is(err, collection.ErrFull) || errors.Is(err, collection.ErrUnavailable) {
		return err
	}
	switch codeOf(err) & 0xff {
	case sqlite3.SQLITE_FULL:
		return fmt.Errorf("%w: %w", collection.ErrFull, err)
	case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
		sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PROTOCOL, sqlite3.SQLITE_READONLY:
		return fmt.Errorf("%w: %w", collection.ErrUnavailable, err)
	}
	return err
}

// isDuplicateColumn tells whether a column was to be added that is there:
// SQLite has no ADD COLUMN IF NOT EXISTS.
func isDuplicateColumn(c *liteConn, statement string, err error) bool {
	if !strings.HasPrefix(statement, "ALTER TABLE ") || codeOf(err)&0xff != sqlite3.SQLITE_ERROR {
		return false
	}
	f := strings.Fields(statement) // ALTER TABLE "c_notes" ADD COLUMN k1 …
	return c.run("SELECT "+f[5]+" FROM "+f[2]+" LIMIT 0") == nil
}
