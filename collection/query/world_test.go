package query_test

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// world makes collections, documents and queries by chance, out of so few
// values that many are equal, missing or of another kind than they should be.
type world struct{ *rand.Rand }

// long texts begin alike further than their keys go.
var (
	long   = strings.Repeat("long ", 79) + "long"   // 399 bytes
	longer = strings.Repeat("länger ", 49) + "läab" // a letter lies across byte 400
)

// zeros make a number longer than its key. Filters with such numbers are
// refused.
var zeros = strings.Repeat("0", 500)

// values are those that members have by chance, as JSON.
var values = map[string][]string{
	"title":      {`"a"`, `"b"`, `"ab"`, `"abc"`, `""`, `"ä"`, `"a,b"`, `"` + long + `x1"`, `"` + long + `xx2"`, `"` + long + `é"`, `"` + longer + `ääx"`, `"` + longer + `ääy"`, `"\ud7ff"`, `"\ue000"`, `"😀"`, `"\udbff\udfff"`, `5`},
	"done":       {`true`, `false`, `true`, `false`, `"true"`},
	"rank":       {`0`, `1`, `2`, `-1`, `10`, `1e1`, `10.0`, `9007199254740993`, `9007199254740992`, `"1"`},
	"price":      {`0.5`, `-0.25`, `0.50`, `5e-1`, `1e300`, `-1e-300`, `0.5` + zeros + `1`, `-0.25` + zeros + `1`, `0`, `-0`, `true`},
	"due":        {`"2026-01-01T00:00:00Z"`, `"2026-01-01T01:00:00+01:00"`, `"2026-01-01T00:00:00.5Z"`, `"2025-12-31T23:59:59-01:00"`, `"soon"`},
	"day":        {`"2026-01-01"`, `"2026-01-31"`, `"2025-12-31"`, `1`},
	"place.city": {`"Bonn"`, `"Köln"`, `"B"`},
	"tags":       {`[]`, `["a"]`, `"a"`},
	"extra":      {`1`, `{}`, `""`},
}

// members that can be compared, in a fixed order.
var ordered = []string{"title", "done", "rank", "price", "due", "day", "place.city"}

func pick[T any](w world, list []T) T { return list[w.IntN(len(list))] }

func (w world) body() jsonvalue.Value {
	var members []string
	for _, name := range append(slices.Clone(ordered), "tags", "extra") {
		value := pick(w, values[name])
		switch w.IntN(8) {
		case 0:
			continue
		case 1:
			value = `null`
		}
		if name == "place.city" {
			name, value = "place", `{"city": `+value+`}`
		}
		members = append(members, fmt.Sprintf("%q: %s", name, value))
	}
	v, err := jsonvalue.Parse([]byte("{"+strings.Join(members, ", ")+"}"), jsonvalue.Limits{})
	if err != nil {
		panic(err)
	}
	return v
}

// document belongs to ada mostly.
func (w world) document() *collection.Document {
	owner := ada().Owner
	if w.IntN(10) == 0 {
		owner = bob().Owner
	}
	at := collection.Now()
	return &collection.Document{
		ID: fmt.Sprintf("%04d", w.IntN(10_000)), Owner: owner, Version: 1, Birth: "abcd", CreatedAt: at, UpdatedAt: at, Body: w.body(),
	}
}

// index is a declaration of one to three keys.
func (w world) index() string {
	var keys []string
	for _, i := range w.Perm(len(ordered))[:1+w.IntN(3)] {
		keys = append(keys, pick(w, []string{"", "-"})+ordered[i])
	}
	return strings.Join(keys, ", ")
}

// collection has indexes by chance, and often those that the query wants.
func (w world) collection(filters []asked, sort []string) *collection.Collection {
	var indexes []string
	for range w.IntN(4) {
		indexes = append(indexes, w.index())
	}
	if w.IntN(2) == 0 {
		indexes = append(indexes, w.fitting(filters, sort)...)
	}
	return notes(indexes...)
}

