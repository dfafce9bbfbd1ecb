package api_test

import (
	"net/url"
	"strings"
	"testing"
)

// TestBadQueries asks lists for what they do not have.
func TestBadQueries(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.mustRefuseAll(t, badParameters())
		w.mustRefuseAll(t, badFilters())
		w.mustRefuseAll(t, badOrders())
		w.mustRefuseAll(t, badAnswersOfOne())
	})
}

func asking(query string) call { return call{Path: "/api/v1/notes?" + query} }

func badQuery(at, says string) fault { return fault{400, "query_invalid", at, says} }

func badParameters() []bad {
	return []bad{
		{"an unknown parameter", "ada", asking("colour=red"), badQuery("?colour", "is not a parameter of lists")},
		{"a slip of the pen", "ada", asking("srot=title"), badQuery("?srot", "Did you mean sort?")},
		{"another server's page", "ada", asking("page=2"), badQuery("?page", "Write cursor here.")},
		{"another server's size", "ada", asking("per_page=2"), badQuery("?per_page", "Write limit here.")},
		{"a member without filter", "ada", asking("title=milk"), badQuery("?title", "Write filter[title]")},
		{"a parameter in capitals", "ada", asking("Limit=2"), badQuery("?Limit", "Did you mean limit?")},
		{"limit twice", "ada", asking("limit=2&limit=3"), badQuery("?limit", "is there more than once")},
		{"sort twice", "ada", asking("sort=title&sort=title"), badQuery("?sort", "is there more than once")},
		{"a limit of 0", "ada", asking("limit=0"), badQuery("?limit", "from 1 to 200")},
		{"a negative limit", "ada", asking("limit=-1"), badQuery("?limit", "from 1 to 200")},
		{"a limit of 201", "ada", asking("limit=201"), badQuery("?limit", "is more than 200")},
		{"a limit beyond 64 bits", "ada", asking("limit=99999999999999999999"), badQuery("?limit", "from 1 to 200")},
		{"a limit that is a word", "ada", asking("limit=all"), badQuery("?limit", "from 1 to 200")},
		{"a limit with a point", "ada", asking("limit=1.0"), badQuery("?limit", "from 1 to 200")},
		{"an empty limit", "ada", asking("limit="), badQuery("?limit", "from 1 to 200")},
		{"a limit with a zero before it", "ada", asking("limit=02"), badQuery("?limit", "from 1 to 200")},
		{"a count that there is not", "ada", asking("count=true"), badQuery("?count", "is neither exact nor capped")},
		{"an include that there is not", "ada", asking("include=owner"), badQuery("?include", "can only be can")},
		{"an empty cursor", "ada", asking("cursor="), badQuery("?cursor", "is empty")},
		{"a semicolon", "ada", asking("limit=2;sort=title"), badQuery("", "write a ; within a value as %3B")},
		{"half an escape", "ada", asking("limit=%2"), badQuery("", "Write % as %25")},
		{"an escape that is none", "ada", asking("filter[title]=50%zz"), badQuery("", "Write % as %25")},
		{"a token", "ada", asking("access_token=x"), fault{400, "credentials_ambiguous", "-", ""}},
		{"two mistakes, one of them", "ada", asking("limit=0&colour=red"), badQuery("?colour", "")},
		{"two mistakes, the other", "ada", asking("limit=0&colour=red"), badQuery("?limit", "")},
		{"a name without end", "ada", asking(strings.Repeat("x", 5000) + "=1"), badQuery("?"+strings.Repeat("x", 100)+"…", "")},
		{"a name that is not UTF-8", "ada", asking("%ff=1"), badQuery("?\uFFFD", "")},
	}
}

