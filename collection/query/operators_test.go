package query_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

// everyValue is one note for each value of the member, and two without.
func everyValue(t *testing.T, path string) *memory {
	t.Helper()
	m := newMemory(note(t, "none", `{}`), note(t, "null", fmt.Sprintf(`{%q: null}`, path)))
	for i, value := range values[path] {
		id := fmt.Sprintf("n%02d", i)
		m.documents[id] = note(t, id, fmt.Sprintf(`{%q: %s}`, path, value))
	}
	return m
}

// agree compares a list with what the oracle finds, without indexes and with
// each of them.
func agree(t *testing.T, m *memory, filters []asked, indexes ...string) {
	t.Helper()
	raw := address(filters, nil) + "&count=exact"
	want := ids(expected(notes(), m.list(), filters, nil))
	for _, index := range append([]string{""}, indexes...) {
		c := notes()
		if index != "" {
			c = notes(index)
		}
		p := page(t, m, c, raw)
		if got := ids(p.Items); got != want || p.Total.Value != len(p.Items) {
			t.Errorf("%.200s with %v\ngot  %s, %d in all\nwant %s", raw, c.Indexes, got, p.Total.Value, want)
		}
	}
}

// literals are the values of a member's own type as filters write them, and
// texts of every length near the end of what a key holds.
func literals(path string) (list []string) {
	w := world{rand.New(rand.NewPCG(1, 1))}
	seen := map[string]bool{}
	for range 40 * len(values[path]) {
		if v := w.value(path); !seen[v] {
			seen[v] = true
			list = append(list, v)
		}
	}
	if path == "title" {
		for _, text := range []string{long + "x1", longer + "ääx", long + "é"} {
			runes := []rune(text)
			for n := len(runes) - 8; n < len(runes); n++ {
				list = append(list, string(runes[:n]))
			}
		}
	}
	return list
}

func TestEveryOperatorWithEveryValue(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"title", "done", "rank", "price", "due", "day"} {
		ops := []string{"eq", "ne", "in", "nin"}
		if path != "done" {
			ops = append(ops, "gt", "gte", "lt", "lte")
		}
		if path == "title" {
			ops = append(ops, "startsWith")
		}
		m := everyValue(t, path)
		for _, op := range ops {
			for _, v := range literals(path) {
				agree(t, m, []asked{{path, op, []string{v}}}, path, "-"+path)
			}
		}
	}
}

func TestEveryPairOfBounds(t *testing.T) {
	t.Parallel()
	for _, path := range []string{"title", "price"} {
		m, some := everyValue(t, path), literals(path)
		if path == "title" {
			some = slices.DeleteFunc(some, func(text string) bool { return len(text)%2 == 0 })
		}
		ops := []string{"gt", "gte", "lt", "lte"}
		for i, one := range ops {
			for _, v := range some {
				agree(t, m, []asked{{path, one, []string{v}}, {path, "exists", []string{"true"}}}, path)
				for _, other := range ops[i+1:] {
					for _, x := range some {
						agree(t, m, []asked{{path, one, []string{v}}, {path, other, []string{x}}}, path)
					}
				}
			}
		}
	}
}

// TestSeveralValuesOfSeveralMembers binds four keys with several values each.
func TestSeveralValuesOfSeveralMembers(t *testing.T) {
	t.Parallel()
	w := world{rand.New(rand.NewPCG(1, 1))}
	m := newMemory(adas(w.some(2000))...)
	filters := []asked{
		{"done", "in", []string{"true", "false"}}, {"rank", "in", []string{"0", "1", "2", "10"}},
		{"day", "in", []string{"2026-01-01", "2026-01-31"}}, {"price", "in", []string{"0.5", "0", "-0.25"}},
	}
	want := expected(notes(), m.list(), filters, nil)
	for _, index := range []string{"done, rank, day, price", "price, -day, rank, done"} {
		p := page(t, m, notes(index), address(filters, nil)+"&limit=200")
		if ids(p.Items) != ids(want) || len(want) < 5 || p.Scanned != len(want) {
			t.Errorf("%s: %s, examined %d\nwant %s", index, ids(p.Items), p.Scanned, ids(want))
		}
	}
}

