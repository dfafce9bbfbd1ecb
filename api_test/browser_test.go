package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// pageCall is a call that the script of a page makes, and what it must see.
type pageCall struct {
	name   string
	server *server
	call   call
	want   view

	size        int    // of a body that the page makes up
	credentials string // the mode of fetch; empty: the default
	page        string // the origin of the page; empty: the allowed one
}

// view is what a script sees of an answer.
type view struct {
	status    int    // 0: nothing, fetch throws a TypeError
	code      string // of the problem; empty: it is none
	challenge string // WWW-Authenticate, as a regular expression
	text      string // part of the body
	retry     bool   // Retry-After
	cut       bool   // the body breaks off with an error
}

// browserStory has pages in a real browser call real servers: only a browser
// tells whether an answer can be read where it is needed.
func browserStory(t *testing.T) {
	b := newBrowser(t)
	calls := b.calls(t)
	seen, complaints := b.run(t, calls)
	for _, c := range calls {
		t.Run(c.name, func(t *testing.T) { c.check(t, seen[c.name]) })
	}
	t.Run("preflights reach the server, once for each address", func(t *testing.T) { mustPreflightOnce(t, calls, b.app) })
	t.Run("what a preflight forbids does not arrive", func(t *testing.T) { mustNotArrive(t, calls, b.app) })
	t.Run("what a foreign page asks is explained in the log", func(t *testing.T) { mustExplainForeign(t, calls, b.foreign) })
	t.Run("the console shows nothing else", func(t *testing.T) { mustBeExpected(t, calls, complaints) })
}

func (c pageCall) method() string { return orElse(c.call.Method, http.MethodGet) }

// asksFirst tells whether a browser sends a preflight before the call (Fetch
// standard, CORS-safelisted method and request-header).
func (c pageCall) asksFirst() bool {
	if !slices.Contains([]string{"GET", "HEAD", "POST"}, c.method()) || c.call.Token != "" {
		return true
	}
	for name, values := range c.call.Header {
		if name != "Content-Type" || values[0] != "text/plain" {
			return true
		}
	}
	return false
}

func (c pageCall) check(t *testing.T, got *report) {
	t.Helper()
	switch {
	case got == nil:
		t.Fatal("the browser did not report on it")
	case c.want.status == 0:
		if got.OK || !strings.HasPrefix(got.Detail.Error, "TypeError") {
			t.Errorf("got %+v, want a TypeError", got.Detail)
		}
		return
	case got.OK == c.want.cut:
		t.Fatalf("got %+v", got.Detail)
	}
	if got.Detail.Status != c.want.status || !strings.Contains(got.Detail.Body, c.want.text) {
		t.Errorf("got %d %s\nwant %d with %s", got.Detail.Status, got.Detail.Body, c.want.status, c.want.text)
	}
	if challenge := got.Detail.Header["www-authenticate"]; !regexp.MustCompile(`^(?:` + c.want.challenge + `)$`).MatchString(challenge) {
		t.Errorf("the challenge that the script sees is %s\nwant %s", challenge, c.want.challenge)
	}
	if retry := got.Detail.Header["retry-after"]; (retry != "") != c.want.retry {
		t.Errorf("the script sees the Retry-After %q", retry)
	}
	id := got.Detail.Header["x-request-id"]
	if line := c.server.log.request(t, id); line["status"] != float64(c.want.status) {
		t.Errorf("the log has another status for %s: %v", id, line)
	}
	if c.want.code != "" && c.method() != http.MethodHead {
		c.checkProblem(t, got.Detail.Body, id)
	}
}

func (c pageCall) checkProblem(t *testing.T, body, id string) {
	t.Helper()
	var p wireProblem
	decode(t, body, &p)
	if p.Code != c.want.code || p.Status != c.want.status || p.Hint == "" || p.RequestID != id {
		t.Errorf("got the problem %s\nwant the code %s, the status, a hint and the id %s", body, c.want.code, id)
	}
}

