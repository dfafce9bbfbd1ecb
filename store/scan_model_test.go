package store

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
)

// awkward are values of members, in an order that databases would not choose
// by themselves.
var awkward = []string{
	"", `null`, `false`, `true`, `-1e400`, `-12345678901234567890.5`, `-1`, `0`, `1`, `1.0`, `2`, `10`, `9007199254740993`, `1e2`,
	`""`, `"2026-01-01T00:00:00Z"`, `"2026-01-01T01:30:00+01:00"`, `"A"`, `"a"`, `"é"`, `"𝄞"`, `"z"`,
	`"` + strings.Repeat("x", 500) + `1"`, `"` + strings.Repeat("x", 500) + `2"`, `[]`, `{}`,
}

// randomDocs are n documents of several people.
func randomDocs(random *rand.Rand, n int) []*collection.Document {
	var docs []*collection.Document
	for i := range n {
		var members []string
		for _, name := range []string{"rank", "due", "title"} {
			if v := awkward[random.IntN(len(awkward))]; v != "" {
				members = append(members, fmt.Sprintf("%q:%s", name, v))
			}
		}
		members = append(members, []string{
			`"editors":["ada","bob"]`, `"editors":"bob"`, `"editors":["ada","ada"]`, `"editors":7`, `"lead":"ada"`,
		}[random.IntN(5)])
		owner := []collection.Owner{ada, bob, eve, {}}[random.IntN(4)]
		docs = append(docs, doc(owner, fmt.Sprintf("%03d", i), "{"+strings.Join(members, ",")+"}"))
	}
	return docs
}

// conditions are rules that were worked out for somebody.
func conditions() []collection.Condition {
	named := func(path string, who collection.Owner) collection.Condition {
		return collection.Naming(collection.Path{path}, who)
	}
	return []collection.Condition{
		collection.Always(), collection.Never(), collection.OwnedBy(ada), collection.OwnedBy(collection.Owner{}),
		collection.OwnedBy(collection.Owner{Issuer: "nobody's", Subject: "ada"}),
		named("editors", bob), named("editors", eve), named("editors", collection.Owner{Subject: "ada"}),
		collection.AnyOf(collection.OwnedBy(ada), named("editors", ada), named("lead", ada)),
		collection.AllOf(collection.OwnedBy(bob), named("editors", bob)),
		collection.AllOf(named("editors", ada), named("editors", bob)),
		collection.AnyOf(collection.OwnedBy(ada), collection.OwnedBy(ada), named("editors", eve)),
	}
}

func testScanModel(t *testing.T, db database) {
	random := rand.New(rand.NewPCG(1, 2))
	lead := collection.Rule{Kind: collection.Member, Path: collection.Path{"lead"}}
	orders := []string{"rank", "-rank", "due", "rank, title", "rank, -title", "-rank, due, -title", "title, version, -createdAt"}
	c := tasks(readable(anyOf(ownOnly, editors, lead, collection.Rule{Kind: collection.Scope, Name: "all"})))
	for _, o := range orders {
		index(o)(c)
	}
	s := db.open(t, c)
	docs := randomDocs(random, 150)
	insert(t, s, c, docs...)
	for i := range 300 {
		scan := randomScan(random, c, docs)
		want := model(c, docs, scan)
		if n, err := s.Count(t.Context(), c, scan, 0); n != len(want) || err != nil {
			t.Errorf("%d: counted %d of %d: %v", i, n, len(want), err)
		}
		if n, err := s.Count(t.Context(), c, scan, 5); n != min(5, len(want)) || err != nil {
			t.Errorf("%d: counted %d up to 5: %v", i, n, err)
		}
		got := walkAll(t, s, c, scan)
		if !slices.Equal(got, want) {
			t.Fatalf("%d: %s\ngot  %v\nwant %v", i, describe(scan), got, want)
		}
	}
}

func describe(scan collection.Scan) string {
	order := "id"
	if scan.Index != nil {
		order = scan.Index.String()
	}
	return fmt.Sprintf("order %s reverse %v prefixes %q low %v high %v rule %+v", order, scan.Reverse, scan.Prefixes, scan.Low, scan.High, scan.Visible)
}

