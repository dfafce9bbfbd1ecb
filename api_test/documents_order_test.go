package api_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// orders are the values of each member of the collection below, from the
// lowest to the highest; those in one list are equal. Empty is a member that is
// missing.
var orders = []struct {
	member string
	ranks  [][]string
}{
	{"n", [][]string{
		{``, `null`}, {`-1e400`}, {`-9007199254740993`}, {`-9007199254740992`}, {`-2.5`}, {`-1`, `-1.0`, `-10e-1`},
		{`-1e-400`}, {`0`, `-0`, `0.0`, `0e5`}, {`1e-400`}, {`0.1`, `1e-1`}, {`0.10000000000000000000000000001`}, {`1`}, {`2`},
		{`10`, `1E1`, `10.0`}, {`11`}, {`100`, `1e2`, `100.00`}, {`9007199254740992`}, {`9007199254740993`}, {`9007199254740994`},
		{`18446744073709551616`}, {`123456789012345678901234567890`}, {`123456789012345678901234567890.5`}, {`1e30`}, {`1e400`},
	}},
	{"i", [][]string{{``, `null`}, {`-10`}, {`-9`}, {`0`, `-0`}, {`2`, `2.0`}, {`10`, `1e1`}, {`9007199254740993`}, {`9007199254740994`}}},
	{"at", [][]string{
		{``, `null`}, {`"0000-01-01T00:00:00+01:00"`}, {`"0000-01-01T00:00:00Z"`}, {`"0001-01-01T00:00:00+14:00"`}, {`"0001-01-01T00:00:00Z"`}, {`"1000-06-01T00:00:00Z"`}, {`"1001-01-01T00:00:00Z"`},
		{`"1969-12-31T23:59:59.999Z"`}, {`"1970-01-01T00:00:00Z"`, `"1970-01-01T01:00:00+01:00"`, `"1969-12-31T19:00:00-05:00"`},
		{`"1990-12-31T23:59:59.999999999Z"`}, {`"1991-01-01T00:00:00Z"`}, {`"2026-01-01T00:30:00+01:00"`}, {`"2025-12-31T23:45:00Z"`}, {`"2026-01-01T00:00:00Z"`, `"2026-01-01t00:00:00z"`, `"2026-01-01T00:00:00.000Z"`},
		{`"2026-01-01T00:00:00.5Z"`, `"2026-01-01T00:00:00.500Z"`}, {`"2026-01-01T00:00:00.500000001Z"`}, {`"9999-12-31T23:59:59Z"`}, {`"9999-12-31T23:59:59-01:00"`},
	}},
	{"day", [][]string{{``, `null`}, {`"0999-12-31"`}, {`"2025-12-31"`}, {`"2026-01-01"`}, {`"2026-10-01"`}}},
	{"b", [][]string{{``, `null`}, {`false`}, {`true`}}},
	{"s", [][]string{
		{``, `null`}, {`""`}, {`" "`}, {`"10"`}, {`"9"`}, {`"A"`}, {`"Z"`}, {`"a"`}, {`"a,b"`}, {`"aa"`}, {`"a\u0301"`}, {`"b"`}, {`"z"`}, {`"\u00e9"`},
		{`"\u2028"`}, {`"\ue000"`}, {`"\ufb00"`}, {`"\ufffd"`}, {`"\uffff"`}, {`"😀"`}, {"\"\U0010fffe\""}, {"\"\U0010ffff\""},
	}},
}

// sorted is a collection with a member of each type that has an order, with an
// index for each or with none.
func sorted(t *testing.T, name string, indexed bool) *collection.Collection {
	c := &collection.Collection{Name: name, ID: collection.AnyID, Owned: true,
		Read: owner, Create: owner, Update: owner, Delete: owner,
		Schema: mustSchema(t, `{"type":"object","properties":{"n":{"type":["number","null"]},"i":{"type":["integer","null"]},
			"at":{"type":["string","null"],"format":"date-time"},"day":{"type":["string","null"],"format":"date"},
			"b":{"type":["boolean","null"]},"s":{"type":["string","null"]}}}`)}
	for _, order := range orders {
		if indexed {
			c.Indexes = append(c.Indexes, collection.Index{Keys: []collection.SortKey{{Path: collection.Path{order.member}}}})
		}
	}
	return c
}

// TestValuesAreInOrder sorts and filters by the values of each type, with an
// index and without, on both databases: always with the same answer.
func TestValuesAreInOrder(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		collections := []*collection.Collection{sorted(t, "indexed", true), sorted(t, "plain", false)}
		s := startCollections(t, collections, append(changes, noRateLimit)...)
		w := &world{server: s, tokens: map[string]string{"ada": s.Issuer.Token(map[string]any{"sub": "ada"})}}
		for _, of := range collections {
			for _, order := range orders {
				t.Run(of.Name+"/"+order.member, func(t *testing.T) {
					w.plantAll(t, of.Name, order.member, order.ranks)
					w.mustSort(t, of.Name, order.member, order.ranks)
					w.mustFilter(t, of.Name, order.member, order.ranks)
					w.knock(t, "ada", call{Method: "DELETE", Path: "/api/v1/me/data"})
				})
			}
		}
	})
}