// mustPreflightOnce fails unless each address that needs a preflight had one:
// none would mean that nobody tested CORS, more that browsers do not remember
// the answer.
func mustPreflightOnce(t *testing.T, calls []pageCall, page string) {
	t.Helper()
	want := map[*server]map[string]int{}
	for _, c := range calls {
		if want[c.server] == nil {
			want[c.server] = map[string]int{}
		}
		if c.asksFirst() && orElse(c.page, page) == page {
			want[c.server]["OPTIONS "+c.call.Path] = 1
		}
	}
	for s, paths := range want {
		got := map[string]int{}
		for _, l := range s.log.all(t, "request") {
			if l["method"] == "OPTIONS" && l["origin"] == nil {
				got[l.asked()]++
			}
		}
		if !maps.Equal(got, paths) {
			t.Errorf("preflights: got %v\nwant %v", got, paths)
		}
	}
}

// mustNotArrive fails when a call of the page came that its preflight forbade.
func mustNotArrive(t *testing.T, calls []pageCall, page string) {
	t.Helper()
	for _, c := range calls {
		if c.want.status != 0 || !c.asksFirst() || orElse(c.page, page) != page {
			continue
		}
		for _, l := range c.server.log.all(t, "request") {
			if l.asked() == c.method()+" "+c.call.Path {
				t.Errorf("%s: it came: %v", c.name, l)
			}
		}
	}
}

// mustExplainForeign fails unless the log says of all that a foreign page
// asked why its script saw nothing, and unless just that came: of what needs a
// preflight, the preflight only.
func mustExplainForeign(t *testing.T, calls []pageCall, page string) {
	t.Helper()
	want, got := map[*server][]string{}, map[*server][]string{}
	for _, c := range calls {
		if c.page != page {
			continue
		}
		method := c.method()
		if c.asksFirst() {
			method = http.MethodOptions
		}
		want[c.server] = append(want[c.server], method+" "+c.call.Path)
	}
	for s := range want {
		for _, l := range s.log.all(t, "request") {
			if l["origin"] != page {
				continue
			}
			got[s] = append(got[s], l.asked())
			if why, _ := l["cors"].(string); !strings.Contains(why, "CLIENT_ORIGIN_URL") {
				t.Errorf("the log does not explain: %v", l)
			}
		}
		if !slices.Equal(got[s], want[s]) {
			t.Errorf("of the foreign page came %q\nwant %q", got[s], want[s])
		}
	}
}

// mustBeExpected fails when the browser complains about something else than
// the refusals that the calls are about.
func mustBeExpected(t *testing.T, calls []pageCall, complaints []report) {
	t.Helper()
	for _, complaint := range complaints {
		if !slices.ContainsFunc(calls, func(c pageCall) bool { return c.explains(complaint) }) {
			t.Errorf("%s (%s)", complaint.Detail.Text, complaint.Detail.URL)
		}
	}
}

func (c pageCall) explains(complaint report) bool {
	url, text := c.server.URL+c.call.Path, complaint.Detail.Text
	switch {
	case c.want.cut:
		return complaint.Detail.URL == url && strings.Contains(text, "net::ERR_")
	case c.want.status != 0:
		return complaint.Detail.URL == url && strings.Contains(text, fmt.Sprint("status of ", c.want.status))
	}
	return complaint.Detail.URL == url && strings.Contains(text, "net::ERR_FAILED") ||
		strings.Contains(text, url) && strings.Contains(text, "blocked by CORS policy")
}

// all are the lines with this message.
func (b *logBuffer) all(t testing.TB, message string) []line {
	t.Helper()
	var found []line
	for text := range strings.Lines(b.String()) {
		var l line
		decode(t, text, &l)
		if l["msg"] == message {
			found = append(found, l)
		}
	}
	return found
}

// asked is the method and the path of a request's line.
func (l line) asked() string {
	route, _ := l["route"].(string)
	method, _ := l["method"].(string)
	return method + " " + strings.TrimPrefix(route, "none: ")
}
