package query_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store"
	"github.com/postern-dev/postern/store/pgtest"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

// TestEveryDatabaseHasTheSamePages runs both properties on the databases.
func TestEveryDatabaseHasTheSamePages(t *testing.T) {
	for _, tt := range []struct {
		name string
		url  func() string
	}{
		{"SQLite", func() string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }},
		{"PostgreSQL", func() string { return pgtest.URL(t) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, err := store.Open(t.Context(), tt.url(), store.Options{Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Durability: store.Normal})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { s.Close() })
			for seed := range uint64(30) {
				inDatabase(t, s, world{rand.New(rand.NewPCG(seed, 2))}, fmt.Sprintf("notes%d", seed))
			}
		})
	}
}

// inDatabase tries both properties in one world, a collection of its own.
func inDatabase(t *testing.T, s *store.Store, w world, name string) {
	t.Helper()
	o := w.crowd(w.filters(), w.sort())
	o.c.Name = name
	if err := s.Declare(t.Context(), []*collection.Collection{o.c}); err != nil {
		t.Fatal(err)
	}
	o.tell = func(old, d *collection.Document) { change(t, s, o.c, old, d) }
	for _, d := range o.documents {
		o.tell(nil, d)
	}
	if w.IntN(3) > 0 {
		waitForIndexes(t, s, o.c)
	}
	var documents []*collection.Document
	for _, id := range o.ids() {
		documents = append(documents, o.documents[id])
	}
	w.pages(t, s, o.c, documents, o.filters, o.sort)
	o.store = &interrupted{s, o.few}
	o.walks(t)
}

// change writes one document; nil is missing.
func change(t *testing.T, s *store.Store, c *collection.Collection, old, d *collection.Document) {
	t.Helper()
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		if old == nil {
			return tx.Insert(c, d)
		}
		before, err := tx.Load(c, old.ID)
		if err != nil {
			return err
		}
		if d == nil {
			return tx.Delete(c, before)
		}
		d.Version = before.Version + 1
		return tx.Update(c, before, d)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func waitForIndexes(t *testing.T, s *store.Store, c *collection.Collection) {
	t.Helper()
	for _, index := range c.Indexes {
		for until := time.Now().Add(20 * time.Second); !s.Ready(c, index); time.Sleep(5 * time.Millisecond) {
			if time.Now().After(until) {
				t.Fatalf("index %s is not built", index)
			}
		}
	}
}

// interrupted lets others write before each scan.
type interrupted struct {
	collection.Store
	between func()
}

func (i *interrupted) Scan(ctx context.Context, c *collection.Collection, scan collection.Scan) ([]*collection.Document, error) {
	i.between()
	return i.Store.Scan(ctx, c, scan)
}