func badFilters() []bad {
	var eleven []string
	for _, of := range []string{"title", "done", "slug", "project", "priority", "due", "version", "id", "createdAt", "updatedAt"} {
		eleven = append(eleven, "filter["+of+"][exists]=true")
	}
	eleven = append(eleven, "filter[tags][exists]=true")
	hundredOne := strings.TrimSuffix(strings.Repeat("a,", 101), ",")
	const form = "Write filter[member]=value"
	return []bad{
		{"filter alone", "ada", asking("filter=title"), badQuery("?filter", form)},
		{"a filter of nothing", "ada", asking("filter[]=a"), badQuery("?filter[]", form)},
		{"a bracket that is not closed", "ada", asking("filter[title=a"), badQuery("?filter[title", form)},
		{"a bracket that is not opened", "ada", asking("filter[title]]=a"), badQuery("?filter[title]]", form)},
		{"a bracket within", "ada", asking("filter[ti[tle]=a"), badQuery("?filter[ti[tle]", form)},
		{"something behind the bracket", "ada", asking("filter[title]x=a"), badQuery("?filter[title]x", form)},
		{"an unknown member", "ada", asking("filter[titel]=a"), badQuery("?filter[titel]", "Did you mean title?")},
		{"a member of a string", "ada", asking("filter[title.de]=a"), badQuery("?filter[title.de]", "do not have")},
		{"the owner", "ada", asking("filter[owner]=ada"), badQuery("?filter[owner]", "by which lists do not filter")},
		{"a member in capitals", "ada", asking("filter[Title]=a"), badQuery("?filter[Title]", "Did you mean title?")},
		{"an unknown operator", "ada", asking("filter[title][regex]=a"), badQuery("?filter[title][regex]", "Filters have the operators eq, ne")},
		{"an operator of another server", "ada", asking("filter[priority][$gt]=1"), badQuery("?filter[priority][$gt]", "Did you mean gt?")},
		{"an operator in capitals", "ada", asking("filter[title][EQ]=a"), badQuery("?filter[title][EQ]", "Did you mean eq?")},
		{"contains", "ada", asking("filter[title][contains]=a"), badQuery("?filter[title][contains]", "Did you mean startsWith?")},
		{"a word for a number", "ada", asking("filter[priority]=high"), badQuery("?filter[priority]", "Write it as in JSON")},
		{"a number with a comma", "ada", asking("filter[priority]=1,5"), badQuery("?filter[priority]", "Write it as in JSON")},
		{"a number with a plus", "ada", asking("filter[priority]=%2B1"), badQuery("?filter[priority]", "Write it as in JSON")},
		{"an empty number", "ada", asking("filter[priority]="), badQuery("?filter[priority]", "Write it as in JSON")},
		{"NaN", "ada", asking("filter[priority][lt]=NaN"), badQuery("?filter[priority][lt]", "Write it as in JSON")},
		{"a number beyond all measure", "ada", asking("filter[priority][lt]=1e99999"), badQuery("?filter[priority][lt]", "")},
		{"half a version", "ada", asking("filter[version]=1.5"), badQuery("?filter[version]", "without a fraction")},
		{"one for true", "ada", asking("filter[done]=1"), badQuery("?filter[done]", "Write true or false.")},
		{"TRUE", "ada", asking("filter[done]=TRUE"), badQuery("?filter[done]", "Write true or false.")},
		{"a date for a moment", "ada", asking("filter[due][gt]=2026-01-01"), badQuery("?filter[due][gt]", "2026-01-01T00:00:00Z")},
		{"an offset whose plus became a blank", "ada", asking("filter[due][gt]=2026-01-01T00:00:00+01:00"), badQuery("?filter[due][gt]", "write %2B")},
		{"a word for a moment", "ada", asking("filter[createdAt][gt]=yesterday"), badQuery("?filter[createdAt][gt]", "RFC 3339")},
		{"startsWith of a number", "ada", asking("filter[priority][startsWith]=1"), badQuery("?filter[priority][startsWith]", "Use gte and lt.")},
		{"more than true", "ada", asking("filter[done][gt]=false"), badQuery("?filter[done][gt]", "Use eq or ne.")},
		{"exists and yes", "ada", asking("filter[title][exists]=yes"), badQuery("?filter[title][exists]", "is neither true nor false")},
		{"into a list", "ada", asking("filter[tags]=a"), badQuery("?filter[tags]", "exists only")},
		{"an object", "ada", call{Path: "/api/v1/keys?filter[part]=a"}, badQuery("?filter[part]", "filter[part.at]")},
		{"the same filter twice", "ada", asking("filter[title]=a&filter[title]=b"), badQuery("?filter[title]", "filter[member][in]=a,b")},
		{"the same filter twice, in two forms", "ada", asking("filter[title]=a&filter[title][eq]=a"), badQuery("?filter[title][eq]", "more than once")},
		{"11 filters", "ada", asking(strings.Join(eleven, "&")), badQuery("?filter[version][exists]", "more than 10")},
		{"101 values", "ada", asking("filter[title][in]=" + hundredOne), badQuery("?filter[title][in]", "more than 100 values")},
		{"a wrong value among right ones", "ada", asking("filter[priority][in]=1,x,2"), badQuery("?filter[priority][in]", "Write it as in JSON")},
		{"a backslash that means nothing", "ada", asking(`filter[title][in]=a%5Cb`), badQuery("?filter[title][in]", "has a backslash")},
		{"a value of 1,001 bytes", "ada", asking("filter[title]=" + strings.Repeat("x", 1001)), badQuery("?filter[title]", "1000")},
		{"a NUL", "ada", asking("filter[title]=a%00"), badQuery("?filter[title]", "has a NUL")},
		{"what is not UTF-8", "ada", asking("filter[title][startsWith]=%ff"), badQuery("?filter[title][startsWith]", "is not UTF-8")},
		{"a NUL in an id", "ada", asking("filter[id]=%00"), badQuery("?filter[id]", "has a NUL")},
		{"a NUL in a name", "ada", asking("filter[a%00]=1"), badQuery("?filter[a\x00]", "do not have")},
		{"a member that nobody declared", "ada", call{Path: "/api/v1/tasks?filter[colour]=a"}, badQuery("?filter[colour]", "the schema does not say the type")},
	}
}

