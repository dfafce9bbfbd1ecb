package query_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/query"
)

// badQueries are lists that are refused: the query of the address, the kind of
// the mistake, the parameter it is in, and a part of its detail and hint.
func badQueries() []struct {
	raw       string
	kind      query.Kind
	parameter string
	text      string
} {
	const due = "filter[due]"
	return []struct {
		raw       string
		kind      query.Kind
		parameter string
		text      string
	}{
		{"title=%", query.Malformed, "", "cannot be read Write % as %25"},
		{"filter[done]=true;limit=5", query.Malformed, "", "Put & between parameters"},
		{"title=%FF%zz", query.Malformed, "", "cannot be read"},

		{"page=2", query.UnknownParameter, "page", "Write cursor here"},
		{"offset=20", query.UnknownParameter, "offset", "Write cursor here"},
		{"orderBy=title", query.UnknownParameter, "orderBy", "Write sort here"},
		{"_sort=title", query.UnknownParameter, "_sort", "sort"},
		{"per_page=5", query.UnknownParameter, "per_page", "Write limit here"},
		{"$top=5", query.UnknownParameter, "$top", "Write limit here"},
		{"select=title", query.UnknownParameter, "select", "Write fields here"},
		{"limt=5", query.UnknownParameter, "limt", "Did you mean limit?"},
		{"Limit=5", query.UnknownParameter, "Limit", "Did you mean limit?"},
		{"field=title", query.UnknownParameter, "field", "Did you mean fields?"},
		{"title=Milk", query.UnknownParameter, "title", "Write filter[title]"},
		{"due[gte]=2026-01-01", query.UnknownParameter, "due[gte]", "Write filter[due]"},
		{"createdAt=x", query.UnknownParameter, "createdAt", "Write filter[createdAt]"},
		{"utm_source=x", query.UnknownParameter, "utm_source", "Lists have the parameters filter, sort, limit, cursor, fields, count and include."},
		{"=x", query.UnknownParameter, "", "is not a parameter"},
		{"access_token=x", query.UnknownParameter, "access_token", "is not a parameter"},
		{"filters[done]=true", query.UnknownParameter, "filters[done]", "is not a parameter"},

		{"limit=5&limit=6", query.Repeated, "limit", "more than once"},
		{"sort=title&sort=due", query.Repeated, "sort", "Put all of it into one sort"},
		{"cursor=a&cursor=b", query.Repeated, "cursor", "more than once"},
		{"filter[title]=a&filter[title]=b", query.Repeated, "filter[title]", "filter[member][in]=a,b"},
		{"filter[title]=a&filter[title][eq]=b", query.Repeated, "filter[title][eq]", "more than once"},
		{"filter[title][ne]=a&filter[title][ne]=b", query.Repeated, "filter[title][ne]", "[nin]=a,b"},
		{"filter[rank][gt]=1&filter[rank][gt]=2", query.Repeated, "filter[rank][gt]", "Say each filter once"},
		{"sort=title,-title", query.Repeated, "sort", "twice"},
		{"fields=title,due,title", query.Repeated, "fields", "twice"},

		{"filter=x", query.Malformed, "filter", "Write filter[member]=value"},
		{"filter[]=x", query.Malformed, "filter[]", "not written as a filter"},
		{"filter[title=x", query.Malformed, "filter[title", "not written as a filter"},
		{"filter[title]x=x", query.Malformed, "filter[title]x", "not written as a filter"},
		{"filter[title[gte]]=x", query.Malformed, "filter[title[gte]]", "not written as a filter"},
		{"filter[title]=%FF", query.Malformed, "filter[title]", "not UTF-8"},
		{"filter[title]=a%00b", query.Malformed, "filter[title]", "NUL"},
		{"filter[title][in]=a,%C3", query.Malformed, "filter[title][in]", "not UTF-8"},

		{"filter[titel]=x", query.UnknownMember, "filter[titel]", "Did you mean title?"},
		{"filter[Title]=x", query.UnknownMember, "filter[Title]", "Did you mean title?"},
		{"filter[created_at][gt]=x", query.UnknownMember, "filter[created_at][gt]", "Did you mean createdAt?"},
		{"filter[place.ctiy]=x", query.UnknownMember, "filter[place.ctiy]", "Did you mean place.city?"},
		{"filter[xyzzy]=x", query.UnknownMember, "filter[xyzzy]", "Members are day, done, due"},
		{"filter[owner]=me", query.UnknownMember, "filter[owner]", "names owner, by which lists do not filter"},
		{"filter[can]=update", query.UnknownMember, "filter[can]", "names can"},
		{"filter[title.x]=x", query.UnknownMember, "filter[title.x]", "do not have"},
		{"filter[.title]=x", query.UnknownMember, "filter[.title]", "Did you mean title?"},
		{"filter[" + strings.Repeat("a.", 4000) + "a]=x", query.UnknownMember, "filter[" + strings.Repeat("a.", 46) + "a…", "do not have"},
		{"sort=titel", query.UnknownMember, "sort", "Did you mean title?"},
		{"sort=owner", query.UnknownMember, "sort", "do not sort"},
		{"fields=titel", query.UnknownMember, "fields", "Did you mean title?"},
		{"filter[extra]=x", query.Untyped, "filter[extra]", "Give extra a type in the schema of notes"},
		{"sort=extra", query.Untyped, "sort", "does not say the type"},

		{"filter[rank][greater]=5", query.UnknownOperator, "filter[rank][greater]", "Filters have the operators eq, ne"},
		{"filter[rank][ge]=5", query.UnknownOperator, "filter[rank][ge]", "Did you mean gte?"},
		{"filter[rank][$gt]=5", query.UnknownOperator, "filter[rank][$gt]", "Did you mean gt?"},
		{"filter[rank][%3E%3D]=5", query.UnknownOperator, "filter[rank][>=]", "Did you mean gte?"},
		{"filter[title][]=a", query.UnknownOperator, "filter[title][]", "Did you mean in?"},
		{"filter[title][like]=a", query.UnknownOperator, "filter[title][like]", "Did you mean startsWith?"},
		{"filter[title][startswith]=a", query.UnknownOperator, "filter[title][startswith]", "Did you mean startsWith?"},
		{"filter[title][contains]=a", query.UnknownOperator, "filter[title][contains]", "startsWith"},
		{"filter[title][notIn]=a", query.UnknownOperator, "filter[title][notIn]", "Did you mean nin?"},
		{"filter[title][exist]=true", query.UnknownOperator, "filter[title][exist]", "Did you mean exists?"},

		{"filter[tags]=x", query.Misfit, "filter[tags]", "compares a list, which filters cannot look into"},
		{"filter[tags][in]=x,y", query.Misfit, "filter[tags][in]", "operator exists only"},
		{"filter[place]=x", query.Misfit, "filter[place]", "filter[place.city]"},
		{"filter[rank][startsWith]=1", query.Misfit, "filter[rank][startsWith]", "a whole number Use gte and lt"},
		{"filter[day][startsWith]=2026-01", query.Misfit, "filter[day][startsWith]", "a date Use gte and lt"},
		{"filter[done][startsWith]=t", query.Misfit, "filter[done][startsWith]", "Use eq"},
		{"filter[done][gt]=false", query.Misfit, "filter[done][gt]", "Use eq or ne"},
		{"sort=tags", query.Misfit, "sort", "sorts by a list"},
		{"sort=place", query.Misfit, "sort", "sorts by an object"},

		{"filter[rank]=five", query.WrongType, "filter[rank]", "is not a whole number"},
		{"filter[rank]=1.5", query.WrongType, "filter[rank]", "is not a whole number"},
		{"filter[rank]=15e-1", query.WrongType, "filter[rank]", "is not a whole number"},
		{"filter[rank]=", query.WrongType, "filter[rank]", "is not a whole number"},
		{"filter[rank]=%2B5", query.WrongType, "filter[rank]", "is not a whole number"},
		{"filter[rank][in]=1,2,", query.WrongType, "filter[rank][in]", "is not a whole number"},
		{"filter[rank][in]=1,%202", query.WrongType, "filter[rank][in]", "is not a whole number"},
		{"filter[version]=1a", query.WrongType, "filter[version]", "is not a whole number"},
		{"filter[price]=1,5", query.WrongType, "filter[price]", "with a point"},
		{"filter[price]=.5", query.WrongType, "filter[price]", "is not a number"},
		{"filter[price]=0x10", query.WrongType, "filter[price]", "is not a number"},
		{"filter[price]=NaN", query.WrongType, "filter[price]", "is not a number"},
		{"filter[price]=1e99999", query.WrongType, "filter[price]", "is not a number"},
		{"filter[done]=1", query.WrongType, "filter[done]", "Write true or false"},
		{"filter[done]=True", query.WrongType, "filter[done]", "true or false"},
		{"filter[done]=null", query.WrongType, "filter[done]", "true or false"},
		{due + "=2026-01-01", query.WrongType, due, "Write 2026-01-01T00:00:00Z"},
		{due + "=2026-01-01T00:00:00+02:00", query.WrongType, due, "write %2B"},
		{due + "=2026-01-01T00:00:00", query.WrongType, due, "is not a date and time"},
		{due + "=2026-02-30T00:00:00Z", query.WrongType, due, "is not a date and time"},
		{due + "=now", query.WrongType, due, "RFC 3339 date-time"},
		{due + "=", query.WrongType, due, "RFC 3339 date-time"},
		{"filter[createdAt][gt]=1767225600", query.WrongType, "filter[createdAt][gt]", "RFC 3339"},
		{"filter[day]=01.02.2026", query.WrongType, "filter[day]", "RFC 3339 full-date"},
		{"filter[day]=2026-1-1", query.WrongType, "filter[day]", "is not a date"},
		{"filter[day]=2026-01-01T00:00:00Z", query.WrongType, "filter[day]", "is not a date"},

		{"limit=0", query.BadValue, "limit", "from 1 to 200"},
		{"limit=-1", query.BadValue, "limit", "from 1 to 200"},
		{"limit=", query.BadValue, "limit", "from 1 to 200"},
		{"limit=%2B5", query.BadValue, "limit", "from 1 to 200"},
		{"limit=05", query.BadValue, "limit", "from 1 to 200"},
		{"limit=5.0", query.BadValue, "limit", "from 1 to 200"},
		{"limit=99999999999999999999", query.BadValue, "limit", "from 1 to 200"},
		{"cursor=", query.BadValue, "cursor", "Leave it out for the first page"},
		{"count=true", query.BadValue, "count", "neither exact nor capped"},
		{"count=", query.BadValue, "count", "neither exact nor capped"},
		{"include=owner", query.BadValue, "include", "can only be can"},
		{"fields=title,can", query.BadValue, "fields", "Write include=can"},
		{"filter[due][exists]=", query.BadValue, "filter[due][exists]", "neither true nor false"},
		{"filter[due][exists]=yes", query.BadValue, "filter[due][exists]", "missing or null"},
		{`filter[title][in]=C:\x`, query.BadValue, "filter[title][in]", "backslash"},
		{`filter[title][in]=a\`, query.BadValue, "filter[title][in]", "backslash"},
		{"sort=", query.Malformed, "sort", "empty member"},
		{"sort=title,,due", query.Malformed, "sort", "empty member"},
		{"sort=-", query.Malformed, "sort", "empty member"},
		{"sort=+title", query.Malformed, "sort", "without a sign"},
		{"sort=title,%20due", query.Malformed, "sort", "a space"},
		{"sort=--title", query.UnknownMember, "sort", "Did you mean title?"},
		{"sort=title:desc", query.UnknownMember, "sort", "do not have"},
		{"fields=", query.Malformed, "fields", "empty member"},
		{"fields=title,", query.Malformed, "fields", "empty member"},

		{"limit=201", query.OverLimit, "limit", "more than 200"},
		{"filter[title]=" + strings.Repeat("x", 1001), query.OverLimit, "filter[title]", "more than 1000 bytes"},
		{"filter[price][gt]=" + strings.Repeat("1234567", 100), query.OverLimit, "filter[price][gt]", "more digits than ranges compare"},
		{"filter[title][in]=" + strings.Repeat("x,", 100), query.OverLimit, "filter[title][in]", "more than 100 values"},
		{"sort=title,due,day,rank,price", query.OverLimit, "sort", "more than 4 members"},
		{"fields=" + strings.Repeat("title,", 50) + "due", query.OverLimit, "fields", "more than 50 members"},
	}
}

func TestBadQueriesAreRefused(t *testing.T) {
	t.Parallel()
	for _, tt := range badQueries() {
		_, err := query.ParseRaw(notes(), tt.raw, query.Limits{})
		var mistakes query.Errors
		if !errors.As(err, &mistakes) || len(mistakes) != 1 {
			t.Errorf("%.80s: %v", tt.raw, err)
			continue
		}
		e := mistakes[0]
		if e.Kind != tt.kind || e.Parameter != tt.parameter || !strings.Contains(e.Detail+" "+e.Hint, tt.text) {
			t.Errorf("%.80s\ngot  %d %q %s | %s\nwant %d %q %s", tt.raw, e.Kind, e.Parameter, e.Detail, e.Hint, tt.kind, tt.parameter, tt.text)
		}
	}
	if n := len(badQueries()); n < 70 {
		t.Errorf("only %d rows", n)
	}
}

func TestAllMistakesAreReportedAtOnce(t *testing.T) {
	t.Parallel()
	raw := "filter[titel]=x&filter[rank]=five&limit=0&sort=tags,nope&page=2&filter[done][like]=x"
	_, err := query.ParseRaw(notes(), raw, query.Limits{})
	var mistakes query.Errors
	if !errors.As(err, &mistakes) {
		t.Fatal(err)
	}
	var at []string
	for _, e := range mistakes {
		at = append(at, e.Parameter)
	}
	want := []string{"filter[done][like]", "filter[rank]", "filter[titel]", "limit", "page", "sort", "sort"}
	if !slices.Equal(at, want) {
		t.Errorf("%q", at)
	}
	var one *query.Error
	if !errors.As(err, &one) || one.Kind != query.UnknownOperator {
		t.Errorf("%v", one)
	}
}

func TestMistakesAreBounded(t *testing.T) {
	t.Parallel()
	var raw, filters []string
	for i := range 500 {
		raw = append(raw, fmt.Sprintf("x%d=y", i))
	}
	for _, op := range []string{"eq", "ne", "gt", "gte", "lt", "lte", "in", "nin", "exists", "startsWith"} {
		filters = append(filters, "filter[title]["+op+"]=true")
	}
	for _, tt := range []struct {
		raw string
		n   int
	}{
		{strings.Join(raw, "&"), query.MaxErrors},
		{strings.Join(filters, "&"), 0},
		{strings.Join(filters, "&") + "&filter[done]=true", 1},
		{strings.Join(filters, "&") + "&filter[slug]=true&filter[slug][ne]=x", 2},
	} {
		_, err := query.ParseRaw(notes(), tt.raw, query.Limits{})
		var mistakes query.Errors
		errors.As(err, &mistakes)
		if len(mistakes) != tt.n {
			t.Errorf("%.60s: %d, %v", tt.raw, len(mistakes), err)
		}
	}
}

func TestEachLimitIsASetting(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		raw    string
		limits query.Limits
		says   string
	}{
		{"filter[title]=a&filter[slug]=b", query.Limits{Filters: 1}, "more than 1,"},
		{"filter[title][in]=a,b,c", query.Limits{In: 2}, "more than 2 values"},
		{"filter[title]=abc", query.Limits{ValueBytes: 2}, "more than 2 bytes"},
		{"sort=title,due", query.Limits{SortKeys: 1}, "more than 1 members"},
		{"fields=title,due", query.Limits{Fields: 1}, "more than 1 members"},
		{"limit=11", query.Limits{MaxPageSize: 10}, "more than 10,"},
	} {
		_, err := query.ParseRaw(notes(), tt.raw, tt.limits)
		if err == nil || !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %v", tt.raw, err)
		}
	}
	if q := parse(t, notes(), "", query.Limits{MaxPageSize: 10}); q.Limit != 10 {
		t.Errorf("a page of %d", q.Limit)
	}
}

func TestWhereOtherMembersAreFine(t *testing.T) {
	t.Parallel()
	c := &collection.Collection{Name: "open", Schema: schema{types: noteTypes(), open: true}}
	for _, tt := range []struct{ raw, says string }{
		{"filter[titel]=x", "Did you mean title? Give titel a type"},
		{"sort=other", "Give other a type"},
		{"filter[other][exists]=true", ""},
		{"fields=other", ""},
	} {
		_, err := query.ParseRaw(c, tt.raw, query.Limits{})
		var one *query.Error
		if errors.As(err, &one); tt.says == "" && err != nil || tt.says != "" && !strings.Contains(one.Hint, tt.says) {
			t.Errorf("%s: %v", tt.raw, err)
		}
	}
}
