package feed

import (
	"context"
	"sort"
	"time"

	"github.com/postern-dev/postern/collection"
)

// page is a piece of the history that was read from the database, kept for a
// moment: when a server starts again, all followers come back at once and ask
// for the same.
type page struct {
	after   int64
	changes []*collection.Change
	read    time.Time
}

const (
	pagesMost = 8
	pageLife  = 2 * time.Second
	// pageAlign makes followers that are close to each other ask for the same
	// page.
	pageAlign = 256
)

// page returns changes after the position; one follower asks the database at a
// time.
func (h *Hub) page(ctx context.Context, after int64) ([]*collection.Change, error) {
	h.reading.Lock()
	defer h.reading.Unlock()
	for _, p := range h.pages {
		if changes := p.from(after); len(changes) > 0 {
			return changes, nil
		}
	}
	for _, begin := range []int64{max(h.pruned.Load(), after-after%pageAlign), after} {
		changes, err := h.history.Changes(ctx, begin, batch, batchBytes)
		if err != nil {
			return nil, err
		}
		if len(changes) == 0 || changes[0].Position != begin+1 {
			continue // pruned at this moment
		}
		p := page{begin, changes, time.Now()}
		if found := p.from(after); len(found) > 0 {
			h.pages = append(h.pages[max(0, len(h.pages)+1-pagesMost):], p)
			return found, nil
		}
	}
	return nil, ErrReset
}

// from returns the changes after the position, where none of them is missing.
func (p page) from(after int64) []*collection.Change {
	if after < p.after {
		return nil
	}
	i := sort.Search(len(p.changes), func(i int) bool { return p.changes[i].Position > after })
	return p.changes[i:]
}

func (h *Hub) dropPages() {
	if !h.reading.TryLock() {
		return // somebody reads one
	}
	defer h.reading.Unlock()
	for len(h.pages) > 0 && time.Since(h.pages[0].read) > pageLife {
		h.pages = h.pages[1:]
	}
}
