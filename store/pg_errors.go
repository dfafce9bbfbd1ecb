package store

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/postern-dev/postern/collection"
)

// SQLSTATE codes (https://www.postgresql.org/docs/current/errcodes-appendix.html).
const (
	uniqueViolation      = "23505"
	serializationFailure = "40001"
	deadlockDetected     = "40P01"
	diskFull             = "53100"
	queryCanceled        = "57014"
	lockNotAvailable     = "55P03"
	duplicateTable       = "42P07"
	duplicateObject      = "42710"
	duplicateColumn      = "42701"
	internalError        = "XX000"
	readOnlyTransaction  = "25006"
	idleInTransaction    = "25P03"
	noDatabase           = "3D000"
	protocolViolation    = "08P01"
	// insufficientPrivilege is also what one who does not own a table is told.
	insufficientPrivilege = "42501"
	// badAuthorization begins the codes of whoever may not come in.
	badAuthorization = "28"
)

// stateOf is the SQLSTATE of the error; empty where it is not PostgreSQL's.
func stateOf(err error) string {
	var e *pgconn.PgError
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

// isConflict tells whether other transactions were in the way, and nothing is
// stored.
func isConflict(err error) bool {
	state := stateOf(err)
	return state == serializationFailure || state == deadlockDetected
}

// strayWithin is less than what a statement has that reaches its time limit.
const strayWithin = 5 * time.Second

// isStray tells whether a statement was cancelled that nobody meant: the request
// to cancel that of a client who left may arrive when the connection serves the
// next one already.
func isStray(err error, took time.Duration) bool {
	return stateOf(err) == queryCanceled && took < strayWithin
}

// isConnection tells whether the connection is lost, or could not be made.
func isConnection(err error) bool {
	var connect *pgconn.ConnectError
	if errors.As(err, &connect) {
		return true // whatever kept it from being made
	}
	if state := stateOf(err); state != "" {
		return isShutdown(state)
	}
	var network net.Error
	return errors.As(err, &network) || pgconn.SafeToRetry(err) ||
		errors.Is(err, pgx.ErrTxClosed) || isClosed(err)
}

func isShutdown(state string) bool {
	return strings.HasPrefix(state, "08") || strings.HasPrefix(state, "57P") || state == idleInTransaction
}

// isClosed recognizes what pgx says of a connection that it closed.
func isClosed(err error) bool {
	text := err.Error()
	return strings.Contains(text, "conn closed") || strings.Contains(text, "unexpected EOF") ||
		strings.Contains(text, "connection reset") || strings.Contains(text, "broken pipe")
}

// isAnswer tells whether the database itself said that the commit failed. A
// server that is shut down may say so of a commit that it did.
func isAnswer(err error) bool {
	state := stateOf(err)
	return errors.Is(err, pgx.ErrTxCommitRollback) || state != "" && !isShutdown(state)
}

func (p *postgres) unfit(err error) (name string, is bool) {
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == uniqueViolation {
		return e.ConstraintName, true
	}
	return "", false
}

// isGone is never so: statements here name no index.
func (p *postgres) isGone(error) bool { return false }

func (p *postgres) explain(err error) error { return explainPg(err) }

// explainPg says what the caller can do about the error.
func explainPg(err error) error {
	switch state := stateOf(err); {
	case err == nil, errors.Is(err, collection.ErrFull), errors.Is(err, collection.ErrUnavailable),
		errors.Is(err, context.Canceled) && state == "":
		return err
	case state == diskFull:
		return fmt.Errorf("%w: %w", collection.ErrFull, err)
	case isConflict(err), state == queryCanceled, state == lockNotAvailable, state == readOnlyTransaction,
		strings.HasPrefix(state, "53"), strings.HasPrefix(state, "58"), isConnection(err):
		return fmt.Errorf("%w: %w", collection.ErrUnavailable, err)
	}
	return err
}

// Passes tells whether an error of Open or Declare may pass while nobody
// changes the settings: the database cannot be reached, is busy, or full.
func Passes(err error) bool {
	if state := stateOf(err); errors.Is(err, errPooler) || state == noDatabase || strings.HasPrefix(state, badAuthorization) {
		return false
	}
	return errors.Is(err, collection.ErrUnavailable) || errors.Is(err, collection.ErrFull)
}
