package feed

import (
	"context"
	"sync"

	"github.com/postern-dev/postern/collection"
)

// What waits for one follower at most. Beyond that it is cut off; a writer
// never waits for it.
const (
	queueMost  = 256
	queueBytes = 1 << 20
)

// Follower is one reader of the feed. It is used by one goroutine.
type Follower struct {
	hub   *Hub
	views []View
	// at is the position up to which everything was judged.
	at     int64
	joined bool
	wake   chan struct{}
	// from is where it was when it joined: it may be ahead of the hub.
	from int64
	// The hub fills these.
	mu     sync.Mutex
	queue  []*collection.Change
	bytes  int
	failed error
}

// Follow begins behind the position. [ErrReset] where it is not known, or not
// known any more. Close it in the end.
func (h *Hub) Follow(ctx context.Context, views []View, after int64) (*Follower, error) {
	if after > h.Head() || h.Followers() == 0 {
		// Another server may be ahead of this one; and where nobody follows,
		// the hub is in no hurry.
		if err := h.poll(ctx); err != nil {
			return nil, err
		}
	}
	if after > h.Head() || after < h.pruned.Load() {
		return nil, ErrReset
	}
	if h.count.Add(1) == 1 {
		select {
		case h.roused <- struct{}{}:
		default:
		}
	}
	return &Follower{hub: h, views: views, at: after, wake: make(chan struct{}, 1)}, nil
}

// At is the position from which to go on.
func (f *Follower) At() int64 { return f.at }

// Close ends it.
func (f *Follower) Close() {
	f.hub.leave(f)
	f.hub.count.Add(-1)
}

// Next waits for changes and returns what they mean to this reader, at least
// one event. It returns when ctx ends, with its error; then At may have moved,
// too. After [ErrSlow], [ErrReset] or [ErrClosed] there is nothing more.
func (f *Follower) Next(ctx context.Context) ([]Event, error) {
	for {
		changes, err := f.changes(ctx)
		if err != nil {
			return nil, err
		}
		var events []Event
		for _, c := range changes {
			if e, ok := f.judge(c); ok {
				events = append(events, e)
			}
			f.at = c.Position
		}
		if len(events) > 0 {
			return events, nil
		}
	}
}

// changes returns the next ones: from the database while it is far behind,
// then what the hub hands out.
func (f *Follower) changes(ctx context.Context) ([]*collection.Change, error) {
	if !f.joined {
		changes, joined := f.hub.join(f)
		if f.joined = joined; !joined {
			return f.hub.page(ctx, f.at)
		}
		if len(changes) > 0 {
			return changes, nil
		}
	}
	for {
		head := f.hub.Head() // before the queue: all up to it was pushed
		changes, err := f.take()
		if len(changes) > 0 || err != nil {
			return changes, err
		}
		f.at = max(f.at, head)
		select {
		case <-f.wake:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-f.hub.closed:
			return nil, ErrClosed
		}
	}
}

func (f *Follower) take() ([]*collection.Change, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	changes := f.queue
	f.queue, f.bytes = nil, 0
	if len(changes) > 0 {
		return changes, nil
	}
	return nil, f.failed
}

// push is the hub's: it never waits.
func (f *Follower) push(c *collection.Change) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.failed != nil || c.Position <= f.from || len(f.queue) > 0 && f.queue[len(f.queue)-1] == c {
		return
	}
	if len(f.queue) > 0 && (len(f.queue) >= queueMost || f.bytes+c.Size() > queueBytes) {
		f.failed = ErrSlow
		f.hub.looks.slow.Add(1)
		return
	}
	f.queue, f.bytes = append(f.queue, c), f.bytes+c.Size()
	f.rouse()
}

func (f *Follower) cut(why error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue, f.failed = nil, why
	f.rouse()
}

func (f *Follower) rouse() {
	select {
	case f.wake <- struct{}{}:
	default:
	}
}

// join makes the hub tell the follower what comes, if it knows all that came
// since; that is returned.
func (h *Hub) join(f *Follower) ([]*collection.Change, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	missed, complete := h.recent.after(f.at, h.head.Load())
	if !complete {
		return nil, false
	}
	f.from = f.at
	for _, v := range f.views {
		for _, i := range interestsIn(v.Collection, v.Visible) {
			if h.followers[i] == nil {
				h.followers[i] = map[*Follower]struct{}{}
			}
			h.followers[i][f] = struct{}{}
		}
	}
	return append([]*collection.Change(nil), missed...), true
}

func (h *Hub) leave(f *Follower) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, v := range f.views {
		for _, i := range interestsIn(v.Collection, v.Visible) {
			if delete(h.followers[i], f); len(h.followers[i]) == 0 {
				delete(h.followers, i)
			}
		}
	}
}
