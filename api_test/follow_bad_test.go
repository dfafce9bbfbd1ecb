package api_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestBadFollowers(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	ada := signIn(s.Issuer, "ada")
	list := read[struct{ Page struct{ Changes string } }](t, s.must(t, ok, "GET", "/tasks", ada, ""))
	at := list.Page.Changes
	many := strings.TrimSuffix(strings.Repeat("x,", 21), ",")
	for _, tt := range []struct {
		name, method, path, token string
		status                    int
		code, parameter           string
	}{
		{"no token", "GET", "/tasks/changes", "", 401, "token_missing", ""},
		{"a bad token", "GET", "/tasks/changes", "x.y.z", 401, "token_malformed", ""},
		{"a bad token where none is needed", "GET", "/announcements/changes", "x.y.z", 401, "token_malformed", ""},
		{"no token for one of two", "GET", "/changes?collections=announcements,tasks", "", 401, "token_missing", ""},
		{"the right goes before the form", "GET", "/tasks/changes?nonsense=1", "", 401, "token_missing", ""},
		{"a position that is none", "GET", "/tasks/changes?since=7", ada, 400, "position_invalid", ""},
		{"a damaged position", "GET", "/tasks/changes?since=" + at[1:], ada, 400, "position_invalid", ""},
		{"a cursor's place", "GET", "/tasks/changes?since=" + at + ",", ada, 400, "position_invalid", ""},
		{"many positions", "GET", "/tasks/changes?since=" + many, ada, 400, "query_invalid", "since"},
		{"two sinces", "GET", "/tasks/changes?since=" + at + "&since=" + at, ada, 400, "query_invalid", "since"},
		{"a wait that is no number", "GET", "/tasks/changes?wait=soon", ada, 400, "query_invalid", "wait"},
		{"a negative wait", "GET", "/tasks/changes?wait=-1", ada, 400, "query_invalid", "wait"},
		{"a long wait", "GET", "/tasks/changes?wait=51", ada, 400, "query_invalid", "wait"},
		{"a wait and a half", "GET", "/tasks/changes?wait=1.5", ada, 400, "query_invalid", "wait"},
		{"two waits", "GET", "/tasks/changes?wait=0&wait=1", ada, 400, "query_invalid", "wait"},
		{"sort", "GET", "/tasks/changes?sort=title", ada, 400, "query_invalid", "sort"},
		{"limit", "GET", "/tasks/changes?limit=5", ada, 400, "query_invalid", "limit"},
		{"cursor", "GET", "/tasks/changes?cursor=" + at, ada, 400, "query_invalid", "cursor"},
		{"count", "GET", "/tasks/changes?count=exact", ada, 400, "query_invalid", "count"},
		{"a filter on no member", "GET", "/tasks/changes?filter[owner.name]=x", ada, 400, "query_invalid", "filter[owner.name]"},
		{"an unknown parameter", "GET", "/tasks/changes?form=x", ada, 400, "query_invalid", "form"},
		{"a query that cannot be read", "GET", "/tasks/changes?since=%zz", ada, 400, "query_invalid", ""},
		{"the token in the address", "GET", "/tasks/changes?access_token=" + ada, ada, 400, "credentials_ambiguous", ""},
		{"no collections", "GET", "/changes", ada, 400, "query_invalid", "collections"},
		{"an unknown collection", "GET", "/changes?collections=tasks,nope", ada, 400, "query_invalid", "collections"},
		{"a collection twice", "GET", "/changes?collections=tasks,tasks", ada, 400, "query_invalid", "collections"},
		{"two lists of collections", "GET", "/changes?collections=tasks&collections=notes", ada, 400, "query_invalid", "collections"},
		{"many collections", "GET", "/changes?collections=" + many, ada, 400, "query_invalid", "collections"},
		{"filters of several", "GET", "/changes?collections=tasks,notes&filter[title]=x", ada, 400, "query_invalid", "filter[title]"},
		{"fields of several", "GET", "/changes?collections=tasks,notes&fields=title", ada, 400, "query_invalid", "fields"},
		{"another include of several", "GET", "/changes?collections=tasks,notes&include=owner", ada, 400, "query_invalid", "include"},
		{"two includes of several", "GET", "/changes?collections=tasks,notes&include=can&include=can", ada, 400, "query_invalid", "include"},
		{"changes of nothing", "GET", "/nothing/changes", ada, 404, "not_found", ""},
		{"POST", "POST", "/tasks/changes", ada, 405, "method_not_allowed", ""},
		{"a document of that name", "PUT", "/tasks/changes", ada, 400, "id_invalid", ""},
	} {
		for _, accept := range []string{"text/event-stream", "application/json"} {
			c := call{Method: tt.method, Path: "/api/v1" + tt.path, Token: tt.token}.with("Origin", app).with("Accept", accept)
			if tt.method != http.MethodGet {
				c.Body = `{}`
				c = c.with("Content-Type", "application/json").with("If-None-Match", "*")
			}
			a := s.do(t, c)
			if a.Status != tt.status || a.Problem.Code != tt.code || a.Problem.Hint == "" {
				t.Errorf("%s (%s): got %d %s, want %d %s", tt.name, accept, a.Status, a.Body, tt.status, tt.code)
			}
			if tt.parameter != "" && !strings.Contains(a.Body, `"parameter":"`+tt.parameter+`"`) {
				t.Errorf("%s: %s is not named: %s", tt.name, tt.parameter, a.Body)
			}
			mustBeReadable(t, a)
		}
	}
}

// HEAD says what GET would answer with, and ends.
func TestHeadOfAStream(t *testing.T) {
	t.Parallel()
	s := startDeclared(t)
	a := s.do(t, call{Method: "HEAD", Path: "/api/v1/announcements/changes"}.with("Accept", "text/event-stream"))
	if a.Status != http.StatusOK || a.Body != "" || a.Header.Get("Content-Type") != "text/event-stream" {
		t.Errorf("%d %v", a.Status, a.Header)
	}
}
