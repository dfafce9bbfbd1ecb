package query_test

import (
	"errors"
	"testing"
	"unicode/utf8"

	"github.com/postern-dev/postern/collection/query"
)

// FuzzParse holds that every query is either read, and then finds a page, or
// refused with at most [query.MaxErrors] mistakes that can be shown.
func FuzzParse(f *testing.F) {
	for _, tt := range badQueries() {
		f.Add(tt.raw)
	}
	f.Add("filter[done]=false&filter[due][gte]=2026-01-01T00:00:00Z&sort=-due,title&limit=50&fields=title,due&count=exact&include=can")
	f.Add(`filter[title][in]=a\,b,c&filter[rank][nin]=1e2,-3&filter[place.city][startsWith]=B`)
	c := notes("done, -due", "rank", "title, rank", "-day, id")
	m := manyNotes(f, 50)
	f.Fuzz(func(t *testing.T, raw string) {
		q, err := query.ParseRaw(c, raw, query.Limits{})
		if err == nil {
			if _, err := query.List(t.Context(), m, sealer(t), c, ada(), q); err != nil && !errors.As(err, new(*query.CursorError)) {
				t.Errorf("%q: %v", raw, err)
			}
			return
		}
		var mistakes query.Errors
		if !errors.As(err, &mistakes) || len(mistakes) == 0 || len(mistakes) > query.MaxErrors {
			t.Fatalf("%q: %v", raw, err)
		}
		for _, e := range mistakes {
			if e.Kind == 0 || e.Detail == "" || len(e.Parameter) > 400 || len(e.Detail)+len(e.Hint) > 2000 || !utf8.ValidString(e.Parameter+e.Detail+e.Hint) {
				t.Errorf("%q: %+v", raw, e)
			}
		}
	})
}

// FuzzCursor holds that nothing but cursors of this server open.
func FuzzCursor(f *testing.F) {
	c, m := notes("title"), manyNotes(f, 50)
	f.Add(page(f, m, c, "limit=2&sort=title").Next)
	f.Add("")
	f.Fuzz(func(t *testing.T, cursor string) {
		q := parse(t, c, "sort=title", query.Limits{})
		q.Cursor = cursor
		p, err := query.List(t.Context(), m, sealer(t), c, ada(), q)
		_, foreign := sealer(t).Open("postern list cursor", cursor)
		if err == nil && cursor != "" && (foreign != nil || p.Prev == "") || err != nil && !errors.As(err, new(*query.CursorError)) {
			t.Errorf("%q: %v", cursor, err)
		}
	})
}

// FuzzSealedCursor holds that no content of a cursor does harm, should one
// ever be sealed.
func FuzzSealedCursor(f *testing.F) {
	c, m, s := notes("title"), manyNotes(f, 50), sealer(f)
	data, err := s.Open("postern list cursor", page(f, m, c, "limit=2&sort=title").Next)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(data[26:])
	f.Fuzz(func(t *testing.T, rest []byte) {
		q := parse(t, c, "sort=title", query.Limits{})
		q.Cursor = s.Seal("postern list cursor", append(data[:26:26], rest...))
		if _, err := query.List(t.Context(), m, s, c, ada(), q); err != nil && !errors.As(err, new(*query.CursorError)) {
			t.Error(err)
		}
	})
}
