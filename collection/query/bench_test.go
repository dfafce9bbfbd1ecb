package query

import (
	"net/url"
	"testing"

	"github.com/postern-dev/postern/collection"
)

// typed is a schema of a few members.
type typed struct {
	collection.Schema
	types map[string]collection.Type
}

func (s typed) Type(path collection.Path) (collection.Type, bool) {
	t, ok := s.types[path.String()]
	return t, ok
}

func BenchmarkParseAndPlan(b *testing.B) {
	key := func(name string, desc bool) collection.SortKey {
		return collection.SortKey{Path: collection.Path{name}, Desc: desc}
	}
	c := &collection.Collection{
		Schema: typed{types: map[string]collection.Type{"done": collection.BoolType, "due": collection.DateTime, "title": collection.Text}},
		Indexes: []collection.Index{
			{Keys: []collection.SortKey{key("title", false)}}, {Keys: []collection.SortKey{key("done", false), key("due", true)}},
		},
	}
	ready := func(collection.Index) bool { return true }
	for _, tt := range []struct{ name, raw string }{
		{"everything", ""},
		{"one filter and an order", "filter[done]=false&sort=-due&limit=20"},
		{"all of it", "filter[done]=false&filter[due][gte]=2026-01-01T00:00:00Z&filter[title][in]=a,b,c&sort=-due,title&limit=50&fields=title,due&count=capped"},
	} {
		b.Run(tt.name, func(b *testing.B) {
			values, err := url.ParseQuery(tt.raw)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				q, err := Parse(c, values, Limits{})
				if err != nil {
					b.Fatal(err)
				}
				makePlans(c, q, ready)
			}
		})
	}
}
