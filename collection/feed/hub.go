package feed

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/seal"
)

// Why a follower gets nothing more.
var (
	// ErrReset says that what came after the position is not known any more:
	// the follower has to read everything again.
	ErrReset = errors.New("what followed this position is not known any more")
	// ErrSlow says that the follower did not take what it was sent. It can go
	// on from its position.
	ErrSlow = errors.New("the follower is too slow")
	// ErrClosed says that the server stops. Another one goes on.
	ErrClosed = errors.New("the feed is closed")
)

// How often the database is asked for what other servers wrote, with followers
// and without, and what lies at least between two questions.
const (
	pollFollowed = 100 * time.Millisecond
	pollAlone    = time.Second
	pollPause    = 2 * time.Millisecond
	pollFailed   = time.Second
	// pollPatience bounds one question, to a database that may have vanished.
	pollPatience = 15 * time.Second
)

// What one question returns at most.
const (
	batch      = 512
	batchBytes = 4 << 20
)

// Hub reads the history once for all followers. Run has to be running.
type Hub struct {
	history     collection.History
	lineage     int64
	collections map[string]*collection.Collection
	log         *slog.Logger
	// head is the position up to which everything was handed out; it is
	// changed under mu.
	head   atomic.Int64
	pruned atomic.Int64
	count  atomic.Int64
	looks  looks
	closed chan struct{}
	ending sync.Once
	// roused receives when the first follower comes.
	roused chan struct{}
	// polling and reading each let one ask the database at a time.
	polling sync.Mutex
	reading sync.Mutex
	pages   []page
	mu      sync.Mutex
	recent  recent
	// followers are those who want to hear of changes with the interest.
	followers map[interest]map[*Follower]struct{}
}

// New returns a hub for the collections, which has learnt where the history
// ends.
func New(ctx context.Context, history collection.History, collections []*collection.Collection, log *slog.Logger) (*Hub, error) {
	h := &Hub{history: history, collections: map[string]*collection.Collection{}, log: log,
		closed: make(chan struct{}), roused: make(chan struct{}, 1), followers: map[interest]map[*Follower]struct{}{}}
	for _, c := range collections {
		h.collections[c.Name] = c
	}
	var err error
	if h.lineage, err = history.Lineage(ctx); err != nil {
		return nil, err
	}
	return h, h.poll(ctx)
}

// Marker returns that of the reader with these views.
func (h *Hub) Marker(sealer *seal.Sealer, reader collection.Owner, views []View) *Marker {
	return NewMarker(sealer, h.lineage, reader, views)
}

// Head is the position up to which everything that was written is told. What is
// read from the database after asking for it has all of that in it.
func (h *Hub) Head() int64 { return h.head.Load() }

// Followers is how many there are.
func (h *Hub) Followers() int { return int(h.count.Load()) }

// Run tells followers what is written, until ctx ends.
func (h *Hub) Run(ctx context.Context) {
	for wait := time.Duration(0); h.wait(ctx, wait); {
		wait = pollPause
		if err := h.poll(ctx); err != nil && ctx.Err() == nil {
			h.log.Warn("change feed: read what was written, and try again", "error", err)
			wait = pollFailed
		}
	}
}

// wait returns when it is time for the next look. Without followers, nobody is
// in a hurry, and a write has to pay for nothing.
func (h *Hub) wait(ctx context.Context, least time.Duration) bool {
	pause := func(d time.Duration, wake <-chan struct{}) bool {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-ctx.Done():
			return false
		case <-timer.C:
		case <-wake:
		case <-h.roused:
		}
		return true
	}
	if !pause(least, nil) {
		return false
	}
	if h.Followers() == 0 {
		return pause(pollAlone, nil)
	}
	return pause(pollFollowed, h.history.Wrote())
}

// poll hands out what is new.
func (h *Hub) poll(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pollPatience)
	defer cancel()
	h.polling.Lock()
	defer h.polling.Unlock()
	bounds, err := h.history.Settle(ctx)
	if err != nil {
		return err
	}
	h.pruned.Store(bounds.Pruned)
	h.looks.note(bounds.Last)
	h.dropPages()
	if bounds.Last < h.head.Load() {
		// Another database answers than before: a backup, or a standby that
		// had not heard of everything.
		h.breakOff(bounds.Last)
		return nil
	}
	if h.skip(bounds.Last) {
		return nil
	}
	for h.head.Load() < bounds.Last {
		changes, err := h.history.Changes(ctx, h.head.Load(), batch, batchBytes)
		if err != nil {
			return err
		}
		if len(changes) == 0 {
			// Pruned before anybody saw it, after a very long absence.
			h.breakOff(bounds.Last)
			return nil
		}
		h.tell(changes)
	}
	return nil
}

// skip moves on where nobody listens.
func (h *Hub) skip(to int64) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.followers) > 0 || to <= h.head.Load() {
		return to <= h.head.Load()
	}
	h.recent.clear()
	h.head.Store(to)
	return true
}

// tell hands changes to those who want to hear of them.
func (h *Hub) tell(changes []*collection.Change) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, c := range changes {
		h.recent.add(c)
		of := h.collections[c.Collection]
		if of == nil {
			continue // of another declaration
		}
		for _, i := range interestsOf(of, c) {
			for f := range h.followers[i] {
				f.push(c)
			}
		}
	}
	h.head.Store(changes[len(changes)-1].Position)
}

// breakOff ends all followers: they have to read everything again.
func (h *Hub) breakOff(to int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, followers := range h.followers {
		for f := range followers {
			f.cut(ErrReset)
			h.looks.reset.Add(1)
		}
	}
	h.recent.clear()
	h.head.Store(to)
}

// Close ends all followers.
func (h *Hub) Close() { h.ending.Do(func() { close(h.closed) }) }
