package store

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// quiet is a log that nobody reads.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

var (
	ada = collection.Owner{Issuer: "https://one.example/", Subject: "ada"}
	bob = collection.Owner{Issuer: "https://one.example/", Subject: "bob"}
	// eve has bob's name at another issuer.
	eve = collection.Owner{Issuer: "https://two.example/", Subject: "bob"}
)

// types is a schema that knows types and accepts everything.
type types map[string]collection.Type

func (types) Validate(jsonvalue.Value) []collection.Violation { return nil }
func (types) Source() []byte                                  { return nil }
func (types) Paths() []string                                 { return nil }
func (t types) Type(p collection.Path) (collection.Type, bool) {
	found, ok := t[p.String()]
	return found, ok
}

// tasks is a collection; change adapts it.
func tasks(change ...func(*collection.Collection)) *collection.Collection {
	owner := collection.Rule{Kind: collection.OwnerOnly}
	c := &collection.Collection{
		Name: "tasks", Owned: true, ID: collection.AnyID, Read: owner, Create: owner, Update: owner, Delete: owner,
		Schema: types{"due": collection.DateTime, "rank": collection.NumberType, "title": collection.Text},
	}
	for _, f := range change {
		f(c)
	}
	return c
}

// index declares an order such as "done, -due".
func index(keys string) func(*collection.Collection) {
	return func(c *collection.Collection) { c.Indexes = append(c.Indexes, order(keys)) }
}

func order(keys string) collection.Index {
	var x collection.Index
	for _, k := range strings.Split(keys, ", ") {
		name, desc := strings.CutPrefix(k, "-")
		x.Keys = append(x.Keys, collection.SortKey{Path: collection.ParsePath(name), Desc: desc})
	}
	return x
}

// unique declares a unique such as "owner, slug".
func unique(names string) func(*collection.Collection) {
	return func(c *collection.Collection) {
		var u collection.Unique
		for _, name := range strings.Split(names, ", ") {
			if name == "owner" {
				u.PerOwner = true
			} else {
				u.Paths = append(u.Paths, collection.ParsePath(name))
			}
		}
		c.Unique = append(c.Unique, u)
	}
}

// readable lets readers in by the rule.
func readable(r collection.Rule) func(*collection.Collection) {
	return func(c *collection.Collection) { c.Read = r }
}

var (
	public  = collection.Rule{Kind: collection.Public}
	ownOnly = collection.Rule{Kind: collection.OwnerOnly}
	editors = collection.Rule{Kind: collection.Member, Path: collection.Path{"editors"}}
)

func anyOf(rules ...collection.Rule) collection.Rule {
	return collection.Rule{Kind: collection.Any, Of: rules}
}

// sqliteURL is a new file's.
func sqliteURL(t testing.TB) string { return "sqlite:" + filepath.Join(t.TempDir(), "test.db") }

// database is one of the databases that the suite runs on.
type database struct {
	// url makes a new one and returns its address.
	url func(testing.TB) string
	// adapt makes it behave worse than it would.
	adapt func(*Store)
}

// open opens a new database until the test ends.
func (db database) open(t testing.TB, collections ...*collection.Collection) *Store {
	t.Helper()
	return db.at(t, db.url(t), collections...)
}

// at opens the database at the address until the test ends.
func (db database) at(t testing.TB, url string, collections ...*collection.Collection) *Store {
	t.Helper()
	s, err := Open(t.Context(), url, Options{Log: quiet, CacheBytes: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	s.fillGrace = 50 * time.Millisecond
	if db.adapt != nil {
		db.adapt(s)
	}
	declare(t, s, collections...)
	return s
}

func declare(t testing.TB, s *Store, collections ...*collection.Collection) {
	t.Helper()
	if err := s.Declare(t.Context(), collections); err != nil {
		t.Fatal(err)
	}
}

// doc is a first version.
func doc(owner collection.Owner, id, body string) *collection.Document {
	now := collection.Now()
	return &collection.Document{
		ID: id, Owner: owner, Version: 1, Birth: "k3f9", CreatedAt: now, UpdatedAt: now, Body: parse(body),
	}
}

func parse(text string) jsonvalue.Value {
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		panic(fmt.Sprint(text, ": ", err))
	}
	return v
}

// next is the version after d.
func next(d *collection.Document, body string) *collection.Document {
	n := *d
	n.Version++
	n.UpdatedAt = collection.Now()
	n.Body = parse(body)
	return &n
}

// insert stores documents, many in several transactions: one may take no longer
// than the catalog is fresh, whatever else the machine does.
func insert(t testing.TB, s *Store, c *collection.Collection, docs ...*collection.Document) {
	t.Helper()
	for some := range slices.Chunk(docs, 100) {
		err := s.Write(context.Background(), func(tx collection.Tx) error {
			for _, d := range some {
				if err := tx.Insert(c, d); err != nil {
					return fmt.Errorf("%s: %w", d.ID, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func get(t testing.TB, s *Store, c *collection.Collection, id string) *collection.Document {
	t.Helper()
	d, err := s.Get(t.Context(), c, id, collection.Always())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ids scans.
func ids(t testing.TB, s *Store, c *collection.Collection, scan collection.Scan) []string {
	t.Helper()
	docs, err := s.Scan(t.Context(), c, scan)
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, d := range docs {
		list = append(list, d.ID)
	}
	return list
}

func wantIDs(t testing.TB, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

// settle waits until nothing is left to build.
func settle(t testing.TB, s *Store, c *collection.Collection) {
	t.Helper()
	for range 600 {
		catalog, err := s.readCatalog(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !s.unfinished(c, catalog.tables[c.Name]) {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("indexes are not built after half a minute")
}