// fitting is an index whose first keys are filtered by, and the others sorted
// by, as they are or turned round.
func (w world) fitting(filters []asked, sort []string) []string {
	turn := w.IntN(2) == 0
	var keys []string
	add := func(path string, desc bool) {
		if !slices.Contains(ordered, path) || slices.ContainsFunc(keys, func(k string) bool { return strings.TrimPrefix(k, "-") == path }) {
			return
		}
		if desc {
			path = "-" + path
		}
		keys = append(keys, path)
	}
	for _, f := range filters {
		if f.op == "eq" || f.op == "in" {
			add(f.path, w.IntN(2) == 0)
		}
	}
	for _, name := range sort {
		path, desc := strings.CutPrefix(name, "-")
		add(path, desc != turn)
	}
	if len(keys) == 0 {
		return nil
	}
	return []string{strings.Join(keys, ", ")}
}

// filters are up to three, each member and operator once.
func (w world) filters() (list []asked) {
	for range w.IntN(4) {
		f := w.filter()
		if !slices.ContainsFunc(list, func(g asked) bool { return g.path == f.path && g.op == f.op }) {
			list = append(list, f)
		}
	}
	return list
}

func (w world) filter() asked {
	if w.IntN(8) == 0 {
		return asked{pick(w, []string{"tags", "extra"}), "exists", []string{pick(w, []string{"true", "false"})}}
	}
	f := asked{path: pick(w, ordered)}
	ops := []string{"eq", "eq", "in", "in", "ne", "nin", "exists", "gt", "gte", "lt", "lte", "startsWith"}
	switch noteTypes()[f.path] {
	case collection.BoolType:
		ops = ops[:7]
	case collection.Text:
	default:
		ops = ops[:11]
	}
	f.op = pick(w, ops)
	switch f.op {
	case "exists":
		f.values = []string{pick(w, []string{"true", "false"})}
	case "in", "nin":
		for range 1 + w.IntN(3) {
			f.values = append(f.values, w.value(f.path))
		}
	case "startsWith":
		v := []rune(w.value(f.path))
		f.values = []string{string(v[:w.IntN(len(v)+1)])}
	default:
		f.values = []string{w.value(f.path)}
	}
	return f
}

// value is one of the member's own type, as a filter writes it.
func (w world) value(path string) string {
	for {
		v, _ := jsonvalue.Parse([]byte(pick(w, values[path])), jsonvalue.Limits{})
		switch t := noteTypes()[path]; {
		case t == collection.BoolType && v.Kind() == jsonvalue.Boolean:
			return fmt.Sprint(v.Bool())
		case (t == collection.NumberType || t == collection.IntegerType) && v.Kind() == jsonvalue.Numeral && len(v.Text()) < 400,
			v.Kind() == jsonvalue.Text && (t == collection.Text || t == collection.Date),
			v.Kind() == jsonvalue.Text && t == collection.DateTime && v.Text() != "soon":
			return v.Text()
		}
	}
}

// sort are up to three members, or the id.
func (w world) sort() (list []string) {
	for _, i := range w.Perm(len(ordered))[:w.IntN(4)] {
		list = append(list, pick(w, []string{"", "-"})+ordered[i])
	}
	if w.IntN(6) == 0 {
		list = append(list, pick(w, []string{"id", "-id"}))
	}
	return list
}

// address writes a query down.
func address(filters []asked, sort []string) string {
	v := url.Values{}
	for _, f := range filters {
		name, value := "filter["+f.path+"]["+f.op+"]", f.values[0]
		if f.op == "in" || f.op == "nin" {
			var list []string
			for _, text := range f.values {
				list = append(list, strings.NewReplacer(`\`, `\\`, `,`, `\,`).Replace(text))
			}
			value = strings.Join(list, ",")
		}
		v.Set(name, value)
	}
	if len(sort) > 0 {
		v.Set("sort", strings.Join(sort, ","))
	}
	return v.Encode()
}

// with adds the cursor of a page to a query, and a limit.
func with(raw, cursor string, limit int) string {
	raw = strings.TrimPrefix(fmt.Sprintf("%s&limit=%d", raw, limit), "&")
	if cursor != "" {
		raw += "&cursor=" + cursor
	}
	return raw
}