func badOrders() []bad {
	sixty := strings.TrimSuffix(strings.Repeat("title,", 51), ",")
	return []bad{
		{"an unknown member", "ada", asking("sort=titel"), badQuery("?sort", "Did you mean title?")},
		{"an unknown member, falling", "ada", asking("sort=-prioriti"), badQuery("?sort", "Did you mean priority?")},
		{"no member", "ada", asking("sort="), badQuery("?sort", "has an empty member")},
		{"a comma at the end", "ada", asking("sort=title,"), badQuery("?sort", "has an empty member")},
		{"a minus alone", "ada", asking("sort=-"), badQuery("?sort", "has an empty member")},
		{"a plus", "ada", asking("sort=%2Btitle"), badQuery("?sort", "has a + or a space")},
		{"two minuses", "ada", asking("sort=--title"), badQuery("?sort", "do not have")},
		{"a direction in words", "ada", asking("sort=title:desc"), badQuery("?sort", "do not have")},
		{"a list", "ada", asking("sort=tags"), badQuery("?sort", "which has no order")},
		{"a member twice", "ada", asking("sort=title,-title"), badQuery("?sort", "names a member twice")},
		{"five members", "ada", asking("sort=title,slug,project,due,done"), badQuery("?sort", "more than 4 members")},
		{"the owner", "ada", asking("sort=owner"), badQuery("?sort", "by which lists do not sort")},
		{"an unknown field", "ada", asking("fields=title,titel"), badQuery("?fields", "Did you mean title?")},
		{"no field", "ada", asking("fields="), badQuery("?fields", "has an empty member")},
		{"can as a field", "ada", asking("fields=can"), badQuery("?fields", "include=can")},
		{"a field twice", "ada", asking("fields=title,title"), badQuery("?fields", "names a member twice")},
		{"51 fields", "ada", asking("fields=" + sixty), badQuery("?fields", "more than 50 members")},
		{"all fields", "ada", asking("fields=*"), badQuery("?fields", "do not have")},
	}
}

func badAnswersOfOne() []bad {
	one := func(query string) call { return call{Path: "/api/v1/notes/$note?" + query} }
	return []bad{
		{"a filter of one", "ada", one("filter[title]=milk"), badQuery("?filter[title]", "a document has fields and include")},
		{"a limit of one", "ada", one("limit=1"), badQuery("?limit", "a document has fields and include")},
		{"an unknown field of one", "ada", one("fields=titel"), badQuery("?fields", "Did you mean title?")},
		{"fields of one, twice", "ada", one("fields=title&fields=done"), badQuery("?fields", "more than once")},
		{"an include of one", "ada", one("include=everything"), badQuery("?include", "can only be can")},
		{"a semicolon in one", "ada", one("fields=title;include=can"), badQuery("-", "cannot be read")},
	}
}

// TestBadCursors asks for pages with cursors that lead nowhere.
func TestBadCursors(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		w.mustRefuseAll(t, badCursors(w.cursor(t, "ada", "notes?limit=1"), w.cursor(t, "ada", "tasks?limit=1")))
	})
}

// cursor is that of the second page.
func (w *world) cursor(t *testing.T, as, list string) string {
	t.Helper()
	var page struct{ Page struct{ Next string } }
	a := w.knock(t, as, call{Path: "/api/v1/" + list})
	decode(t, a.Body, &page)
	if page.Page.Next == "" {
		t.Fatalf("%s has no second page: %s", list, a.Body)
	}
	return page.Page.Next
}

func badCursors(next, another string) []bad {
	at := func(query, cursor string) call { return asking(query + "&cursor=" + url.QueryEscape(cursor)) }
	notOurs := fault{400, "cursor_invalid", "-", "is not one that this server gave out"}
	ofAnother := fault{400, "cursor_invalid", "-", "belongs to another list"}
	other := byte('A')
	if next[20] == other {
		other = 'B'
	}
	return []bad{
		{"a word", "ada", at("", "next"), notOurs},
		{"a number", "ada", at("", "2"), notOurs},
		{"cut off", "ada", at("", next[:len(next)-1]), notOurs},
		{"one character more", "ada", at("", next+"A"), notOurs},
		{"one character changed", "ada", at("", next[:20]+string(other)+next[21:]), notOurs},
		{"the last character changed", "ada", at("", next[:len(next)-1]+"_"), notOurs},
		{"a line break behind it", "ada", at("", next+"\n"), notOurs},
		{"padding behind it", "ada", at("", next+"="), notOurs},
		{"a NUL", "ada", at("", "\x00"), notOurs},
		{"twice in one", "ada", at("", next+next), notOurs},
		{"of another collection", "ada", at("", another), ofAnother},
		{"of another user", "grace", at("", next), ofAnother},
		{"of another order", "ada", at("sort=title", next), ofAnother},
		{"of the order turned round", "ada", at("sort=-id", next), ofAnother},
		{"of another filter", "ada", at("filter[title]=milk", next), ofAnother},
		{"in another parameter", "ada", asking("after=" + next), badQuery("?after", "Write cursor here.")},
		{"in two parameters", "ada", asking("cursor=" + next + "&cursor=" + next), badQuery("?cursor", "more than once")},
	}
}
