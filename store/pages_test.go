package store

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/uuid"
	"modernc.org/sqlite"

	"github.com/postern-dev/postern/collection"
)

var grown = flag.String("grown", "", "a folder with the notes that bench/run filled, whose pages are counted; a small one is filled without it")

// BenchmarkPages counts the pages of the file that SQLite looks at: what a
// request costs, whatever the machine does meanwhile.
func BenchmarkPages(b *testing.B) {
	s, c, ids := grownNotes(b)
	one, err := s.Get(b.Context(), c, ids[0], collection.Always())
	if err != nil || one == nil {
		b.Fatal(one, err)
	}
	own, random := collection.OwnedBy(one.Owner), rand.New(rand.NewPCG(1, 2))
	bounds, err := s.Settle(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	x := c.Indexes[0]
	anywhere := func() *collection.Document {
		d, err := s.Get(b.Context(), c, ids[random.IntN(len(ids))], own)
		if err != nil || d == nil {
			b.Fatal(d, err)
		}
		return d
	}
	countPages(b, s, "read", func(d *collection.Document) (int, error) {
		found, err := s.Get(context.Background(), c, d.ID, own)
		return countOf(found), err
	}, anywhere)
	countPages(b, s, "list", func(d *collection.Document) (int, error) {
		found, err := s.Scan(context.Background(), c, collection.Scan{Index: &x, Visible: own, Limit: 20,
			Prefixes: [][]collection.Key{{c.KeyAt(d, x.Keys[0].Path)}}, High: &collection.Bound{Key: c.KeyAt(d, x.Keys[1].Path), Inclusive: true}})
		return len(found), err
	}, anywhere)
	countPages(b, s, "create", func(d *collection.Document) (int, error) {
		d = &collection.Document{ID: uuid.Must(uuid.NewV7()).String(), Owner: d.Owner, Version: 1, Birth: "aaaa",
			CreatedAt: collection.Now(), UpdatedAt: collection.Now(), Body: d.Body}
		return 1, s.Write(context.Background(), func(tx collection.Tx) error { return tx.Insert(c, d) })
	}, anywhere)
	countPages(b, s, "feed", func(*collection.Document) (int, error) {
		changes, err := s.Changes(context.Background(), bounds.Last-512, 512, 4<<20)
		return len(changes), err
	}, anywhere)
}

func countOf(d *collection.Document) int {
	if d == nil {
		return 0
	}
	return 1
}

// countPages reports how many pages one call of work looks at.
func countPages(b *testing.B, s *Store, name string, work func(*collection.Document) (int, error), next func() *collection.Document) {
	b.Run(name, func(b *testing.B) {
		total := 0
		for b.Loop() {
			d := next()
			before := pagesOf(b, s)
			if n, err := work(d); n < 1 || err != nil {
				b.Fatal(n, err)
			}
			total += pagesOf(b, s) - before
		}
		b.ReportMetric(float64(total)/float64(b.N), "pages/op")
	})
}

// pagesOf is how many pages all connections have looked at so far, in the
// cache or not.
func pagesOf(b *testing.B, s *Store) (pages int) {
	b.Helper()
	for _, c := range borrowAll(b, s) {
		for _, op := range []sqlite.DBStatusOp{sqlite.DBStatusCacheHit, sqlite.DBStatusCacheMiss} {
			n, _, err := c.conn.(sqlite.DBStatus).Status(op, false)
			if err != nil {
				b.Fatal(err)
			}
			pages += n
		}
	}
	return pages
}

// borrowAll returns all connections, which are idle: who asks does one
// thing at a time.
func borrowAll(b testing.TB, s *Store) []*liteConn {
	b.Helper()
	engine := s.engine.(*lite)
	conns := []*liteConn{engine.writer.conn}
	for range engine.opened {
		c := <-engine.idle
		conns = append(conns, c)
		engine.idle <- c
	}
	return conns
}

// grownNotes opens the folder that the flag names, or fills one.
func grownNotes(b *testing.B) (*Store, *collection.Collection, []string) {
	b.Helper()
	owned := collection.Rule{Kind: collection.OwnerOnly}
	c := &collection.Collection{Name: "notes", Owned: true, Read: owned, Create: owned, Update: owned, Delete: owned, ID: collection.UUIDv7,
		Schema: types{"due": collection.DateTime, "project": collection.Text}, Indexes: []collection.Index{order("project, -due")}}
	var s *Store
	var ids []string
	if *grown == "" {
		s = sqlites.open(b, c)
		for i := range 10_000 {
			ids = append(ids, fmt.Sprintf("%08d-0000-7000", i))
			insert(b, s, c, doc(ada, ids[i], fmt.Sprintf(`{"project":"project-%d","due":"2026-01-01T00:00:%02d.000Z","text":%q}`, i%10, i%60, text)))
		}
	} else {
		raw, err := os.ReadFile(filepath.Join(*grown, "ids.json"))
		if err == nil {
			err = json.Unmarshal(raw, &ids)
		}
		if err == nil {
			s, err = Open(b.Context(), "sqlite:"+filepath.Join(*grown, "postern.db"), Options{Log: quiet})
		}
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = s.Close() })
	}
	s.cache = newDocumentCache(0)
	return s, c, ids
}
