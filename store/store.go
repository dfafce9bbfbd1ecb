package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/collection"
)

// Options are what an operator may choose.
type Options struct {
	// Durability is Full where empty.
	Durability Durability
	// ReadOnly opens SQLite's file beside the server that writes to it, for
	// backups and checks. Writes and Declare are then refused.
	ReadOnly bool
	// Connections bounds the connections to PostgreSQL; 0 is 4 for each
	// processor, 16 at least. The address may say pool_max_conns instead.
	Connections int
	// KeepFor and KeepChanges bound what is kept of what happened: changes
	// that are older go, and the oldest beyond that many. 0 is a week, and a
	// million.
	KeepFor     time.Duration
	KeepChanges int64
	// CacheBytes is about how much memory documents may take that are kept at
	// hand because they were read; 0 is none. It is for SQLite: others may
	// write to a PostgreSQL, and nothing is kept of that.
	CacheBytes int64
	// Watch, where set, is told of what is read and written.
	Watch Watcher
	// Log is told of what happens in the background; nil is the default log.
	Log *slog.Logger
}

// Durability says when SQLite calls a write durable.
type Durability string

const (
	// Full waits for the disk: what is acknowledged survives a power cut.
	Full Durability = "full"
	// Normal does not: a power cut may take the last moments' writes back,
	// and leaves the file whole. A crash of the server alone loses nothing.
	Normal Durability = "normal"
)

// ErrInUse says that another server has the SQLite file open.
var ErrInUse = errors.New("another server has it open; two cannot write to one SQLite file")

// Store is an open database. It also keeps key sets, as auth.KeptKeySets
// wants them.
type Store struct {
	engine  engine
	log     *slog.Logger
	catalog atomic.Pointer[catalog]
	issuers issuers
	cache   *documentCache
	// name tells this server from others.
	name string
	// declaring keeps Declare from running twice at a time; stopBuilding ends
	// what the last one left to do.
	declaring    sync.Mutex
	stopBuilding func()
	// young are the names of collections that have to be looked through once
	// more.
	young sync.Map
	// wrote is how the one who follows the changes hears of those made here.
	wrote       chan struct{}
	keepFor     time.Duration
	keepChanges int64
	// scanning has a place for each scan that may run at once.
	scanning chan struct{}
	// servers is how many of them were counted last, and attends whether this
	// one is among them.
	servers atomic.Int64
	attends atomic.Bool
	// lastBeat is when this one last said that it serves, and could.
	lastBeat atomic.Pointer[time.Time]
	// background ends with Close.
	background context.Context
	stop       context.CancelFunc
	tasks      sync.WaitGroup
	// Tests shorten these.
	catalogFresh, fillGrace, beatPause time.Duration
	fillBatch                          int
}

const (
	keepFor     = 7 * 24 * time.Hour
	keepChanges = 1_000_000
)

// Open opens the database at url: sqlite:path, made where it is missing;
// sqlite::memory: for one that is gone when it is closed; or postgres://….
func Open(ctx context.Context, url string, options Options) (*Store, error) {
	e, err := openEngine(ctx, url, options)
	if err != nil {
		return nil, err
	}
	s := newStore(e, options)
	if err := s.start(ctx, options); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func openEngine(ctx context.Context, url string, options Options) (engine, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "sqlite":
		return openSQLite(rest, options)
	case "postgres", "postgresql":
		return openPostgres(ctx, url, options)
	}
	return nil, errors.New("open the database: the address has to begin with sqlite: or postgres://")
}

func newStore(e engine, options Options) *Store {
	s := &Store{
		engine: e, log: options.Log, name: rand.Text(), stopBuilding: func() {},
		wrote: make(chan struct{}, 1), keepFor: options.KeepFor, keepChanges: options.KeepChanges,
		catalogFresh: catalogFresh, fillGrace: fillGrace, beatPause: beat, fillBatch: 1000,
	}
	if s.keepFor == 0 {
		s.keepFor = keepFor
	}
	if s.keepChanges == 0 {
		s.keepChanges = keepChanges
	}
	if s.log == nil {
		s.log = slog.Default()
	}
	if !e.shared() && !options.ReadOnly {
		s.cache = newDocumentCache(options.CacheBytes)
	}
	if options.Watch != nil {
		s.engine = watched{e, options.Watch}
	}
	s.scanning = make(chan struct{}, scansAtOnce(e.readers()))
	s.background, s.stop = context.WithCancel(context.Background())
	return s
}

