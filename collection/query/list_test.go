package query_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

func TestFiltersFindWhatMeetsThem(t *testing.T) {
	t.Parallel()
	m := newMemory(
		note(t, "a", `{"title": "Milk", "done": false, "rank": 1, "price": 1.50, "due": "2026-01-01T00:00:00Z", "day": "2026-01-01", "tags": [], "place": {"city": "Bonn"}}`),
		note(t, "b", `{"title": "Milk shake", "done": true, "rank": 2, "price": 1.5, "due": "2026-01-01T02:00:00+02:00", "day": "2026-02-01"}`),
		note(t, "c", `{"title": "", "done": null, "rank": 12345678901234567890, "price": 1e2, "due": "2026-01-01T00:00:00.001Z", "day": null}`),
		note(t, "d", `{"title": "a,b", "rank": 12345678901234567891, "price": "1.5", "place": null}`),
	)
	for _, tt := range []struct{ raw, want string }{
		{"", "a b c d"},
		{"filter[title]=Milk", "a"},
		{"filter[title]=", "c"},
		{"filter[title][eq]=milk", ""},
		{"filter[title][startsWith]=Milk", "a b"},
		{"filter[title][startsWith]=", "a b c d"},
		{"filter[title][in]=Milk,,x", "a c"},
		{`filter[title][in]=a\,b,x`, "d"},
		{"filter[title][gt]=Milk", "b d"},
		{"filter[title][ne]=Milk", "b c d"},
		{"filter[done]=false", "a"},
		{"filter[done][ne]=true", "a c d"},
		{"filter[done][exists]=false", "c d"},
		{"filter[done][exists]=true", "a b"},
		{"filter[done][in]=true,false", "a b"},
		{"filter[rank]=12345678901234567890", "c"},
		{"filter[rank]=1234567890123456789.0e1", "c"},
		{"filter[rank][gt]=12345678901234567890", "d"},
		{"filter[rank][nin]=1,2", "c d"},
		{"filter[price]=1.500", "a b"},
		{"filter[price][gte]=1.5", "a b c"},
		{"filter[price][lt]=100", "a b"},
		{"filter[price][exists]=true", "a b c d"},
		{"filter[due]=2026-01-01T01:00:00%2B01:00", "a b"},
		{"filter[due][gt]=2026-01-01T00:00:00Z", "c"},
		{"filter[due][lte]=2026-01-01T00:00:00.001Z", "a b c"},
		{"filter[day][gte]=2026-01-15", "b"},
		{"filter[day][lt]=2026-01-15", "a"},
		{"filter[tags][exists]=true", "a"},
		{"filter[tags][exists]=false", "b c d"},
		{"filter[place][exists]=true", "a"},
		{"filter[place.city]=Bonn", "a"},
		{"filter[place.city][ne]=Bonn", "b c d"},
		{"filter[id][in]=d,a,z", "a d"},
		{"filter[id]=b&filter[done]=false", ""},
		{"filter[id][gte]=c", "c d"},
		{"filter[version]=1&filter[createdAt][lt]=2026-01-02T00:00:00Z", "a b c d"},
		{"filter[rank][gte]=2&filter[rank][lt]=12345678901234567891", "b c"},
		{"sort=-id", "d c b a"},
		{"sort=title", "c a b d"},
		{"sort=-price", "d c b a"},
		{"sort=due,-id", "d b a c"},
		{"sort=done", "c d a b"},
		{"filter[id][in]=d,a,c&sort=-rank", "d c a"},
	} {
		for _, indexes := range [][]string{nil, {"title", "done", "-rank", "price", "due", "day", "place.city"}, {"due, -id", "done, title", "rank, price"}} {
			if got := ids(page(t, m, notes(indexes...), tt.raw).Items); got != tt.want {
				t.Errorf("%s with %v: %q, want %q", tt.raw, indexes, got, tt.want)
			}
		}
	}
}

func TestNobodyElsesDocumentsShow(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 30)
	for _, raw := range []string{"", "count=exact", "filter[id][in]=n00001,n00002&count=exact", "sort=title&count=exact", "filter[done]=true&count=capped"} {
		q := parse(t, notes("done"), raw, query.Limits{Scanned: 2})
		p, err := query.List(t.Context(), m, sealer(t), notes("done"), bob(), q)
		if err != nil || len(p.Items) > 0 || p.Scanned > 0 || p.Total != nil && p.Total.Value > 0 {
			t.Errorf("%s: %v, %v", raw, p, err)
		}
	}
	_, err := query.List(t.Context(), m, sealer(t), notes(), collection.Caller{}, parse(t, notes(), "cursor=x", query.Limits{}))
	var refused *query.NotAllowed
	if !errors.As(err, &refused) || refused.Rule.Kind != collection.OwnerOnly {
		t.Errorf("nobody: %v", err)
	}
}