// randomScan is a stretch of one of the orders, from its beginning.
func randomScan(random *rand.Rand, c *collection.Collection, docs []*collection.Document) collection.Scan {
	all := conditions()
	scan := collection.Scan{Visible: all[random.IntN(len(all))], Reverse: random.IntN(2) == 0, Limit: 1 + random.IntN(20)}
	if random.IntN(8) == 0 {
		return scan
	}
	x := c.Indexes[random.IntN(len(c.Indexes))]
	scan.Index = &x
	keyOf := func(i int) collection.Key { return c.KeyAt(docs[random.IntN(len(docs))], x.Keys[i].Path) }
	n := random.IntN(len(x.Keys) + 1)
	for range random.IntN(4) {
		var prefix []collection.Key
		for i := range n {
			prefix = append(prefix, keyOf(i))
		}
		scan.Prefixes = append(scan.Prefixes, prefix)
	}
	if scan.Prefixes == nil {
		n = 0
	}
	bound := func() *collection.Bound {
		if random.IntN(3) > 0 {
			return nil
		}
		key := collection.TextKey(docs[random.IntN(len(docs))].ID)
		if n < len(x.Keys) {
			key = keyOf(n)
		}
		return &collection.Bound{Key: key, Inclusive: random.IntN(2) == 0}
	}
	scan.Low, scan.High = bound(), bound()
	return scan
}

// walkAll walks page by page.
func walkAll(t *testing.T, s *Store, c *collection.Collection, scan collection.Scan) (list []string) {
	t.Helper()
	for {
		docs, err := s.Scan(t.Context(), c, scan)
		if err != nil {
			t.Fatalf("%s: %v", describe(scan), err)
		}
		for _, d := range docs {
			list = append(list, d.ID)
		}
		if len(docs) < scan.Limit {
			return list
		}
		last := docs[len(docs)-1]
		scan.After = &collection.Position{ID: last.ID, Keys: behind(c, last, scan)}
	}
}

// behind returns the document's keys behind the prefix of the scan.
func behind(c *collection.Collection, d *collection.Document, scan collection.Scan) (keys []collection.Key) {
	if scan.Index == nil {
		return nil
	}
	n := 0
	if len(scan.Prefixes) > 0 {
		n = len(scan.Prefixes[0])
	}
	for _, key := range scan.Index.Keys[n:] {
		keys = append(keys, c.KeyAt(d, key.Path))
	}
	return keys
}

// model does what a scan has to do, the slow way.
func model(c *collection.Collection, docs []*collection.Document, scan collection.Scan) (list []string) {
	var found []*collection.Document
	for _, d := range docs {
		if scan.Visible.Allows(d) && inPrefixes(c, d, scan) && inBounds(c, d, scan) {
			found = append(found, d)
		}
	}
	slices.SortFunc(found, func(a, b *collection.Document) int {
		sign := 1
		if scan.Reverse {
			sign = -1
		}
		one, other := behind(c, a, scan), behind(c, b, scan)
		down := false
		if scan.Index != nil {
			down = scan.Index.Keys[len(scan.Index.Keys)-1].Desc
		}
		for i := range one {
			key := scan.Index.Keys[len(scan.Index.Keys)-len(one)+i]
			if order := strings.Compare(string(one[i]), string(other[i])); order != 0 {
				if key.Desc {
					return -sign * order
				}
				return sign * order
			}
		}
		if down {
			sign = -sign
		}
		return sign * strings.Compare(a.ID, b.ID)
	})
	for _, d := range found {
		list = append(list, d.ID)
	}
	return list
}

func inPrefixes(c *collection.Collection, d *collection.Document, scan collection.Scan) bool {
	return len(scan.Prefixes) == 0 || slices.ContainsFunc(scan.Prefixes, func(prefix []collection.Key) bool {
		for i, key := range prefix {
			if c.KeyAt(d, scan.Index.Keys[i].Path) != key {
				return false
			}
		}
		return true
	})
}

func inBounds(c *collection.Collection, d *collection.Document, scan collection.Scan) bool {
	key := collection.TextKey(d.ID)
	if keys := behind(c, d, scan); len(keys) > 0 {
		key = keys[0]
	}
	low := scan.Low == nil || key > scan.Low.Key || key == scan.Low.Key && scan.Low.Inclusive
	high := scan.High == nil || key < scan.High.Key || key == scan.High.Key && scan.High.Inclusive
	return low && high
}

func testManyAlternatives(t *testing.T, db database) {
	c := tasks(index("rank, -title"), readable(anyOf(ownOnly, editors, public)))
	s := db.open(t, c)
	var docs []*collection.Document
	x := c.Indexes[0]
	scan := collection.Scan{
		Visible: collection.AnyOf(collection.OwnedBy(ada), collection.Naming(collection.Path{"editors"}, ada)),
		Index:   &x, Limit: 100,
	}
	for i := range 250 {
		docs = append(docs, doc(ada, fmt.Sprintf("%03d", i), fmt.Sprintf(`{"rank":%d,"title":"%d","editors":["ada"]}`, i, i%5)))
		scan.Prefixes = append(scan.Prefixes, []collection.Key{c.KeyAt(docs[i], collection.Path{"rank"})})
	}
	insert(t, s, c, docs...)
	if got, want := walkAll(t, s, c, scan), model(c, docs, scan); !slices.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
	if n, err := s.Count(t.Context(), c, scan, 0); n != 250 || err != nil {
		t.Error(n, err)
	}
}
