package feed

import (
	"sync/atomic"
	"time"
)

// Stats is how the feed is doing at one moment.
type Stats struct {
	// Followers is how many there are.
	Followers int
	// Behind is how many changes are known of and not handed out yet.
	Behind int64
	// Looked is when the database was last asked and answered.
	Looked time.Time
	// Slow counts followers that were cut off because they did not take what
	// they were sent, and Reset those that had to read everything again.
	Slow, Reset uint64
}

// looks is what the hub takes note of for Stats.
type looks struct {
	last, at    atomic.Int64
	slow, reset atomic.Uint64
}

func (l *looks) note(last int64) {
	l.last.Store(last)
	l.at.Store(time.Now().UnixNano())
}

// Stats tells how the feed is doing.
func (h *Hub) Stats() Stats {
	return Stats{
		Followers: h.Followers(), Behind: max(0, h.looks.last.Load()-h.Head()), Looked: time.Unix(0, h.looks.at.Load()),
		Slow: h.looks.slow.Load(), Reset: h.looks.reset.Load(),
	}
}
