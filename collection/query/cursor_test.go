package query_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
	"github.com/postern-dev/postern/seal"
)

func TestACursorBelongsToOneList(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 30)
	const raw = "filter[done]=true&filter[title][in]=t1,t2,t3&sort=-rank"
	first := page(t, m, notes(), with(raw, "", 2))
	other := notes()
	other.Name = "others"
	retyped := notes()
	types := noteTypes()
	types["rank"] = collection.NumberType
	retyped.Schema = schema{types: types}
	elsewhere := bob()
	elsewhere.Owner = collection.Owner{Issuer: "https://other.example/", Subject: ada().Subject}
	foreign, err := seal.New(bytes.Repeat([]byte{8}, seal.SecretSize))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name   string
		raw    string
		c      *collection.Collection
		caller collection.Caller
		sealer *seal.Sealer
		want   query.CursorKind
	}{
		{"the same", raw, notes(), ada(), sealer(t), 0},
		{"with other indexes", raw, notes("done, -rank"), ada(), sealer(t), 0},
		{"other fields and a count", raw + "&fields=title&count=exact&include=can", notes(), ada(), sealer(t), 0},
		{"more rights", raw, notes(), collection.Caller{Owner: ada().Owner, Scopes: []string{"x"}}, sealer(t), 0},
		{"another filter", "filter[done]=false&filter[title][in]=t1,t2,t3&sort=-rank", notes(), ada(), sealer(t), query.CursorOfAnother},
		{"another operator", "filter[done][ne]=true&filter[title][in]=t1,t2,t3&sort=-rank", notes(), ada(), sealer(t), query.CursorOfAnother},
		{"fewer values", "filter[done]=true&filter[title][in]=t1,t2&sort=-rank", notes(), ada(), sealer(t), query.CursorOfAnother},
		{"no filter", "sort=-rank", notes(), ada(), sealer(t), query.CursorOfAnother},
		{"another direction", "filter[done]=true&filter[title][in]=t1,t2,t3&sort=rank", notes(), ada(), sealer(t), query.CursorOfAnother},
		{"no order", "filter[done]=true&filter[title][in]=t1,t2,t3", notes(), ada(), sealer(t), query.CursorOfAnother},
		{"another collection", raw, other, ada(), sealer(t), query.CursorOfAnother},
		{"another caller", raw, notes(), bob(), sealer(t), query.CursorOfAnother},
		{"the same subject of another issuer", raw, notes(), elsewhere, sealer(t), query.CursorOfAnother},
		{"another type", raw, retyped, ada(), sealer(t), query.CursorStale},
		{"another server", raw, notes(), ada(), foreign, query.CursorInvalid},
	} {
		q := parse(t, tt.c, with(tt.raw, first.Next, 5), query.Limits{})
		_, err := query.List(t.Context(), m, tt.sealer, tt.c, tt.caller, q)
		var refused *query.CursorError
		if errors.As(err, &refused); tt.want == 0 && err != nil || tt.want != 0 && (refused == nil || refused.Kind != tt.want) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func TestDamagedCursorsAreRefused(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 30)
	next := page(t, m, notes(), "limit=2&sort=title").Next
	for _, cursor := range []string{
		"x", "-", next[1:], next[:len(next)-2], next + "AA", strings.ToUpper(next), strings.Repeat("A", 100_000),
		sealer(t).Seal("another purpose", []byte("x")), sealer(t).Seal("postern list cursor", nil),
	} {
		_, err := list(t, m, notes(), with("sort=title", cursor, 2), query.Limits{})
		var refused *query.CursorError
		if !errors.As(err, &refused) || refused.Kind != query.CursorInvalid {
			t.Errorf("%.40s: %v", cursor, err)
		}
	}
	_, err := list(t, m, notes(), with("sort=title", sealer(t).Seal("postern list cursor", make([]byte, 40)), 2), query.Limits{})
	var refused *query.CursorError
	if !errors.As(err, &refused) || refused.Kind != query.CursorStale {
		t.Errorf("of another form: %v", err)
	}
}

// TestPagesThatBecameEmptyLeadBack deletes what a cursor would have led to.
func TestPagesThatBecameEmptyLeadBack(t *testing.T) {
	t.Parallel()
	m := manyNotes(t, 4)
	first := page(t, m, notes(), "limit=2")
	delete(m.documents, "n00002")
	delete(m.documents, "n00003")
	empty := page(t, m, notes(), with("", first.Next, 2))
	if len(empty.Items) != 0 || empty.Next != "" || empty.Prev == "" {
		t.Fatalf("%+v", empty)
	}
	last := page(t, m, notes(), with("", empty.Prev, 2))
	if ids(last.Items) != "n00000 n00001" || last.Prev != "" || last.Next != "" {
		t.Errorf("%s %+v", ids(last.Items), last)
	}

	m = manyNotes(t, 4)
	second := page(t, m, notes(), with("", first.Next, 2))
	delete(m.documents, "n00000")
	delete(m.documents, "n00001")
	empty = page(t, m, notes(), with("", second.Prev, 2))
	if len(empty.Items) != 0 || empty.Prev != "" || empty.Next == "" {
		t.Fatalf("%+v", empty)
	}
	again := page(t, m, notes(), with("", empty.Next, 2))
	if ids(again.Items) != "n00002 n00003" || again.Prev != "" || again.Next != "" {
		t.Errorf("%s %+v", ids(again.Items), again)
	}
}
