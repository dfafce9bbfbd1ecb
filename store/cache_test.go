package store

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/postern-dev/postern/collection"
)

func openCached(t *testing.T, bytes int64, collections ...*collection.Collection) *Store {
	t.Helper()
	s, err := Open(t.Context(), "sqlite::memory:", Options{Log: quiet, CacheBytes: bytes})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	declare(t, s, collections...)
	return s
}

// writeNext writes the next version of the document, which it returns; again deletes
// it before, so that the id has another life.
func writeNext(s *Store, c *collection.Collection, id string, again bool) (version int64, err error) {
	err = s.Write(context.Background(), func(tx collection.Tx) error {
		before, err := tx.Load(c, id)
		if err != nil {
			return err
		}
		if again {
			if err := tx.Delete(c, before); err != nil {
				return err
			}
		}
		after := *before
		after.Version++
		version = after.Version
		if again {
			return tx.Insert(c, &after)
		}
		return tx.Update(c, before, &after)
	})
	return version, err
}

// Whoever asks after a write was acknowledged gets it, or a later one.
func TestTheCacheIsNeverBehind(t *testing.T) {
	c := tasks()
	s := openCached(t, 1<<20, c)
	var ids []string
	var docs []*collection.Document
	for i := range 5 {
		ids = append(ids, fmt.Sprint(i))
		docs = append(docs, doc(ada, ids[i], `{"title":"x"}`))
	}
	insert(t, s, c, docs...)
	acknowledged := make([]atomic.Int64, len(ids))
	var ended atomic.Bool
	var reads, hits atomic.Int64
	together(8, func(worker int) {
		if worker < 2 {
			defer ended.Store(true)
			for range 400 {
				i := rand.IntN(len(ids)/2+1) + worker*2 // they meet in one document
				version, err := writeNext(s, c, ids[i], rand.IntN(10) == 0)
				if err != nil {
					t.Error(err)
					return
				}
				for was := acknowledged[i].Load(); was < version && !acknowledged[i].CompareAndSwap(was, version); {
					was = acknowledged[i].Load()
				}
			}
			return
		}
		for !ended.Load() {
			i := rand.IntN(len(ids))
			least := acknowledged[i].Load()
			if held, _ := s.cache.get(docKey{c.Name, ids[i]}); held != nil {
				hits.Add(1)
			}
			d, err := s.Get(context.Background(), c, ids[i], collection.OwnedBy(ada))
			if err != nil || d == nil || d.Version < least {
				t.Errorf("version %d was acknowledged, and %+v came after (%v)", least, d, err)
				return
			}
			reads.Add(1)
		}
	})
	if hits.Load() == 0 {
		t.Error("nothing was cached")
	}
	t.Logf("%d reads, about %d of them cached", reads.Load(), hits.Load())
}

func TestACachedDocumentHasItsReaders(t *testing.T) {
	c := tasks()
	s := openCached(t, 1<<20, c)
	insert(t, s, c, doc(ada, "1", `{"title":"x"}`))
	for range 3 {
		for _, tt := range []struct {
			who  collection.Owner
			sees bool
		}{{ada, true}, {bob, false}} {
			d, err := s.Get(t.Context(), c, "1", collection.OwnedBy(tt.who))
			if err != nil || (d != nil) != tt.sees {
				t.Errorf("%s got %+v, %v", tt.who.Subject, d, err)
			}
		}
	}
}

func TestAWriteThatFailsLeavesTheDocument(t *testing.T) {
	c := tasks()
	s := openCached(t, 1<<20, c)
	insert(t, s, c, doc(ada, "1", `{"title":"x"}`))
	no := errors.New("no")
	get := func() *collection.Document {
		d, err := s.Get(t.Context(), c, "1", collection.OwnedBy(ada))
		if err != nil || d == nil || d.Version != 1 {
			t.Fatalf("got %+v, %v", d, err)
		}
		return d
	}
	get()
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		before, err := tx.Load(c, "1")
		if err != nil {
			return err
		}
		after := *before
		after.Version++
		if err := tx.Update(c, before, &after); err != nil {
			return err
		}
		get() // others see what is committed, and it is not kept meanwhile
		if held, _ := s.cache.get(docKey{c.Name, "1"}); held != nil {
			t.Error("it is cached while it is written")
		}
		return no
	})
	if !errors.Is(err, no) {
		t.Fatal(err)
	}
	if first, second := get(), get(); first != second {
		t.Error("it is not cached again")
	}
}

func TestTheCacheIsBounded(t *testing.T) {
	const most = 1 << 20
	cache := newDocumentCache(most)
	d := cachedDocument{&collection.Document{}, weight(100)}
	for i := range 10_000 {
		key := docKey{"tasks", fmt.Sprint(i)}
		_, turn := cache.get(key)
		cache.put(key, d, turn)
	}
	huge := docKey{"tasks", strings.Repeat("x", 100)}
	cache.put(huge, cachedDocument{&collection.Document{}, most}, 0)
	var held int64
	for i := range cache.shards {
		for _, of := range []map[docKey]cachedDocument{cache.shards[i].young, cache.shards[i].old} {
			for key, d := range of {
				held += d.bytes
				if key == huge {
					t.Error("a document that fills everything is kept")
				}
			}
		}
	}
	if held > most || held < most/3 {
		t.Errorf("%d bytes are held, want at most %d", held, most)
	}
}

func TestNothingIsKeptOfADatabaseWithOtherWriters(t *testing.T) {
	s, err := Open(t.Context(), postgreses.url(t), Options{Log: quiet, CacheBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if s.cache != nil {
		t.Error("there is a cache")
	}
}
