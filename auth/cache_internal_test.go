package auth

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"
)

func sumOf(n int) tokenSum {
	return tokenSum(sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n))))
}

func (c *tokenCache) entries() int {
	n := 0
	for i := range c.shards {
		n += len(c.shards[i].young) + len(c.shards[i].old)
	}
	return n
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	for _, entries := range []int{1, 100, 1000, 10_000} {
		cache := newTokenCache(entries)
		for n := range 20 * entries {
			cache.put(sumOf(n), &verified{})
		}
		if got, most := cache.entries(), max(5*entries/2, 0)+2*cacheShards; got > most {
			t.Errorf("a cache for %d holds %d, more than %d", entries, got, most)
		}
	}
}

func TestTheCacheHoldsWhatIsPromised(t *testing.T) {
	t.Parallel()
	const entries = 10_000
	cache := newTokenCache(entries)
	for round := range 4 {
		missed := 0
		for n := range entries {
			if cache.get(sumOf(n)) == nil {
				missed++
				cache.put(sumOf(n), &verified{})
			}
		}
		if round > 0 && missed > 0 {
			t.Errorf("round %d: %d of %d tokens in turn are forgotten", round, missed, entries)
		}
	}
}

func TestWhatIsInUseOutlivesAPassOverManyTokens(t *testing.T) {
	t.Parallel()
	cache := newTokenCache(1000)
	used := sumOf(-1)
	cache.put(used, &verified{})
	for n := range 50_000 {
		cache.put(sumOf(n), &verified{})
		if n%10 == 0 && cache.get(used) == nil {
			t.Fatalf("forgotten after %d others", n)
		}
	}
}

func TestACacheOfNoneRemembersNone(t *testing.T) {
	t.Parallel()
	cache := newTokenCache(0)
	cache.put(sumOf(1), &verified{})
	if cache.get(sumOf(1)) != nil || cache.entries() != 0 {
		t.Error("something is remembered")
	}
}

func TestWhatIsForgottenIsGoneFromBothGenerations(t *testing.T) {
	t.Parallel()
	cache := newTokenCache(1)
	sum := sumOf(0)
	cache.put(sum, &verified{})
	shard := cache.shard(sum)
	shard.old, shard.young = shard.young, map[tokenSum]*verified{sum: {}}
	cache.forget(sum)
	if cache.get(sum) != nil {
		t.Error("still there")
	}
}