func TestWhatAPageCosts(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 3000)
	for _, tt := range []struct {
		raw     string
		indexes []string
		scanned int
	}{
		{"limit=20", nil, 21},
		{"limit=20&sort=-id", nil, 21},
		{"limit=20&sort=rank", nil, 3000},
		{"limit=20&sort=rank", []string{"-rank"}, 21},
		{"limit=20&sort=-rank", []string{"-rank"}, 21},
		{"limit=20&sort=rank&filter[done]=true", []string{"done, -rank"}, 21},
		{"limit=20&sort=-rank,done&filter[done]=true", []string{"done, -rank"}, 21},
		{"limit=20&sort=done,rank&filter[done]=true", []string{"done, -rank"}, 21},
		{"limit=20&sort=rank&filter[done][in]=true,false", []string{"done, -rank"}, 21},
		{"limit=20&sort=done,-rank&filter[done][in]=true,false", []string{"done, -rank"}, 42},
		{"limit=20&sort=rank&filter[done]=true&filter[rank][gt]=2900", []string{"done, -rank"}, 21},
		{"limit=20&sort=rank,-id", []string{"rank, -id"}, 21},
		{"limit=20&filter[done][exists]=false", []string{"done"}, 0},
		{"limit=20&filter[done][exists]=true&sort=-done", []string{"done"}, 21},
		{"limit=20&filter[title][startsWith]=t3&sort=-title", []string{"title"}, 21},
		{"limit=20&filter[id][in]=n00001,n00009&sort=rank", nil, 2},
		{"limit=20&filter[rank]=77&sort=title", []string{"rank", "title"}, 102},
		{"limit=20&filter[done]=true&sort=-rank", []string{"done", "rank"}, 21 + 42},
		{"limit=20&filter[title]=t3&sort=-rank", []string{"title", "rank"}, 450},
		{"limit=20&filter[rank][lt]=5&sort=-rank,title", []string{"rank", "-rank, title"}, 106},
		{"limit=20&filter[title]=t3&filter[done]=true", []string{"title, done"}, 21},
	} {
		c := notes(tt.indexes...)
		p, err := list(t, m, c, tt.raw, query.Limits{})
		if err != nil || p.Scanned > tt.scanned {
			t.Errorf("%s: examined %+v, %v; want %d", tt.raw, p.Scanned, err, tt.scanned)
		}
	}
}

func TestTheBoundHolds(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 100)
	for _, tt := range []struct{ raw, indexes, want string }{
		{"sort=rank", "", "indexes: [[rank]]"},
		{"sort=-title,rank", "day", "indexes: [[day], [-title, rank]]"},
		{"sort=title&filter[done]=true", "", "indexes: [[done, title]]"},
		{"sort=title&filter[done]=true&filter[rank][gt]=5", "", "indexes: [[done, title]]"},
		{"filter[done]=true&filter[rank][gt]=100", "", "indexes: [[done, rank]]"},
		{"filter[rank]=100", "", "indexes: [[rank]]"},
		{"filter[place.city]=x", "", "indexes: [[place.city]]"},
		{"sort=due,-id", "", "indexes: [[due, -id]]"},
		{"filter[tags][exists]=true", "", ""},
		{"filter[done][nin]=true,false", "", ""},
		{"filter[rank][gte]=1000&sort=title&filter[done]=true", "done, title", ""},
		{"count=exact&limit=1&filter[title][ne]=x", "", ""},
		{"count=exact&limit=1&filter[rank][lt]=98", "", "indexes: [[rank]]"},
	} {
		c := notes()
		if tt.indexes != "" {
			c = notes(tt.indexes)
		}
		_, err := list(t, m, c, tt.raw, query.Limits{Scanned: 40})
		var required *query.IndexRequired
		if !errors.As(err, &required) || required.YAML != tt.want || required.Bound != 40 {
			t.Errorf("%s: %v", tt.raw, err)
		}
	}
}

func TestAnIndexThatIsBeingBuiltIsSaid(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 100)
	m.building = []string{"[done, -rank]"}
	_, err := list(t, m, notes("done, -rank"), "sort=-rank&filter[done]=true", query.Limits{Scanned: 40})
	var required *query.IndexRequired
	if !errors.As(err, &required) || !required.Building || required.YAML != "" {
		t.Errorf("%v", err)
	}
}

func TestTotals(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 300)
	limits := query.Limits{Scanned: 200, Counted: 100}
	for _, tt := range []struct{ raw, indexes, want string }{
		{"limit=1", "done", "<nil>"},
		{"limit=1&count=exact", "done", "&{300 false}"},
		{"limit=1&count=capped", "done", "&{100 true}"},
		{"limit=1&count=exact&filter[done]=true", "done", "&{150 false}"},
		{"limit=1&count=capped&filter[done]=true", "done", "&{100 true}"},
		{"limit=1&count=capped&filter[rank][lt]=100", "rank", "&{100 false}"},
		{"limit=1&count=capped&filter[rank][lt]=101", "rank", "&{100 true}"},
		{"limit=1&count=exact&filter[rank][lt]=100&filter[done]=true", "rank", "&{50 false}"},
		{"limit=1&count=exact&filter[rank][lt]=100&filter[done]=true&sort=title", "rank", "&{50 false}"},
		{"limit=1&count=capped&filter[title][ne]=t1", "done", "&{100 true}"},
		{"limit=1&count=capped&filter[title]=t1", "done", "&{29 true}"},
		{"limit=1&count=exact&filter[id][in]=n00001,n00002,zz", "done", "&{2 false}"},
	} {
		p, err := list(t, m, notes(tt.indexes), tt.raw, limits)
		if err != nil {
			t.Errorf("%s: %v", tt.raw, err)
		} else if got := fmt.Sprint(p.Total); got != tt.want {
			t.Errorf("%s: %s, want %s", tt.raw, got, tt.want)
		}
	}
}
