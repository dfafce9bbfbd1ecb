package store

import (
	"context"
	"time"
)

// Watcher is told of what the database does. Its methods are called by many at
// once, in the way of those who read and write, and have to be quick.
type Watcher interface {
	// Begin says that a read or a write begins; the work runs under the
	// context that it returns. End follows with the same one.
	Begin(ctx context.Context, write bool) context.Context
	// End says how it went: an error may be the database's, or a refusal of
	// who wrote.
	End(ctx context.Context, write bool, took time.Duration, err error)
	// Committed says that so many writes were made durable together, and how
	// long the commit itself took.
	Committed(writes int, took time.Duration)
}

// watched is an engine that tells of what it does.
type watched struct {
	engine
	by Watcher
}

func (w watched) read(ctx context.Context, work func(session) error) error {
	return w.watch(ctx, false, func(ctx context.Context) error { return w.engine.read(ctx, work) })
}

func (w watched) write(ctx context.Context, work func(session) error) error {
	return w.watch(ctx, true, func(ctx context.Context) error { return w.engine.write(ctx, work) })
}

func (w watched) watch(ctx context.Context, write bool, work func(context.Context) error) error {
	began := time.Now()
	ctx = w.by.Begin(ctx, write)
	err := work(ctx)
	w.by.End(ctx, write, time.Since(began), err)
	return err
}

// timed tells the watcher, if there is one, of a commit that went well.
func timed(by Watcher, writes int, commit func() error) error {
	if by == nil {
		return commit()
	}
	began := time.Now()
	err := commit()
	if err == nil {
		by.Committed(writes, time.Since(began))
	}
	return err
}

// Stats is how a store is doing at one moment.
type Stats struct {
	// Engine is "sqlite" or "postgres".
	Engine string
	// Queue is how many wait to write, of QueueMost that may; for SQLite.
	Queue, QueueMost int
	// Connections are those to PostgreSQL.
	Connections Connections
	// Cache is nil where no documents are kept at hand.
	Cache *CacheStats
}

// Connections are those of a pool, at most Most. Waited counts those who had to
// wait for one, and WaitedFor is how long they did, together.
type Connections struct {
	Most, Open, Idle int
	Waited           int64
	WaitedFor        time.Duration
}

// Stats tells how the store is doing. It asks nobody.
func (s *Store) Stats() Stats {
	stats := s.engine.stats()
	stats.Cache = s.cache.stats()
	return stats
}

func (l *lite) stats() Stats {
	stats := Stats{Engine: "sqlite"}
	if l.writer != nil {
		stats.Queue, stats.QueueMost = len(l.writer.queue), maxQueue
	}
	return stats
}

func (p *postgres) stats() Stats {
	pool := p.pool.Stat()
	return Stats{Engine: "postgres", Connections: Connections{
		Most: int(pool.MaxConns()), Open: int(pool.TotalConns()), Idle: int(pool.IdleConns()),
		Waited: pool.EmptyAcquireCount(), WaitedFor: pool.EmptyAcquireWaitTime(),
	}}
}
