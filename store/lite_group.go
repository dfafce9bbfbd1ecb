package store

import "context"

// commit writes the group and leaves each member's answer with it.
func (w *writer) commit(group []*member) {
	switch len(group) {
	case 0:
	case 1:
		group[0].err = w.single(group[0])
	default:
		if w.together(group) {
			return
		}
		// The transaction failed as a whole, for the sake of one of them or of
		// none. Nothing of it is stored, so each is done once more by itself,
		// and gets its own answer.
		for _, m := range group {
			m.err = w.single(m)
		}
	}
}

// single writes one member in a transaction of its own.
func (w *writer) single(m *member) error {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		return explainLite(err)
	}
	if err := w.work(m); err != nil {
		w.rollback()
		return err
	}
	if err := w.durable(1); err != nil {
		w.rollback()
		return explainLite(err)
	}
	return nil
}

// together writes the group in one transaction, with a savepoint for each
// member, and tells whether the answers hold.
func (w *writer) together(group []*member) bool {
	if err := w.exec("BEGIN IMMEDIATE"); err != nil {
		for _, m := range group {
			m.err = explainLite(err)
		}
		return true
	}
	for _, m := range group {
		if err := w.member(m); err != nil {
			w.rollback()
			return false
		}
	}
	if err := w.durable(len(group)); err != nil {
		w.rollback()
		return false
	}
	return true
}

// member does one member's work. It returns an error where the transaction may
// be lost: a full disk, for one, makes SQLite roll back all of it, and not the
// statement alone. Then there is no savepoint any more, either.
func (w *writer) member(m *member) error {
	if err := w.exec("SAVEPOINT member"); err != nil {
		return err
	}
	if m.err = w.work(m); m.err != nil {
		if endsTransaction(m.err) {
			return m.err
		}
		if err := w.exec("ROLLBACK TO member"); err != nil {
			return err
		}
	}
	return w.exec("RELEASE member")
}

// work runs the member's work. No context reaches it: a statement that is cut
// off takes the whole transaction with it.
func (w *writer) work(m *member) error {
	return guarded(func() error { return m.work(liteSession{w.conn, context.Background()}) })
}

func (w *writer) exec(sql string) error {
	_, err := liteSession{w.conn, context.Background()}.exec(sql)
	return err
}

// durable commits so many writes.
func (w *writer) durable(writes int) error {
	return timed(w.watch, writes, func() error { return w.exec("COMMIT") })
}

// rollback ends a transaction that failed. SQLite may have ended it already.
func (w *writer) rollback() {
	_ = w.exec("ROLLBACK")
}
