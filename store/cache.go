package store

import (
	"hash/maphash"
	"sync"
	"sync/atomic"

	"github.com/postern-dev/postern/collection"
)

// documentCache holds documents that were read by their id, for a database that nobody
// else writes to. It never answers with less than the database would: a
// document that is being written is not in it from before the commit until
// after it, and what was read from the database is kept only if nobody wrote
// in its shard meanwhile. Documents in it are shared, and nobody changes them.
//
// Each shard has two generations: when the young one is full it becomes the
// old one, and what was in use meanwhile moves back. A nil one keeps nothing.
type documentCache struct {
	seed   maphash.Seed
	half   int64 // bytes of one generation of one shard
	shards [documentShards]documentShard
}

const documentShards = 64

type documentShard struct {
	mu         sync.RWMutex
	young, old map[docKey]cachedDocument
	bytes      int64 // of the young generation
	oldBytes   int64
	writing    map[docKey]int // by how many transactions
	turn       uint64         // counts beginnings and ends of writes
	// hits and misses stand here, so that those who look into different shards
	// do not meet.
	hits, misses atomic.Uint64
}

// CacheStats counts the looks for documents that are kept at hand, and tells
// about how much memory those take.
type CacheStats struct {
	Hits, Misses uint64
	Documents    int
	Bytes        int64
}

// stats is nil where nothing is kept.
func (c *documentCache) stats() *CacheStats {
	if c == nil {
		return nil
	}
	stats := &CacheStats{}
	for i := range c.shards {
		s := &c.shards[i]
		stats.Hits += s.hits.Load()
		stats.Misses += s.misses.Load()
		s.mu.RLock()
		stats.Documents += len(s.young) + len(s.old)
		stats.Bytes += s.bytes + s.oldBytes
		s.mu.RUnlock()
	}
	return stats
}

// docKey names a document.
type docKey struct{ collection, id string }

type cachedDocument struct {
	document *collection.Document
	bytes    int64
}

// weight is about what a document takes in memory, with so long a text.
func weight(text int) int64 { return 1024 + 8*int64(text) }

// newDocumentCache keeps about so many bytes; 0 is none.
func newDocumentCache(bytes int64) *documentCache {
	if bytes == 0 {
		return nil
	}
	c := &documentCache{seed: maphash.MakeSeed(), half: bytes / documentShards / 2}
	for i := range c.shards {
		c.shards[i].young, c.shards[i].writing = map[docKey]cachedDocument{}, map[docKey]int{}
	}
	return c
}

func (c *documentCache) shard(key docKey) *documentShard {
	return &c.shards[maphash.Comparable(c.seed, key)%documentShards]
}

// get returns the document, or nil and the turn that put wants to hear of.
func (c *documentCache) get(key docKey) (d *collection.Document, turn uint64) {
	if c == nil {
		return nil, 0
	}
	s := c.shard(key)
	s.mu.RLock()
	found, young := s.young[key]
	if !young {
		found = s.old[key]
	}
	turn = s.turn
	s.mu.RUnlock()
	if found.document == nil {
		s.misses.Add(1)
	} else {
		s.hits.Add(1)
	}
	if found.document != nil && !young {
		c.put(key, found, turn)
	}
	return found.document, turn
}

// put keeps what was found after get said the turn.
func (c *documentCache) put(key docKey, d cachedDocument, turn uint64) {
	if c == nil || d.bytes > c.half {
		return
	}
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.turn != turn || s.writing[key] > 0 {
		return
	}
	if s.bytes+d.bytes > c.half {
		s.old, s.oldBytes, s.young, s.bytes = s.young, s.bytes, map[docKey]cachedDocument{}, 0
	}
	if _, twice := s.young[key]; !twice {
		s.young[key], s.bytes = d, s.bytes+d.bytes
	}
	s.dropOld(key)
}

// dropOld takes the document out of the old generation, where it is in it.
func (s *documentShard) dropOld(key docKey) {
	if gone, there := s.old[key]; there {
		s.oldBytes -= gone.bytes
		delete(s.old, key)
	}
}

// write is called before a document is changed.
func (c *documentCache) write(key docKey) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	s.writing[key]++
	if gone, young := s.young[key]; young {
		s.bytes -= gone.bytes
		delete(s.young, key)
	}
	s.dropOld(key)
}

// wrote is called when the change is committed, or is not.
func (c *documentCache) wrote(key docKey) {
	s := c.shard(key)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.turn++
	if s.writing[key]--; s.writing[key] == 0 {
		delete(s.writing, key)
	}
}

// writes are the documents that one caller changes, over all attempts.
type writes struct {
	cache *documentCache
	keys  map[docKey]struct{}
}

func (w *writes) add(key docKey) {
	if w == nil || w.cache == nil {
		return
	}
	if _, known := w.keys[key]; known {
		return
	}
	if w.keys == nil {
		w.keys = map[docKey]struct{}{}
	}
	w.keys[key] = struct{}{}
	w.cache.write(key)
}

func (w *writes) done() {
	for key := range w.keys {
		w.cache.wrote(key)
	}
}
