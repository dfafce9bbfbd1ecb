package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestABrokenPromiseShows changes true answers one by one: each has to be
// noticed, or the other tests prove nothing.
func TestABrokenPromiseShows(t *testing.T) {
	s := startDeclared(t)
	token := signIn(s.Issuer, "ada")
	created := s.must(t, http.StatusCreated, "POST", "/notes", token, `{"title":"milk"}`)
	one := created.Header.Get("Location")
	for _, tt := range []struct {
		name, path string
		change     func(*answer)
	}{
		{"a status", one, func(a *answer) { a.Status = http.StatusTeapot }},
		{"another status that there is", one, func(a *answer) { a.Status = http.StatusNotFound }},
		{"a success of another operation", one, func(a *answer) { a.Status = http.StatusCreated }},
		{"a header field", one, func(a *answer) { a.Header.Set("X-Powered-By", "Go") }},
		{"a header field of another operation", one, func(a *answer) { a.Header.Set("Link", "</>") }},
		{"a header field that is not as promised", one, func(a *answer) { a.Header.Set("X-Request-Id", "an id") }},
		{"the media type", one, func(a *answer) { a.Header.Set("Content-Type", "text/plain") }},
		{"no JSON", one, func(a *answer) { a.Body += "}" }},
		{"a member", one, replaced(`"title"`, `"secret":1,"title"`)},
		{"a member that is missing", one, replaced(`"title":"milk"`, `"done":true`)},
		{"a member of another type", one, replaced(`"milk"`, `7`)},
		{"a member of the server's of another type", one, replaced(`"version":1`, `"version":"1"`)},
		{"a member of the server's that is missing", one, replaced(`"version":1,`, ``)},
		{"a time that is none", one, replaced(`"createdAt":"`, `"createdAt":"x`)},
		{"a member of an item", "/api/v1/notes", replaced(`"title"`, `"secret":1,"title"`)},
		{"a member of an item that is missing", "/api/v1/notes", replaced(`"title":"milk"`, `"done":true`)},
		{"a member of an item in part", "/api/v1/notes?fields=title", replaced(`"title"`, `"secret":1,"title"`)},
		{"a member of the page", "/api/v1/notes", replaced(`"limit"`, `"total":3,"limit"`)},
		{"a member of what is exported", "/api/v1/me/export", replaced(`"title"`, `"secret":1,"title"`)},
		{"an unknown collection", "/api/v1/me/export", replaced(`"notes"`, `"secrets"`)},
		{"a right", "/api/v1/collections", replaced(`"some"`, `"perhaps"`)},
		{"a problem of another status", "/api/v1/notes?limit=0", replaced(`"status":400`, `"status":404`)},
		{"a problem of another code", "/api/v1/notes?limit=0", replaced(`"code":"query_invalid"`, `"code":"id_unavailable"`)},
		{"a problem with a pointer and a parameter", "/api/v1/notes?limit=0", replaced(`"parameter"`, `"pointer":"","parameter"`)},
		{"an address that is not promised", "/api/v1/nothing", func(a *answer) { a.Status = http.StatusOK }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			request := s.request(t, call{Path: tt.path, Token: token})
			a := s.send(t, request)
			before := a.Body
			tt.change(&a)
			if err := s.promise(t).kept(request, a); err == nil {
				t.Errorf("nobody noticed: %d %s, which was %s", a.Status, a.Body, before)
			}
		})
	}
}

// replaced changes the body, once.
func replaced(old, with string) func(*answer) {
	return func(a *answer) { a.Body = strings.Replace(a.Body, old, with, 1) }
}
