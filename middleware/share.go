package middleware

import (
	"math"
	"strconv"
	"time"

	"golang.org/x/time/rate"
)

// share is what one of several servers grants of a limit. It never changes;
// another one replaces it.
type share struct {
	servers   int
	perSecond float64
	burst     int
	// refill is what an empty bucket takes to fill.
	refill time.Duration
	policy []string
}

// newShare divides the limit among so many servers. All of them together grant
// no more than it, but for a burst of one that each has: a server without one
// would refuse everything.
func newShare(perSecond float64, servers int) *share {
	burst := max(1, int(math.Ceil(2*perSecond))/servers)
	perSecond /= float64(servers)
	window := int(math.Ceil(float64(burst) / perSecond))
	return &share{
		servers: servers, perSecond: perSecond, burst: burst, refill: time.Duration(window) * time.Second,
		policy: []string{`"default";q=` + strconv.Itoa(burst) + ";w=" + strconv.Itoa(window)},
	}
}

func (s *share) limit() rate.Limit { return rate.Limit(s.perSecond) }

// refilled is how many seconds it takes until none is missing, with so many
// left.
func (s *share) refilled(left int) int64 {
	return int64(math.Ceil(float64(s.burst-left) / s.perSecond))
}

// wait is how long it takes until there is one again.
func (s *share) wait() time.Duration { return time.Duration(float64(time.Second) / s.perSecond) }
