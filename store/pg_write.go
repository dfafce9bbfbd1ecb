package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/postern-dev/postern/collection"
)

func (p *postgres) write(ctx context.Context, work func(session) error) error {
	// A caller who leaves does not break the connection, nor a commit that is
	// on its way: it is asked before the commit whether it is still there.
	detached, cancel := context.WithTimeout(context.WithoutCancel(ctx), writeTimeout)
	defer cancel()
	return p.repeat(ctx, func() (retry bool, err error) {
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

func (t transaction) Commit(ctx context.Context) error {
	defer t.release()
	return t.Tx.Commit(ctx)
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
	err = tx.Commit(ctx)
	if err == nil || isAnswer(err) {
		return true, err
	}
	if t.seq == 0 {
		return false, unknown(err)
	}
	stored, asked := p.outcome(t.seq)
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

// outcomePatience bounds how long the fate of a transaction is looked for.
const outcomePatience = 10 * time.Second

// outcome tells whether the transaction that wrote the row seq of changes was
// committed. It tries to write that row itself. The database makes it wait
// while the transaction may still be committed, and then either finds the row
// there or knows that it never will be.
func (p *postgres) outcome(seq int64) (stored bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), outcomePatience)
	defer cancel()
	for {
		stored, err = p.tryRow(ctx, seq)
		if err == nil || ctx.Err() != nil {
			return stored, err
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
}

func (p *postgres) tryRow(ctx context.Context, seq int64) (taken bool, err error) {
	tx, err := p.begin(ctx, ctx)
	if err != nil {
		return false, err
	}
	tag, err := tx.Exec(ctx, `INSERT INTO changes (seq, collection, id, version, op, birth, created, at)
		VALUES ($1, '', '', 0, '', '', 0, 0) ON CONFLICT DO NOTHING`, seq)
	return tag.RowsAffected() == 0, errors.Join(err, tx.Rollback(ctx))
}
