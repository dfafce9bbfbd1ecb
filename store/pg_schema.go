package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// alterAttempts is how often a change of the schema is tried. It waits briefly
// each time for a table that is in use, since everybody else waits behind it; and
// for longer than deadlock_timeout (a second), after which PostgreSQL ends an
// autovacuum that it finds in the way.
const (
	alterAttempts = 40
	alterPatience = 1500 * time.Millisecond
)

func (p *postgres) alter(ctx context.Context, statements ...string) error {
	if len(statements) == 0 {
		return nil
	}
	return p.apart(ctx, fmt.Sprint("SET lock_timeout = ", alterPatience.Milliseconds()), func(conn *pgxpool.Conn) error {
		for _, s := range statements {
			if p.isThere(ctx, conn, s) {
				continue
			}
			err := p.alterOne(ctx, conn, s)
			if stateOf(err) == insufficientPrivilege {
				return fmt.Errorf("%w: %w", errMayNotCreate, err)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// errMayNotCreate is of a role that has less than it takes for what is declared.
var errMayNotCreate = errors.New("the role of the address may not make what is declared: let it own the database (ALTER DATABASE … OWNER TO …, and its tables), " +
	"or start Postern once as the owner, and then as a role that may read and write all tables")

// creates names what a statement of the foundation creates.
var creates = regexp.MustCompile(`^CREATE (?:TABLE|INDEX) IF NOT EXISTS (\S+) `)

// inOurSchema is the table or index of the name $1, or null, in the schema where ours
// are made: those that are looked into after it may have others with such names.
const inOurSchema = `to_regclass(quote_ident(current_schema()) || '.' || $1)`

// isThere tells whether the statement would create what is there. To find that out
// by itself it needs the right to create, which the role of a server may lack; and
// for an index it locks the table first, against all who write: behind a vacuum of
// a large table it would wait for as long as that takes, and everybody who writes
// behind it. Where nobody can tell, the statement does.
func (p *postgres) isThere(ctx context.Context, conn *pgxpool.Conn, statement string) bool {
	created := creates.FindStringSubmatch(statement)
	if created == nil {
		return false
	}
	var there int64
	_, err := one(&pgSession{on: conn, ctx: ctx}, "SELECT ("+inOurSchema+" IS NOT NULL)::int", []any{created[1]}, &there)
	return err == nil && there == 1
}

// alterOne repeats the statement while others change the same things. Even IF
// NOT EXISTS fails where two servers run it at the same time.
func (p *postgres) alterOne(ctx context.Context, conn *pgxpool.Conn, statement string) error {
	for attempt := 1; ; attempt++ {
		began := time.Now()
		_, err := conn.Exec(ctx, statement, pgx.QueryExecModeSimpleProtocol)
		switch stateOf(err) {
		case uniqueViolation, duplicateTable, duplicateObject, duplicateColumn, internalError, lockNotAvailable,
			serializationFailure, deadlockDetected:
		default:
			if ctx.Err() != nil || !isStray(err, time.Since(began)) {
				return err
			}
		}
		if attempt == alterAttempts {
			return err
		}
		if stateOf(err) == lockNotAvailable {
			if attempt == 1 {
				p.log.Warn("a change of the schema waits for whoever has the table in use, such as a backup", "statement", statement)
			}
			// Everybody else waited behind it, and has to get something done.
			if err := sleep(ctx, time.Duration(min(attempt, 5))*alterPatience); err != nil {
				return err
			}
		}
		if err := pause(ctx); err != nil {
			return err
		}
	}
}

// apart runs work on a connection that may take its time, and whose settings
// nobody inherits.
func (p *postgres) apart(ctx context.Context, setting string, work func(*pgxpool.Conn) error) error {
	conn, err := p.pool.Acquire(ctx)
	if err != nil {
		return explainPg(err)
	}
	defer conn.Release()
	for _, s := range []string{"SET statement_timeout = 0", setting} {
		if err := p.alterOne(ctx, conn, s); err != nil {
			return explainPg(err)
		}
	}
	err = work(conn)
	reset, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if _, failed := conn.Exec(reset, "RESET statement_timeout; RESET lock_timeout", pgx.QueryExecModeSimpleProtocol); failed != nil {
		// Released closed, it is not used again.
		err = errors.Join(err, conn.Conn().Close(reset))
	}
	return explainPg(err)
}

// index builds the index while others write. A build that was cut off leaves
// an index that is not valid, which is dropped first. The build waits for
// everybody who has the table in use, and one of those may wait for the build:
// servers that start together add columns. Then the database ends one of the
// two, and the build is begun anew.
func (p *postgres) index(ctx context.Context, name, create string) error {
	return p.apart(ctx, "SET lock_timeout = 0", func(conn *pgxpool.Conn) error {
		for attempt := 1; ; attempt++ {
			err := p.buildIndex(ctx, conn, name, create)
			if stateOf(err) != deadlockDetected || attempt == alterAttempts {
				return err
			}
			if err := pause(ctx); err != nil {
				return err
			}
		}
	})
}

func (p *postgres) buildIndex(ctx context.Context, conn *pgxpool.Conn, name, create string) error {
	valid, err := p.clearInvalid(ctx, conn, name)
	if valid || err != nil {
		return err
	}
	if _, err := conn.Exec(ctx, create, pgx.QueryExecModeSimpleProtocol); err != nil {
		if ctx.Err() != nil {
			return err
		}
		_, dropped := p.clearInvalid(ctx, conn, name)
		return errors.Join(err, dropped)
	}
	return nil
}

// pause is how long a change of the schema waits until it is tried again.
func pause(ctx context.Context) error {
	return sleep(ctx, time.Duration(10+rand.IntN(90))*time.Millisecond)
}

func sleep(ctx context.Context, length time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(length):
		return nil
	}
}

// clearInvalid drops the index where it is not valid, and tells whether it is.
func (p *postgres) clearInvalid(ctx context.Context, conn *pgxpool.Conn, name string) (valid bool, err error) {
	var is int64
	found, err := one(&pgSession{on: conn, ctx: ctx},
		`SELECT indisvalid::int FROM pg_index WHERE indexrelid = `+inOurSchema, []any{quote(name)}, &is)
	if err != nil || !found || is == 1 {
		return found && is == 1, err
	}
	_, err = conn.Exec(ctx, "DROP INDEX CONCURRENTLY IF EXISTS "+quote(name), pgx.QueryExecModeSimpleProtocol)
	return false, err
}
