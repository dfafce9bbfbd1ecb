package api_test

import (
	"strings"
	"testing"
)

// bad is a request that has to be refused.
type bad struct {
	name string
	as   string // who asks; empty is nobody
	call call
	want fault
}

// fault is how a request is refused. At is the pointer of one of its errors, or
// ?name for a parameter; "-" says that there are no errors. Says is a part of
// the answer.
type fault struct {
	status         int
	code, at, says string
}

// mustRefuseAll sends every row, and holds the answers against it. Nothing may
// be stored by any.
func (w *world) mustRefuseAll(t *testing.T, rows []bad) {
	t.Helper()
	before := w.everything(t)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			a := w.knock(t, row.as, row.call)
			mustBeFault(t, a, row.want, w.said)
			mustSayWhatElse(t, row.call.Method, a)
			if row.call.Method == "" {
				return
			}
			if after := w.everything(t); after != before {
				t.Errorf("something is stored: %s", changed(before, after))
				before = after
			}
		})
	}
}

// changed are the lines that differ.
func changed(before, after string) string {
	var lines []string
	old := strings.Split(before, "\n")
	for i, line := range strings.Split(after, "\n") {
		if line != old[i] {
			lines = append(lines, line+"\nbefore it was "+old[i])
		}
	}
	return strings.Join(lines, "\n")
}

// mustSayWhatElse fails unless the header says what would have been right.
func mustSayWhatElse(t *testing.T, method string, a answer) {
	t.Helper()
	if allow := a.Header.Get("Allow"); (a.Status == 405) != (allow != "") {
		t.Errorf("%d: Allow is %q", a.Status, allow)
	}
	accept := ""
	if a.Status == 415 && method == "PATCH" {
		accept = strings.Join([]string{plainJSON, mergePatch, jsonPatch}, ", ")
	}
	if got := a.Header.Get("Accept-Patch"); got != accept {
		t.Errorf("%d: Accept-Patch is %q, want %q", a.Status, got, accept)
	}
}

// mustBeFault fails unless the answer is that problem, readable by the app.
func mustBeFault(t *testing.T, a answer, want fault, said func(string) string) {
	t.Helper()
	if a.Status != want.status || a.Problem.Code != want.code || a.Problem.Status != want.status {
		t.Errorf("got %d %s\nwant %d %s", a.Status, a.Body, want.status, want.code)
		return
	}
	if !want.pointsWell(t, a) {
		t.Errorf("nothing points at %q: %s", want.at, a.Body)
	}
	if !strings.Contains(a.Body, said(want.says)) {
		t.Errorf("the answer does not say %q: %s", said(want.says), a.Body)
	}
	if a.Problem.RequestID == "" || a.Problem.Hint == "" || a.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("the problem lacks something, or may be kept: %v %s", a.Header, a.Body)
	}
	mustBeReadable(t, a)
}

// pointsWell tells whether the errors are where they are expected.
func (f fault) pointsWell(t *testing.T, a answer) bool {
	t.Helper()
	var p struct {
		Errors []struct{ Pointer, Parameter *string }
	}
	decode(t, a.Body, &p)
	if f.at == "-" {
		return len(p.Errors) == 0
	}
	for _, e := range p.Errors {
		if e.Pointer != nil && *e.Pointer == f.at || e.Parameter != nil && "?"+*e.Parameter == f.at {
			return true
		}
	}
	return false
}

// contains tells whether all parts are in the text.
func contains(text string, parts ...string) bool {
	for _, part := range parts {
		if !strings.Contains(text, part) {
			return false
		}
	}
	return true
}