// rankID is the id of a document, which says where it belongs.
func rankID(rank, i int) string { return fmt.Sprintf("r%02d-%d", rank, i) }

// plantAll creates a document for each value, not in their order.
func (w *world) plantAll(t *testing.T, of, member string, ranks [][]string) {
	t.Helper()
	var requests []string
	for rank, values := range ranks {
		for i, value := range values {
			body := `{}`
			if value != "" {
				body = `{"` + member + `":` + value + `}`
			}
			requests = append(requests, `{"method":"PUT","path":"/`+of+`/`+rankID(rank, i)+`","headers":{"If-None-Match":"*"},"body":`+body+`}`)
		}
	}
	for i := range requests {
		j := i * 7 % len(requests)
		requests[i], requests[j] = requests[j], requests[i]
	}
	if a := w.knock(t, "ada", batch(requests...)); a.Status != http.StatusOK {
		t.Fatalf("got %d %s", a.Status, a.Body)
	}
}

// list are the ids of all pages.
func (w *world) list(t *testing.T, of, query string) (ids []string) {
	t.Helper()
	for next := ""; ; {
		var page struct {
			Items []struct{ ID string }
			Page  struct{ Next string }
		}
		a := w.knock(t, "ada", call{Path: "/api/v1/" + of + "?" + query + next})
		if a.Status != http.StatusOK {
			t.Fatalf("%s got %d %s", query, a.Status, a.Body)
		}
		decode(t, a.Body, &page)
		for _, item := range page.Items {
			ids = append(ids, item.ID)
		}
		if page.Page.Next == "" {
			return ids
		}
		next = "&cursor=" + url.QueryEscape(page.Page.Next)
	}
}

func (w *world) mustSort(t *testing.T, of, member string, ranks [][]string) {
	t.Helper()
	want := idsWhere(ranks, func(int) bool { return true })
	for _, limit := range []string{"&limit=200", "&limit=3"} {
		if got := w.list(t, of, "sort="+member+limit); !slices.Equal(got, want) {
			t.Errorf("rising%s:\n%v\nwant\n%v", limit, got, want)
		}
	}
	slices.Reverse(want)
	for _, limit := range []string{"&limit=200", "&limit=3"} {
		if got := w.list(t, of, "sort=-"+member+limit); !slices.Equal(got, want) {
			t.Errorf("falling%s:\n%v\nwant\n%v", limit, got, want)
		}
	}
}

// idsWhere are the ids of the ranks that are right, in their order.
func idsWhere(ranks [][]string, right func(rank int) bool) []string {
	ids := []string{}
	for rank, values := range ranks {
		for i := range values {
			if right(rank) {
				ids = append(ids, rankID(rank, i))
			}
		}
	}
	return ids
}

// mustFilter asks with each value and each operator. What is missing or null is
// the lowest rank, and neither less nor greater than anything.
func (w *world) mustFilter(t *testing.T, of, member string, ranks [][]string) {
	t.Helper()
	ask := func(op, value string, right func(rank int) bool) {
		t.Helper()
		got := w.list(t, of, "limit=200&filter["+member+"]["+op+"]="+url.QueryEscape(value))
		if want := idsWhere(ranks, right); !slices.Equal(got, want) {
			t.Errorf("%s %s:\n%v\nwant\n%v", op, value, got, want)
		}
	}
	ask("exists", "true", func(rank int) bool { return rank > 0 })
	ask("exists", "false", func(rank int) bool { return rank == 0 })
	for at, values := range ranks[1:] {
		at++
		value := inAddress(t, values[len(values)-1])
		ask("eq", value, func(rank int) bool { return rank == at })
		ask("ne", value, func(rank int) bool { return rank != at })
		ask("in", strings.ReplaceAll(value, ",", `\,`), func(rank int) bool { return rank == at })
		ask("nin", strings.ReplaceAll(value, ",", `\,`), func(rank int) bool { return rank != at })
		if member != "b" {
			ask("gt", value, func(rank int) bool { return rank > at })
			ask("gte", value, func(rank int) bool { return rank >= at })
			ask("lt", value, func(rank int) bool { return rank > 0 && rank < at })
			ask("lte", value, func(rank int) bool { return rank > 0 && rank <= at })
		}
		if member == "s" {
			ask("startsWith", value, func(rank int) bool {
				return rank > 0 && strings.HasPrefix(inAddress(t, ranks[rank][0]), value)
			})
		}
	}
}

// inAddress is how a query says the value.
func inAddress(t *testing.T, value string) string {
	t.Helper()
	v, err := jsonvalue.Parse([]byte(value), jsonvalue.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if v.Kind() == jsonvalue.Boolean {
		return value
	}
	return v.Text()
}