// start makes the tables that every database has, and begins what goes on in
// the background.
func (s *Store) start(ctx context.Context, options Options) error {
	if !options.ReadOnly {
		if err := s.engine.alter(ctx, foundation(s.engine.dialect())...); err != nil {
			return fmt.Errorf("prepare the database: %w", err)
		}
	}
	if _, err := s.readCatalog(ctx); err != nil {
		return err
	}
	if options.ReadOnly {
		return nil
	}
	if s.engine.shared() {
		s.every(s.catalogFresh/2, func(ctx context.Context) error {
			_, err := s.readCatalog(ctx)
			return err
		})
	}
	s.every(time.Minute, s.forget)
	s.every(time.Hour, s.forgetRevoked)
	s.every(time.Hour, s.forgetSessions)
	s.every(time.Minute, s.prune)
	return nil
}

// every runs task again and again until the store is closed.
func (s *Store) every(pause time.Duration, task func(context.Context) error) {
	s.tasks.Go(func() {
		for s.sleep(s.background, pause) {
			if err := s.within(taskPatience, task); err != nil && s.background.Err() == nil {
				s.log.Warn("database: a regular task", "error", err)
			}
		}
	})
}

// taskPatience bounds a regular task: the database may have vanished.
const taskPatience = time.Minute

func (s *Store) within(patience time.Duration, task func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(s.background, patience)
	defer cancel()
	return task(ctx)
}

// sleep tells whether the time passed before ctx ended.
func (s *Store) sleep(ctx context.Context, pause time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(pause):
		return true
	}
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) error {
	return s.engine.read(ctx, func(on session) error {
		_, err := one(on, `SELECT 1 FROM collections`, nil, new(int64))
		return err
	})
}

// Backup writes a consistent copy of everything to the file at path, which
// must not exist. Others read and write meanwhile.
func (s *Store) Backup(ctx context.Context, path string) error { return s.engine.backup(ctx, path) }

// Close waits for what is being written, and closes. Indexes that are being
// built are built at the next start.
func (s *Store) Close() error {
	s.stop()
	s.tasks.Wait()
	s.leave()
	return s.engine.close()
}

// Write runs work in one transaction; see [collection.Store].
//
// Once one of the transaction's methods returned an error, all of them return
// it, and so does Write: databases differ in what is left of a transaction
// after a refusal.
func (s *Store) Write(ctx context.Context, work func(collection.Tx) error) error {
	return s.write(ctx, func(t *tx) error { return work(t) })
}

// maxStale is how often a write is done again because of a newer catalog.
const maxStale = 5

func (s *Store) write(ctx context.Context, work func(*tx) error) error {
	touched := writes{cache: s.cache}
	defer touched.done()
	c, err := s.catalogNow(ctx)
	for attempt := 1; err == nil; attempt++ {
		var last *tx
		err = s.engine.write(ctx, func(on session) error {
			last = s.begin(on, c)
			last.touched = &touched
			return s.run(last, work)
		})
		if err == nil {
			s.issuers.add(last.issuers)
			s.tellWritten()
			return nil
		}
		if !errors.Is(err, errStale) {
			return err
		}
		if attempt == maxStale {
			return fmt.Errorf("%w: %w", collection.ErrUnavailable, err)
		}
		c, err = s.readCatalog(ctx)
	}
	return err
}

// errStale says that the catalog became too old while work ran.
var errStale = errors.New("the catalog is out of date")

func (s *Store) begin(on session, c *catalog) *tx {
	if !s.engine.shared() {
		c = s.catalog.Load() // the work may have waited behind a change of the schema
	}
	return &tx{store: s, on: on, catalog: c}
}

// run runs work in the transaction.
func (s *Store) run(t *tx, work func(*tx) error) error {
	if err := work(t); err != nil {
		return err
	}
	if t.err != nil {
		return t.err
	}
	if !s.fresh(t.catalog) {
		return errStale
	}
	return nil
}
