package middleware

import (
	"hash/maphash"
	"sync"
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
	limit  rate.Limit
	burst  int
	keep   time.Duration
	seed   maphash.Seed
	shards [bucketShards]bucketShard
}

type bucketShard struct {
	mu     sync.Mutex
	young  map[string]*rate.Limiter
	old    map[string]*rate.Limiter
	turned time.Time
}

func newBuckets(limit rate.Limit, burst int, refill time.Duration) *buckets {
	return &buckets{limit: limit, burst: burst, keep: max(refill, generation), seed: maphash.MakeSeed()}
}

// take takes one token out of the key's bucket and tells how many are left.
func (b *buckets) take(key string, now time.Time) (ok bool, left int) {
	shard := &b.shards[maphash.String(b.seed, key)%bucketShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	bucket := b.bucket(shard, key, now)
	ok = bucket.AllowN(now, 1)
	return ok, max(0, int(bucket.TokensAt(now)))
}

func (b *buckets) bucket(s *bucketShard, key string, now time.Time) *rate.Limiter {
	if s.young == nil || now.Sub(s.turned) > b.keep || len(s.young) >= maxBuckets {
		s.old, s.young, s.turned = s.young, map[string]*rate.Limiter{}, now
	}
	if bucket := s.young[key]; bucket != nil {
		return bucket
	}
	bucket := s.old[key]
	if bucket == nil {
		bucket = rate.NewLimiter(b.limit, b.burst)
	}
	s.young[key] = bucket
	return bucket
}
