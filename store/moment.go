package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/postern-dev/postern/collection"
)

// Snapshot lends work everything as it is at one moment, while others read and
// write. Work runs once.
//
// What is replaced meanwhile is kept for it: SQLite's write-ahead log grows
// until work ends, and PostgreSQL removes no dead rows. It is meant for
// minutes, not for days.
func (s *Store) Snapshot(ctx context.Context, work func(collection.View) error) error {
	return s.engine.moment(ctx, func(on session) error {
		v := &view{store: s, on: on}
		if err := v.begin(); err != nil {
			return fmt.Errorf("begin a snapshot: %w", s.engine.explain(err))
		}
		return work(v)
	})
}

// view is the database as one transaction sees it.
type view struct {
	store   *Store
	on      session
	catalog *catalog
}

// begin reads the catalog, and all issuers: while documents come, the session
// cannot be asked for more.
func (v *view) begin() (err error) {
	if v.catalog, err = loadCatalog(v.on); err != nil {
		return err
	}
	numbers := map[string]int64{}
	err = v.on.query(`SELECT no, url FROM issuers`, nil, func(r row) error {
		var no int64
		var url string
		err := r.scan(&no, &url)
		numbers[url] = no
		return err
	})
	v.store.issuers.add(numbers)
	return err
}

// Names are the collections that have a table.
func (v *view) Names() []string { return slices.Sorted(maps.Keys(v.catalog.tables)) }

// viewPage is how many documents one statement reads. Without a limit,
// PostgreSQL may sort the whole table before the first one comes.
const viewPage = 1000

// Documents hands the documents of the collection to each.
func (v *view) Documents(c *collection.Collection, each func(*collection.Document) error) error {
	table := v.catalog.tables[c.Name]
	if table == nil {
		return nil
	}
	for after := ""; ; {
		n, last, err := v.page(table, after, each)
		if err != nil || n < viewPage {
			return err
		}
		after = last
	}
}

func (v *view) page(table *table, after string, each func(*collection.Document) error) (n int, last string, err error) {
	var refused error
	err = v.on.query("SELECT "+documentColumns+" FROM "+table.sql+" WHERE id > $1 ORDER BY id LIMIT $2",
		[]any{after, int64(viewPage)}, func(r row) error {
			var d raw
			if err := d.scan(r); err != nil {
				return err
			}
			document, err := d.document(v.store, v.on)
			if err != nil {
				return err
			}
			n, last = n+1, d.id
			refused = each(document)
			return refused
		})
	if refused != nil {
		return n, last, refused
	}
	if err != nil {
		err = fmt.Errorf("read %s: %w", table.name, v.store.engine.explain(err))
	}
	return n, last, err
}

// moment reads on a connection of its own: the others are for requests.
func (l *lite) moment(ctx context.Context, work func(session) error) error {
	conn, err := openLite(l.path, l.readOnly, append([]string{"query_only(ON)"}, pragmas(otherPages)...)...)
	if err != nil {
		return fmt.Errorf("open %s: %w", l.path, l.explain(err))
	}
	on := liteSession{conn, ctx}
	err = liteReader{on}.snapshot(func() error { return work(on) })
	if closed := conn.close(); err == nil {
		err = closed
	}
	return err
}

// moment reads in a transaction that the timeouts of requests do not end:
// whoever takes the documents may be a slow disk.
func (p *postgres) moment(ctx context.Context, work func(session) error) error {
	tx, err := p.pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly})
	if err != nil {
		return explainPg(err)
	}
	for _, name := range []string{"statement_timeout", "idle_in_transaction_session_timeout"} {
		if err == nil {
			_, err = tx.Exec(ctx, "SET LOCAL "+name+" = 0")
		}
	}
	if err = explainPg(err); err == nil {
		err = guarded(func() error { return work(&pgSession{on: tx, ctx: ctx}) })
	}
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if ended := tx.Rollback(end); ended != nil && !errors.Is(ended, pgx.ErrTxClosed) && err == nil {
		err = explainPg(ended)
	}
	return err
}
