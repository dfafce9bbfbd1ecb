package store

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"

	"github.com/postern-dev/postern/collection"
)

// writer is the one goroutine that writes to SQLite. It takes all that waits,
// without waiting for more, and writes it in one transaction: a commit costs
// a turn of the disk, whatever is in it.
//
// Nobody is answered before the commit, those who are refused neither: they
// may be refused because of a neighbour's write that is not stored yet.
type writer struct {
	conn  *liteConn
	watch Watcher // nil is none
	queue chan *member
	ended chan struct{}
	mu    sync.RWMutex
	// closed is guarded by mu: nobody sends to a closed queue.
	closed bool
}

// maxGroup bounds a transaction, maxQueue those who wait for the next ones.
const (
	maxGroup = 256
	maxQueue = 1024
)

// member is one who waits to write.
type member struct {
	// work runs in the group's transaction; alone runs outside of any.
	work  func(session) error
	alone func(*liteConn) error
	// taken is set once: by the writer, or by a caller that leaves before.
	taken  atomic.Bool
	answer chan error
	err    error
}

// errClosed is what callers get that come after Close.
var errClosed = fmt.Errorf("%w: it is being closed", collection.ErrUnavailable)

func newWriter(conn *liteConn, watch Watcher) *writer {
	w := &writer{conn: conn, watch: watch, queue: make(chan *member, maxQueue), ended: make(chan struct{})}
	go w.loop()
	return w
}

// do hands the member to the writer and waits for the answer. A caller whose
// context ends may leave while nobody has begun its work; from then on it
// waits for the truth, so that nobody is told that a write failed that is
// stored.
func (w *writer) do(ctx context.Context, m *member) error {
	m.answer = make(chan error, 1)
	if err := w.enter(ctx, m); err != nil {
		return err
	}
	select {
	case err := <-m.answer:
		return err
	case <-ctx.Done():
		if m.taken.CompareAndSwap(false, true) {
			return ctx.Err()
		}
		return <-m.answer
	}
}

func (w *writer) enter(ctx context.Context, m *member) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	w.mu.RLock()
	defer w.mu.RUnlock()
	if w.closed {
		return errClosed
	}
	select {
	case w.queue <- m:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// close waits until everybody who waits is answered.
func (w *writer) close() {
	w.mu.Lock()
	if !w.closed {
		w.closed = true
		close(w.queue)
	}
	w.mu.Unlock()
	<-w.ended
}

func (w *writer) loop() {
	defer close(w.ended)
	for first := range w.queue {
		// Whoever is about to write gets there first. Nobody waits for a clock:
		// where nobody else runs, this returns at once.
		runtime.Gosched()
		group, alone := w.gather(first)
		w.commit(group)
		for _, m := range group {
			m.answer <- m.err
		}
		if alone != nil {
			alone.answer <- guarded(func() error { return alone.alone(w.conn) })
		}
	}
}

// gather takes what waits. Who has to be alone ends the group and comes after
// it.
func (w *writer) gather(first *member) (group []*member, alone *member) {
	for m := first; ; {
		switch {
		case !m.taken.CompareAndSwap(false, true): // has left
		case m.alone != nil:
			return group, m
		default:
			group = append(group, m)
		}
		if len(group) == maxGroup {
			return group, nil
		}
		var open bool
		select {
		case m, open = <-w.queue:
			if !open {
				return group, nil
			}
		default:
			return group, nil
		}
	}
}

// guarded runs work and makes an error of a panic: it is one caller's, and the
// others are not to suffer for it.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while writing: %v\n%s", p, debug.Stack())
		}
	}()
	return work()
}
