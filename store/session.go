package store

// session runs statements, within a transaction or outside of any. It is used
// by one goroutine. Statements have parameters $1, $2, …, of types string,
// int64 and []byte.
type session interface {
	// exec runs a statement and returns how many rows it changed.
	exec(sql string, args ...any) (int64, error)
	// query runs a statement and hands each of its rows to each.
	query(sql string, args []any, each func(row) error) error
}

// row is one row of an answer. The destinations are *string, *int64 and
// *[]byte; null becomes the zero value.
type row interface {
	scan(dst ...any) error
}

// one reads the first row of an answer; found tells whether there was one.
func one(s session, sql string, args []any, dst ...any) (found bool, err error) {
	err = s.query(sql, args, func(r row) error {
		if found {
			return nil
		}
		found = true
		return r.scan(dst...)
	})
	return found, err
}

// all reads one value of each row.
func all[T any](s session, read func(row) (T, error), sql string, args ...any) ([]T, error) {
	var list []T
	err := s.query(sql, args, func(r row) error {
		item, err := read(r)
		if err == nil {
			list = append(list, item)
		}
		return err
	})
	return list, err
}

// snapshot runs work so that all of its statements see the same moment, where
// the database can do that at no cost to others.
func snapshot(on session, work func() error) error {
	if s, ok := on.(interface{ snapshot(func() error) error }); ok {
		return s.snapshot(work)
	}
	return work()
}
