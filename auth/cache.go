package auth

import (
	"crypto/sha256"
	"math"
	"sync"
	"time"
)

// verified is what is remembered of a token: whom it speaks for, when, and
// which key said so.
type verified struct {
	identity   *Identity
	issuer     *issuer
	thumbprint [sha256.Size]byte
	from, to   int64 // seconds between which it is good, skew included
}

// good tells whether the token would still be accepted now.
func (v *verified) good(now time.Time) bool {
	second := now.Unix()
	return v.from <= second && second <= v.to && v.issuer.keys.stands(v.thumbprint)
}

type tokenSum [sha256.Size]byte

// tokenCache remembers verified tokens by the hash of their text, of which
// there is one a token since the form is strict. Each shard has two
// generations: when the young one is full it becomes the old one, and what was
// in use meanwhile moves back. So the number of entries is bounded, a hit
// costs no list keeping, and one pass over many tokens does not evict all that
// is in use.
type tokenCache struct {
	shards [cacheShards]cacheShard
	half   int // entries of one generation of one shard
}

const cacheShards = 64

type cacheShard struct {
	mu    sync.RWMutex
	young map[tokenSum]*verified
	old   map[tokenSum]*verified
	looks tally
}

// newTokenCache makes a cache for at least the given number of tokens in turn;
// it holds at most twice as many. 0 remembers nothing.
func newTokenCache(entries int) *tokenCache {
	c := &tokenCache{half: int(math.Ceil(float64(entries) / cacheShards * 1.25))}
	for i := range c.shards {
		c.shards[i].young = map[tokenSum]*verified{}
	}
	return c
}

func (c *tokenCache) shard(sum tokenSum) *cacheShard { return &c.shards[sum[0]%cacheShards] }

// get returns what is remembered of the token, or nil.
func (c *tokenCache) get(sum tokenSum) *verified {
	s := c.shard(sum)
	s.mu.RLock()
	v, young := s.young[sum]
	if !young {
		v = s.old[sum]
	}
	s.mu.RUnlock()
	if v != nil && !young {
		c.put(sum, v)
	}
	return v
}

func (c *tokenCache) put(sum tokenSum, v *verified) {
	if c.half == 0 {
		return
	}
	s := c.shard(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.young) >= c.half {
		s.old, s.young = s.young, make(map[tokenSum]*verified, c.half)
	}
	s.young[sum] = v
}

// forget drops a token that is no longer good.
func (c *tokenCache) forget(sum tokenSum) {
	s := c.shard(sum)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.young, sum)
	delete(s.old, sum)
}
