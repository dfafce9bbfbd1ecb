package middleware

import (
	"hash/maphash"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"
)

const (
	bucketShards = 16
	// generation is how long buckets are kept at least, however fast they
	// fill: turning over costs more than holding on.
	generation = time.Minute
	// maxBuckets bounds the buckets of one generation of one shard. A flood
	// of addresses turns generations over faster; memory does not grow.
	maxBuckets = 8192
)

// buckets are token buckets by key. A bucket that was not touched for as long
// as it takes to fill is as good as new, so two generations are kept, each for
// that long, and older ones dropped: nothing is forgotten that counts.
type buckets struct {
	seed   maphash.Seed
	shards [bucketShards]bucketShard
}

type bucketShard struct {
	mu     sync.Mutex
	young  map[string]bucket
	old    map[string]bucket
	turned time.Time
}

// bucket has the share of one among so many servers. Nobody goes through all
// of them when that number changes: each is adapted when it is used again.
type bucket struct {
	*rate.Limiter
	servers int
	// hand is how many requests of the key are in hand.
	hand *atomic.Int32
}

func newBuckets() *buckets { return &buckets{seed: maphash.MakeSeed()} }

// take takes one token out of the key's bucket and tells how many are left.
func (b *buckets) take(of *share, key string, now time.Time) (from bucket, ok bool, left int) {
	shard := &b.shards[maphash.String(b.seed, key)%bucketShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	from = shard.bucket(of, key, now)
	ok = from.AllowN(now, 1)
	return from, ok, max(0, int(from.TokensAt(now)))
}

func (s *bucketShard) bucket(of *share, key string, now time.Time) bucket {
	if s.young == nil || now.Sub(s.turned) > max(of.refill, generation) || len(s.young) >= maxBuckets {
		s.old, s.young, s.turned = s.young, map[string]bucket{}, now
	}
	found, young := s.young[key]
	if young && found.servers == of.servers {
		return found
	}
	if !young {
		found = s.old[key]
	}
	switch {
	case found.Limiter == nil:
		found.Limiter, found.hand = rate.NewLimiter(of.limit(), of.burst), new(atomic.Int32)
	case found.servers != of.servers:
		found.SetLimitAt(now, of.limit())
		found.SetBurstAt(now, of.burst)
	}
	found.servers = of.servers
	s.young[key] = found
	return found
}
