package middleware

import (
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/postern-dev/postern/problem"
)

// InHand bounds the requests that are in hand at once. Where it watches the
// processor, it takes in no more in a rush than the processor gets done: see
// [InHand.Watch]. It is safe for concurrent use.
type InHand struct {
	most int
	// requests has those in hand in its lower half, and in the upper one, which
	// begins anew when it is full, how many ever came: one addition counts both.
	requests atomic.Uint64
	rush     rush
}

// came is what a request adds to requests that comes, left one that leaves, and
// refused one that was none: it would make those that came seem cheap.
const (
	came    = 1<<32 | 1
	left    = ^uint64(0)
	refused = ^uint64(came - 1)
)

// NewInHand allows so many requests in hand, at least one.
func NewInHand(most int) *InHand {
	i := &InHand{most: most}
	i.rush.init()
	return i
}

// Handler refuses requests that are too many, quickly, so that those in hand
// keep their pace.
func (i *InHand) Handler() gin.HandlerFunc {
	return func(c *gin.Context) {
		if !i.enter(passageOf(c).began.Sub(i.rush.zero)) {
			Abort(c, problem.Overloaded.New("").RetryAfter(time.Second))
			return
		}
		defer i.leave()
		c.Next()
	}
}

// enter takes in a request that came at this time, by the clock of the rush.
func (i *InHand) enter(now time.Duration) bool {
	i.look(now)
	if int(uint32(i.requests.Add(came))) <= i.most && (!i.rush.on.Load() || i.rush.turn()) {
		return true
	}
	i.requests.Add(refused)
	return false
}

func (i *InHand) leave() { i.requests.Add(left) }

// count returns how many are in hand, and how many came so far.
func (i *InHand) count() (hand int, total uint32) {
	n := i.requests.Load()
	return int(uint32(n)), uint32(n >> 32)
}

// Most is how many requests may be in hand.
func (i *InHand) Most() int { return i.most }

// Rush tells whether requests are refused because the processor has no time for
// them.
func (i *InHand) Rush() bool { return i.rush.on.Load() }
