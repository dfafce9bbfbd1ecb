package store

import (
	"context"
	"flag"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store/pgtest"
)

// large adds a collection of a million documents, which takes minutes to fill.
var large = flag.Bool("large", false, "measure with a million documents, too")

// durable are both databases as in production: a commit waits for the disk.
func durable(b *testing.B, run func(b *testing.B, db database)) {
	b.Run("sqlite", func(b *testing.B) { run(b, sqlites) })
	b.Run("postgres", func(b *testing.B) {
		run(b, database{url: func(t testing.TB) string { return pgtest.DurableURL(t) }})
	})
}

var text = strings.Repeat("x", 200)

func note(i int) *collection.Document {
	return doc(ada, fmt.Sprintf("%08d-0000-7000", i), fmt.Sprintf(`{"rank":%d,"title":"%08d","text":%q}`, i%100, i, text))
}

// BenchmarkCreate is what the store can do: 64 clients, a durable transaction
// each.
func BenchmarkCreate(b *testing.B) {
	durable(b, func(b *testing.B, db database) {
		c := tasks(index("rank"))
		s := db.open(b, c)
		var n atomic.Int64
		b.SetParallelism(32)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				d := note(int(n.Add(1)))
				if err := s.Write(context.Background(), func(tx collection.Tx) error { return tx.Insert(c, d) }); err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	})
}

// BenchmarkPlainInserts is what the driver can do with the same rows: 64 of
// documents and 64 of changes in each transaction, and nothing else.
func BenchmarkPlainInserts(b *testing.B) {
	durable(b, func(b *testing.B, db database) {
		c := tasks(index("rank"))
		s := db.open(b, c)
		table := s.catalog.Load().tables[c.Name]
		b.ResetTimer()
		for n := 0; n < b.N; n += 64 {
			err := s.engine.write(context.Background(), func(on session) error {
				for i := range 64 {
					if err := plainInsert(on, table, n+i); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "docs/s")
	})
}

func plainInsert(on session, table *table, i int) error {
	id := fmt.Sprintf("%08d-0000-7000", i)
	body := fmt.Sprintf(`{"rank":%d,"title":"%08d","text":%q}`, i%100, i, text)
	now := time.Now().UnixMilli()
	if _, err := on.exec(table.insert, id, int64(1), "ada", int64(1), "k3f9", now, now, body, int64(1), "nj1"); err != nil {
		return err
	}
	_, err := on.exec(insertChange, table.name, id, int64(1), opInsert, nil, nil, int64(1), "ada", nil, body, "k3f9",
		now, nil, now, now, "")
	return err
}

// BenchmarkSettle is how fast changes get their positions, which one server
// does at a time.
func BenchmarkSettle(b *testing.B) {
	c := tasks()
	s := database{url: func(t testing.TB) string { return pgtest.DurableURL(t) }}.open(b, c)
	err := s.engine.write(context.Background(), func(on session) error {
		_, err := on.exec(`INSERT INTO changes (collection, id, version, op, body, birth, created, at)
			SELECT 'tasks', g::text, 1, 'insert', $2, '', 0, 0 FROM generate_series(1, $1) g`, int64(b.N), text)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	if _, err := s.Settle(context.Background()); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "changes/s")
}

// filledWith is a store with n documents, 100 of each rank in ten thousand.
func filledWith(b *testing.B, db database, c *collection.Collection, n int) *Store {
	b.Helper()
	s := db.open(b, c)
	for i := 0; i < n; i += 1000 {
		var batch []*collection.Document
		for j := range 1000 {
			batch = append(batch, note(i+j))
		}
		insert(b, s, c, batch...)
	}
	if s.engine.shared() {
		if err := s.engine.alter(b.Context(), "ANALYZE"); err != nil {
			b.Fatal(err)
		}
	}
	return s
}

func BenchmarkGet(b *testing.B) {
	durable(b, func(b *testing.B, db database) {
		c := tasks(index("rank"))
		s := filledWith(b, db, c, 10_000)
		own := collection.OwnedBy(ada)
		b.ResetTimer()
		b.RunParallel(func(pb *testing.PB) {
			for i := 0; pb.Next(); i++ {
				if d, err := s.Get(context.Background(), c, fmt.Sprintf("%08d-0000-7000", i*7919%10_000), own); d == nil || err != nil {
					b.Error(d, err)
				}
			}
		})
	})
}

// BenchmarkScan reads pages of 20 by an index, from the middle of an order.
func BenchmarkScan(b *testing.B) {
	for _, n := range []int{10_000, 1_000_000} {
		if n > 10_000 && !*large {
			continue
		}
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			durable(b, func(b *testing.B, db database) {
				c := tasks(index("rank, -title"))
				s := filledWith(b, db, c, n)
				x := c.Indexes[0]
				mid := note(n / 2)
				at := &collection.Position{ID: mid.ID, Keys: []collection.Key{c.KeyAt(mid, x.Keys[0].Path), c.KeyAt(mid, x.Keys[1].Path)}}
				for name, scan := range map[string]collection.Scan{
					"first": {}, "after": {After: at},
					"prefix": {Prefixes: [][]collection.Key{{at.Keys[0]}}, After: &collection.Position{ID: mid.ID, Keys: at.Keys[1:]}},
				} {
					scan.Index, scan.Visible, scan.Limit = &x, collection.OwnedBy(ada), 20
					b.Run(name, func(b *testing.B) {
						for b.Loop() {
							if docs, err := s.Scan(context.Background(), c, scan); len(docs) != 20 || err != nil {
								b.Fatal(len(docs), err)
							}
						}
					})
				}
			})
		})
	}
}
