package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/postern-dev/postern/collection"
)

func (p *postgres) write(ctx context.Context, work func(session) error) error {
	// A caller who leaves does not break the connection, nor a commit that is
	// on its way: it is asked before the commit whether it is still there.
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.writeTimeout)
	defer cancel()
	return p.repeat(ctx, func() (retry bool, err error) {
		defer func() { retry = retry && detached.Err() == nil }()
		tx, err := p.begin(ctx, detached)
		if err != nil {
			return ctx.Err() == nil, err
		}
		t := &pgTx{pgSession: pgSession{on: tx, ctx: detached}}
		err = guarded(func() error { return work(t) })
		if err == nil {
			err = ctx.Err()
		}
		if err == nil && p.inject != nil {
			err = p.inject()
			t.failed = err
		}
		if err == nil {
			return p.commit(detached, tx, t)
		}
		if rolled := tx.Rollback(detached); rolled != nil && !errors.Is(rolled, pgx.ErrTxClosed) {
			t.note(rolled)
		}
		if isConflict(t.failed) {
			err = t.failed // whatever work made of it
		}
		if stateOf(t.failed) == readOnlyTransaction {
			// It was the primary and is none any more. The next connections
			// look for the one that is.
			p.pool.Reset()
		}
		return true, err
	})
}

// transaction is one with the connection that it came on.
type transaction struct {
	pgx.Tx
	release func()
}

func (t transaction) Rollback(ctx context.Context) error {
	defer t.release()
	return t.Tx.Rollback(ctx)
}

// errUnsure says that the commit is stored on this server, and that the server
// stopped waiting for the standby that would store it, too.
var errUnsure = errors.New("the standby did not confirm the commit")

// warning is under what a connection keeps what its server warned of last.
const warning = "warning"

func noteWarning(c *pgconn.PgConn, n *pgconn.Notice) {
	if n.SeverityUnlocalized == "WARNING" {
		c.CustomData()[warning] = n.Message
	}
}

// Commit returns when the transaction is durable. A statement timeout, or an
// operator, ends the waiting for a synchronous standby with a mere warning: the
// commit counts, and a fail-over at this moment would lose it.
func (t transaction) Commit(ctx context.Context) error {
	defer t.release()
	heard := t.Conn().PgConn().CustomData()
	delete(heard, warning)
	err := t.Tx.Commit(ctx)
	if said, warned := heard[warning]; err == nil && warned {
		err = fmt.Errorf("%w: %v", errUnsure, said)
	}
	return err
}

// begin waits for a connection as long as the caller does.
func (p *postgres) begin(ctx, detached context.Context) (pgx.Tx, error) {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	tx, err := conn.BeginTx(detached, pgx.TxOptions{IsoLevel: p.isolation})
	if err != nil {
		conn.Release()
		return nil, err
	}
	return transaction{tx, conn.Release}, nil
}

// commit finds out what became of the transaction where the database did not
// say: it may be stored although the connection is lost.
func (p *postgres) commit(ctx context.Context, tx pgx.Tx, t *pgTx) (retry bool, err error) {
	err = timed(p.watch, 1, func() error { return tx.Commit(ctx) })
	if err == nil || isAnswer(err) {
		return true, err
	}
	if t.seq == 0 || errors.Is(err, errUnsure) {
		return false, unknown(err)
	}
	stored, asked := p.outcome(t)
	switch {
	case asked != nil:
		return false, unknown(errors.Join(err, asked))
	case stored:
		return false, nil
	}
	return true, err
}

func unknown(err error) error {
	return fmt.Errorf("%w: the connection was lost while committing, and nobody knows whether that is stored: %w",
		collection.ErrUnavailable, err)
}

// outcome tells whether the transaction was committed that wrote a row of
// changes. It tries to write that row itself. The database makes it wait while
// the transaction may still be committed, and then either finds the row there
// or knows that it never will be.
func (p *postgres) outcome(t *pgTx) (stored bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), p.outcomePatience)
	defer cancel()
	for {
		stored, err = p.tryRow(ctx, t)
		if err == nil || ctx.Err() != nil {
			return stored, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p *postgres) tryRow(ctx context.Context, t *pgTx) (stored bool, err error) {
	tx, err := p.begin(ctx, ctx)
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, `INSERT INTO changes (seq, collection, id, version, op, birth, created, at)
		VALUES ($1, '', '', 0, '', '', 0, 0) ON CONFLICT DO NOTHING`, t.seq)
	if err == nil && tag.RowsAffected() == 0 {
		stored, err = isOurs(ctx, tx, t)
	}
	if !stored || err != nil {
		return false, errors.Join(err, tx.Rollback(ctx))
	}
	// The lock on the row is committed, and that waits for a standby as the
	// commit should have done of which nobody heard.
	return true, tx.Commit(ctx)
}

// isOurs tells whether the row is that of the transaction, and locks it. A
// standby that was promoted may give a number again that its primary gave away
// and did not store.
func isOurs(ctx context.Context, tx pgx.Tx, t *pgTx) (bool, error) {
	c := t.change
	return one(&pgSession{on: tx, ctx: ctx}, `SELECT seq FROM changes WHERE seq = $1 AND collection = $2 AND id = $3
		AND version = $4 AND op = $5 AND birth = $6 AND body IS NOT DISTINCT FROM $7 AND claim IS NOT DISTINCT FROM $8 FOR UPDATE`,
		[]any{t.seq, c[0], c[1], c[2], c[3], c[10], c[9], c[15]}, new(int64))
}
