package store

import (
	"context"

	"github.com/postern-dev/postern/collection"
)

// engine is one kind of database.
type engine interface {
	dialect() dialect
	// read runs work outside of transactions, or in one that only reads. Work
	// may run more than once.
	read(ctx context.Context, work func(session) error) error
	// readers is how many reads run at once; others wait.
	readers() int
	// moment runs work once, in a transaction that only reads and in which all
	// statements see the same moment. It keeps nobody from writing and may
	// take as long as it takes.
	moment(ctx context.Context, work func(session) error) error
	// write runs work in one transaction and returns when it is durable, as
	// [collection.Store.Write] has it.
	write(ctx context.Context, work func(session) error) error
	// alter changes the schema, each statement by itself, and takes as long
	// as that takes. Statements can be repeated.
	alter(ctx context.Context, statements ...string) error
	// lead runs work unless another server already does what name says, and
	// tells whether it ran.
	lead(ctx context.Context, name string, work func(context.Context) error) (bool, error)
	// index builds the index, unless it is there, and drops what is left of
	// one whose building was cut off.
	index(ctx context.Context, name, create string) error
	// unfit tells whether the error is of a unique index; name is that index
	// where the database says so.
	unfit(err error) (name string, is bool)
	// isGone tells whether a scan failed because its index was just dropped.
	isGone(err error) bool
	// inspect reads the database as the engine knows it, and says what is
	// broken in it.
	inspect(on session) (broken []string, err error)
	// indexed tells whether the index is there and has every document; says
	// is empty where that is so.
	indexed(on session, t *table, x builtIndex) (says string, err error)
	// explain translates an error of the driver into one of the domain.
	explain(err error) error
	// shared tells whether other servers may use the database beside this
	// one.
	shared() bool
	backup(ctx context.Context, path string) error
	stats() Stats
	close() error
}

// dialect is where the two databases write things differently.
type dialect struct {
	// text is the type of text that is compared byte by byte.
	text string
	// blob is the type of bytes.
	blob string
	// serial is the type of a key that the database numbers.
	serial string
	// forUpdate makes a select lock its rows.
	forUpdate string
	// concurrently is what lets others write while an index is made or
	// dropped.
	concurrently string
	// addColumn adds a column where it is missing, before its name.
	addColumn string
	// branches is how many selects go into one statement of a scan. A round
	// trip to PostgreSQL costs more than a select. SQLite builds a table for
	// each select of a union, so there each is a statement.
	branches int
	// hints tells that selects name the index to use.
	hints bool
	// clock is the time of the database, in milliseconds since 1970.
	clock string
	// position is the column of changes that holds their position, last the
	// highest one that was handed out.
	position, last string
	// foundation are statements for tables that only this database needs.
	foundation []string
}

var _ collection.Store = (*Store)(nil)
