package query_test

import (
	"testing"

	"github.com/postern-dev/postern/collection/query"
)

func TestFieldsChooseMembers(t *testing.T) {
	t.Parallel()
	d := note(t, "a", `{"title": "Milk", "place": {"city": "Bonn", "size": 1, "more": {"x": 1}}, "tags": [{"city": "B"}], "done": null}`)
	const system = `,"version":1,"createdAt":"2026-01-01T00:00:00.000Z","updatedAt":"2026-01-01T00:00:00.000Z"}`
	for _, tt := range []struct{ raw, want string }{
		{"", `{"id":"a","title":"Milk","place":{"city":"Bonn","size":1,"more":{"x":1}},"tags":[{"city":"B"}],"done":null` + system},
		{"fields=title", `{"id":"a","title":"Milk","version":1}`},
		{"fields=done,title", `{"id":"a","title":"Milk","done":null,"version":1}`},
		{"fields=slug", `{"id":"a","version":1}`},
		{"fields=id,version,owner", `{"id":"a","version":1}`},
		{"fields=updatedAt", `{"id":"a","version":1,"updatedAt":"2026-01-01T00:00:00.000Z"}`},
		{"fields=createdAt,place.city", `{"id":"a","place":{"city":"Bonn"},"version":1,"createdAt":"2026-01-01T00:00:00.000Z"}`},
		{"fields=place.size,place.city", `{"id":"a","place":{"city":"Bonn","size":1},"version":1}`},
		{"fields=place.city,place", `{"id":"a","place":{"city":"Bonn","size":1,"more":{"x":1}},"version":1}`},
		{"fields=tags", `{"id":"a","tags":[{"city":"B"}],"version":1}`},
	} {
		q := parse(t, notes(), tt.raw, query.Limits{})
		if got := string(query.Project(d, q.Fields).Append(nil)); got != tt.want {
			t.Errorf("%s\ngot  %s\nwant %s", tt.raw, got, tt.want)
		}
	}
	if q := parse(t, notes(), "fields=title,owner", query.Limits{}); !query.Shows(q.Fields, "owner") || query.Shows(q.Fields, "createdAt") || !query.Shows(nil, "owner") {
		t.Error("which system members to show")
	}
}