func TestAlternativesAreBounded(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 500)
	var ranks, titles []string
	for i := range 60 {
		ranks, titles = append(ranks, fmt.Sprint(i*5)), append(titles, fmt.Sprintf("t%d", i))
	}
	raw := "filter[rank][in]=" + strings.Join(ranks, ",") + "&filter[title][in]=" + strings.Join(titles, ",") + "&count=exact"
	for _, index := range []string{"rank, title", "title, rank"} {
		if p := page(t, m, notes(index), raw); p.Total.Value != 60 || m.alternatives > 100 {
			t.Errorf("%s: %d found by %d alternatives", index, p.Total.Value, m.alternatives)
		}
	}
}

// TestAWalkGoesOnBehindWhatItLeavesOut walks an index past documents that do
// not meet a filter on one of its keys.
func TestAWalkGoesOnBehindWhatItLeavesOut(t *testing.T) {
	t.Parallel()
	m := newMemory()
	for i := range 100 {
		id := fmt.Sprintf("n%03d", i)
		m.documents[id] = note(t, id, fmt.Sprintf(`{"price": %d, "rank": %d, "title": "x"}`, i/25, 24-i%25))
	}
	for _, raw := range []string{"filter[rank]=7&sort=price", "filter[rank]=7&sort=-price,-id"} {
		if p := page(t, m, notes("price, rank"), raw+"&limit=4"); len(p.Items) != 4 || p.Next != "" {
			t.Errorf("%s: %s", raw, ids(p.Items))
		}
	}
}

// TestAPageEndsByItsBytes walks through large documents, there and back.
func TestAPageEndsByItsBytes(t *testing.T) {
	t.Parallel()
	m := newMemory()
	var all []string
	for i, size := range []int{300, 500, 100, 2000, 100, 1000, 20, 3000, 900, 100, 100, 10} {
		id := fmt.Sprintf("n%02d", i)
		all = append(all, id)
		m.documents[id] = note(t, id, fmt.Sprintf(`{"rank": %d, "slug": %q}`, i, strings.Repeat("x", size<<10)))
	}
	for _, c := range []*collection.Collection{notes(), notes("rank")} {
		raw, seen, back := "sort=rank&limit=4&count=exact", []string(nil), []string(nil)
		last := page(t, m, c, raw)
		for p := last; ; p = page(t, m, c, raw+"&cursor="+p.Next) {
			bytes := 0
			for _, d := range p.Items {
				seen, bytes = append(seen, d.ID), bytes+d.Body.Size()
			}
			if n := len(p.Items); n < 1 || n > 4 || n > 1 && bytes > 1<<20 || p.Total.Value != len(all) {
				t.Errorf("a page has %d documents of %d bytes, of %d", n, bytes, p.Total.Value)
			}
			if last = p; p.Next == "" {
				break
			}
		}
		for p := last; ; p = page(t, m, c, raw+"&cursor="+p.Prev) {
			for _, d := range slices.Backward(p.Items) {
				back = append(back, d.ID)
			}
			if p.Prev == "" || len(p.Items) == 0 {
				break
			}
		}
		slices.Reverse(back)
		if !slices.Equal(seen, all) || !slices.Equal(back, all) {
			t.Errorf("seen %v, and on the way back %v", seen, back)
		}
	}
}

func TestLargeDocumentsAreReadInParts(t *testing.T) {
	t.Parallel()
	m := newMemory()
	text := strings.Repeat("x", 1<<20)
	for i := range 20 {
		id := fmt.Sprintf("n%02d", i)
		m.documents[id] = note(t, id, fmt.Sprintf(`{"rank": %d, "slug": %q}`, i, text))
	}
	for _, careless := range []bool{false, true} {
		m.careless, m.scans = careless, 0
		p, err := list(t, m, notes(), "filter[rank][gte]=18&sort=-id&limit=50", query.Limits{PageBytes: 3 << 20})
		if err != nil || ids(p.Items) != "n19 n18" || !careless && m.scans < 3 {
			t.Errorf("%s in %d scans", ids(p.Items), m.scans)
		}
		_, err = list(t, m, notes(), "sort=rank", query.Limits{ScannedBytes: 10 << 20})
		if _, ok := err.(*query.IndexRequired); !ok {
			t.Errorf("20 MiB in memory: %v", err)
		}
	}
}

// list returns all documents.
func (m *memory) list() []*collection.Document {
	var list []*collection.Document
	for _, d := range m.documents {
		list = append(list, d)
	}
	return list
}
