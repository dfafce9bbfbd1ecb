package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
)

// TestQuotas keeps as much as is allowed, and then tries more, in each way.
func TestQuotas(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		for n := range 5 {
			w.plant(t, fmt.Sprint("$key", n), "ada", "keys", fmt.Sprintf(`{"letter":"%d"}`, n))
		}
		full := fault{409, "quota_exceeded", "-", "5 documents for each owner"}
		w.mustRefuseAll(t, []bad{
			{"a sixth", "ada", to("POST", "keys", `{"letter":"f"}`), full},
			{"a sixth, not valid", "ada", to("POST", "keys", `{"letter":1}`), invalid("/letter", "")},
			{"a sixth in a batch", "ada", batch(fine, `{"method":"PUT","path":"/keys/six","body":{},"headers":{"If-None-Match":"*"}}`), fault{409, "quota_exceeded", "/requests/1", "5 documents"}},
			{"a sixth before one is deleted", "ada", batch(`{"method":"POST","path":"/keys","body":{}}`, `{"method":"DELETE","path":"/keys/$key4"}`), fault{409, "quota_exceeded", "/requests/0", "5 documents"}},
		})
		w.mustDo(t, "grace", 201, to("POST", "keys", `{"letter":"g"}`))
		w.mustDo(t, "ada", 200, batch(`{"method":"DELETE","path":"/keys/$key4"}`, `{"method":"POST","path":"/keys","body":{"letter":"x"}}`))
		w.mustDo(t, "ada", 204, call{Method: "DELETE", Path: "/api/v1/keys/$key3"})
		w.mustDo(t, "ada", 201, to("POST", "keys", `{"letter":"y"}`))
		w.mustKeepBytes(t)
	})
}

// mustKeepBytes lets a document grow to the bound of 2,000 bytes. The other
// four have 14 bytes each.
func (w *world) mustKeepBytes(t *testing.T) {
	t.Helper()
	sized := func(n int) string { return `{"letter":"` + strings.Repeat("l", n-len(`{"letter":""}`)) + `"}` }
	tooMuch := fault{409, "quota_exceeded", "-", "2000 bytes for each owner"}
	w.mustDo(t, "ada", 200, to("PUT", "keys/$key0", sized(2000-4*14)))
	w.mustRefuseAll(t, []bad{
		{"one byte more", "ada", to("PATCH", "keys/$key1", `{"letter":"10"}`), tooMuch},
		{"one byte more of the largest", "ada", to("PUT", "keys/$key0", sized(2001-4*14)), tooMuch},
	})
	w.mustDo(t, "ada", 200, to("PATCH", "keys/$key1", `{"letter":"9"}`))
	w.mustDo(t, "ada", 200, to("PUT", "keys/$key0", sized(100)))
	w.mustDo(t, "ada", 200, to("PATCH", "keys/$key1", `{"letter":"10"}`))
}

// mustDo makes a call that has to be answered so.
func (w *world) mustDo(t *testing.T, as string, status int, c call) answer {
	t.Helper()
	a := w.knock(t, as, c)
	if a.Status != status {
		t.Errorf("%s %s got %d %s, want %d", c.Method, c.Path, a.Status, a.Body, status)
	}
	return a
}

// TestLimitsAreSettings lowers each limit, and meets it and one more.
func TestLimitsAreSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, onSQLite(t), func(s *config.Settings) {
		s.MaxBody, s.MaxDocument, s.MaxBatch, s.PageSize, s.MaxPage, s.MaxFilters, s.MaxIn = 4096, 1024, 2, 1, 2, 2, 2
	})
	text := func(n int) string {
		return `{"title":"a","project":"` + strings.Repeat("x", n-len(`{"title":"a","project":""}`)) + `"}`
	}
	w.mustDo(t, "ada", 201, post(text(1024)))
	w.mustDo(t, "ada", 200, batch(fine, fine))
	w.mustDo(t, "ada", 200, asking("limit=2&filter[title][in]=a,b&filter[done]=true"))
	if a := w.mustDo(t, "ada", 200, asking("")); !contains(a.Body, `"page":{"limit":1,`) {
		t.Errorf("a page is %s", a.Body)
	}
	w.mustDo(t, "ada", 413, post(strings.Repeat(" ", 4096)+text(100)))
	rows := []bad{
		{"a document of a byte more", "ada", post(text(1025)), fault{413, "document_too_large", "-", "1024 bytes"}},
		{"a body of a byte more", "ada", post(text(4097)), fault{413, "body_too_large", "-", "4096 bytes"}},
		{"a batch of three", "ada", batch(fine, fine, fine), badBatch("/requests", "more than 2 requests (POSTERN_MAX_BATCH)")},
		{"a page of three", "ada", asking("limit=3"), badQuery("?limit", "more than 2")},
		{"three filters", "ada", asking("filter[title]=a&filter[done]=true&filter[slug]=a"), badQuery("?filter[title]", "more than 2")},
		{"three values", "ada", asking("filter[title][in]=a,b,c"), badQuery("?filter[title][in]", "more than 2 values")},
		{"three values that must not be", "ada", asking("filter[title][nin]=a,b,c"), badQuery("?filter[title][nin]", "more than 2 values")},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) { mustBeFault(t, w.knock(t, row.as, row.call), row.want, w.said) })
	}
}

// TestListsThatLookAtTooMuch asks for what no index answers, of more documents
// than may be looked at.
func TestListsThatLookAtTooMuch(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, append(changes, func(s *config.Settings) { s.MaxScan = 100 })...)
		var many []string
		for range 50 {
			many = append(many, fine)
		}
		w.mustDo(t, "ada", 200, batch(many...))
		if a := w.mustDo(t, "ada", 200, asking("sort=title")); !contains(a.Header.Get("Server-Timing"), "documents examined") {
			t.Errorf("half of the bound is not told: %v", a.Header)
		}
		w.mustDo(t, "ada", 200, batch(many...))
		needed := fault{400, "index_required", "-", `declare indexes: [[done], [project, -due], [title]]`}
		w.mustRefuseAll(t, []bad{
			{"an order", "ada", asking("sort=title"), needed},
			{"a filter that finds one", "ada", asking("filter[title]=bread"), needed},
			{"a count", "ada", asking("filter[title]=bread&count=exact"), needed},
		})
		for _, query := range []string{"", "sort=-id", "filter[done]=true", "filter[project]=a&sort=-due"} {
			w.mustDo(t, "ada", http.StatusOK, asking(query))
		}
		w.mustDo(t, "grace", http.StatusOK, asking("sort=title"))
	})
}
