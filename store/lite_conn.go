package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net/url"

	"modernc.org/sqlite"
)

// liteConn is one connection to SQLite with the statements that it prepared.
// It is used by one goroutine at a time. It speaks to the driver itself:
// database/sql would lock, and look up, for each statement what a connection
// of its own has at hand.
type liteConn struct {
	conn       driver.Conn
	statements map[string]driver.Stmt
}

// maxStatements bounds the prepared statements of a connection. There are as
// many texts as there are shapes of lists, which is not many, so that
// forgetting all of them at once is rare.
const maxStatements = 300

// openLite opens the file and runs the pragmas.
func openLite(path string, readOnly bool, pragmas ...string) (*liteConn, error) {
	name := (&url.URL{Scheme: "file", Path: path, OmitHost: true}).String()
	if readOnly {
		name += "?mode=ro"
	}
	connector, err := sqlite.NewConnector(name)
	if err != nil {
		return nil, err
	}
	conn, err := connector.Connect(context.Background())
	if err != nil {
		return nil, err
	}
	c := &liteConn{conn: conn, statements: map[string]driver.Stmt{}}
	for _, p := range pragmas {
		if err := c.run("PRAGMA " + p); err != nil {
			return nil, errors.Join(fmt.Errorf("PRAGMA %s: %w", p, err), c.close())
		}
	}
	return c, nil
}

// run runs a statement once, without keeping it prepared.
func (c *liteConn) run(sql string) error {
	_, err := c.conn.(driver.ExecerContext).ExecContext(context.Background(), sql, nil)
	return err
}

func (c *liteConn) prepare(sql string) (driver.Stmt, error) {
	if s := c.statements[sql]; s != nil {
		return s, nil
	}
	if len(c.statements) >= maxStatements {
		if err := c.forget(); err != nil {
			return nil, err
		}
	}
	s, err := c.conn.Prepare(sql)
	if err != nil {
		return nil, err
	}
	c.statements[sql] = s
	return s, nil
}

func (c *liteConn) forget() error {
	var errs []error
	for _, s := range c.statements {
		errs = append(errs, s.Close())
	}
	clear(c.statements)
	return errors.Join(errs...)
}

func (c *liteConn) close() error { return errors.Join(c.forget(), c.conn.Close()) }

// liteSession runs statements on the connection. The context cuts them off; in
// a transaction it is one that never ends.
type liteSession struct {
	*liteConn
	ctx context.Context
}

func (s liteSession) exec(sql string, args ...any) (int64, error) {
	statement, err := s.prepare(sql)
	if err != nil {
		return 0, err
	}
	result, err := statement.(driver.StmtExecContext).ExecContext(s.ctx, numberedValues(args))
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

func (s liteSession) query(sql string, args []any, each func(row) error) (err error) {
	statement, err := s.prepare(sql)
	if err != nil {
		return err
	}
	rows, err := statement.(driver.StmtQueryContext).QueryContext(s.ctx, numberedValues(args))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	values := make(liteRow, len(rows.Columns()))
	for {
		switch err := rows.Next(values); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		if err := each(values); err != nil {
			return err
		}
	}
}

// liteReader is a session outside of transactions.
type liteReader struct{ liteSession }

// snapshot reads within one transaction, which keeps nobody from writing.
func (s liteReader) snapshot(work func() error) error {
	// Beginning and ending take no time, and have to be done in any case.
	end := liteSession{s.liteConn, context.Background()}
	if _, err := end.exec("BEGIN"); err != nil {
		return err
	}
	err := guarded(work)
	_, ended := end.exec("COMMIT")
	return errors.Join(err, ended)
}

func numberedValues(args []any) []driver.NamedValue {
	values := make([]driver.NamedValue, len(args))
	for i, a := range args {
		values[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return values
}

// liteRow is one row as the driver gives it.
type liteRow []driver.Value

func (r liteRow) scan(dst ...any) error {
	if len(dst) != len(r) {
		return fmt.Errorf("a row of %d values, and not %d", len(r), len(dst))
	}
	for i, d := range dst {
		if err := assign(d, r[i]); err != nil {
			return err
		}
	}
	return nil
}

func assign(dst any, value driver.Value) error {
	switch v := value.(type) {
	case nil:
		return nil // destinations are zero values
	case int64:
		if d, ok := dst.(*int64); ok {
			*d = v
			return nil
		}
	case string:
		switch d := dst.(type) {
		case *string:
			*d = v
			return nil
		case *[]byte:
			*d = []byte(v)
			return nil
		}
	case []byte:
		if d, ok := dst.(*[]byte); ok {
			*d = v
			return nil
		}
	}
	return fmt.Errorf("a %T where a %T is wanted", value, dst)
}
