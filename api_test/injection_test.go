package api_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/postern-dev/postern/config"
)

// attack is a request that means harm, as bytes on the wire. TOKEN stands for
// that of ada, who may not see what is grace's.
type attack struct {
	name         string
	head, body   string // the lines of the head; the body's length is added
	status       int
	code         string // of the problem; empty: there is none
	mayBeRefused bool   // by net/http, before any of our code
}

// get and send are heads. What they say is not escaped.
func getting(path string, fields ...string) string {
	return "GET " + path + " HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\n" + lines(fields)
}

func sending(method, path string, fields ...string) string {
	return method + " " + path + " HTTP/1.1\r\nAuthorization: Bearer TOKEN\r\nContent-Type: application/json\r\n" + lines(fields)
}

func lines(fields []string) string {
	var b strings.Builder
	for _, field := range fields {
		b.WriteString(field + "\r\n")
	}
	return b.String()
}

// TestAttacksComeToNothing sends every row to both databases. Each has its
// answer, none shows what is somebody else's, stores anything, brings the
// server down or writes a line of its own into the log.
func TestAttacksComeToNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, changes ...change) {
		w := newWorld(t, changes...)
		for _, group := range [][]attack{attacksOnSQL(), attacksOnPaths(), attacksOnHeaders(), attacksOnIDs(), attacksOnJSON(), attacksOnPointers(), attacksOnUnicode()} {
			before := w.everything(t)
			for i, row := range group {
				t.Run(row.name, func(t *testing.T) { w.attacked(t, row, strconv.Itoa(i)) })
			}
			if after := w.everything(t); after != before {
				t.Errorf("something is stored: %s", changed(before, after))
			}
		}
		mustBeCleanLog(t, w.log.String())
	})
}

// TestAttacksComeToNothingInALogForPeople sends those that could write into a log
// that is text.
func TestAttacksComeToNothingInALogForPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(s *config.Settings) { s.LogFormat = "text" })
	for _, group := range [][]attack{attacksOnPaths(), attacksOnHeaders(), attacksOnIDs(), attacksOnUnicode()} {
		for i, row := range group {
			t.Run(row.name, func(t *testing.T) { w.attacked(t, row, strconv.Itoa(i)) })
		}
	}
	mustBeCleanText(t, w.log.String())
}

func (w *world) attacked(t *testing.T, row attack, n string) {
	t.Helper()
	if a := w.withstood(t, row, n); a.Status != 0 {
		mustBeReadable(t, a)
	}
}

// withstood is the answer to an attack, or none where net/http refused it.
func (w *world) withstood(t *testing.T, row attack, n string) answer {
	t.Helper()
	head := strings.ReplaceAll(w.said(row.head), "TOKEN", w.tokens["ada"])
	body := w.said(row.body)
	x := w.raw(t, head+"Host: api.example.com\r\nOrigin: "+app+"\r\nX-Request-Id: attack-"+n+"\r\nConnection: close\r\nContent-Length: "+strconv.Itoa(len(body))+"\r\n\r\n"+body)
	if len(x.Answers) != 1 {
		t.Fatalf("got %d answers", len(x.Answers))
	}
	a := x.Answers[0]
	if row.mayBeRefused && a.Status == http.StatusBadRequest && a.Header.Get("X-Request-Id") == "" {
		return answer{}
	}
	if a.Header.Get("Content-Type") == "application/problem+json" {
		decode(t, a.Body, &a.Problem)
	}
	if a.Status != row.status || a.Problem.Code != row.code {
		t.Errorf("got %d %.500s\nwant %d %s", a.Status, a.Body, row.status, row.code)
	}
	if a.Status >= 500 || strings.Contains(a.Body, "grace") || strings.Contains(a.Body, "SQL") || strings.Contains(a.Body, "goroutine") {
		t.Errorf("it tells too much: %d %.500s", a.Status, a.Body)
	}
	for name, values := range a.Header {
		// An address may have the text, as one parameter of many.
		if said := strings.ToLower(name + strings.Join(values, "")); strings.Contains(said, "injected") && name != "Location" {
			t.Errorf("the answer has %s: %q", name, values)
		}
	}
	return a
}

// mustBeCleanLog fails when something other than text and line ends was logged,
// or a line that is none of ours.
func mustBeCleanLog(t *testing.T, log string) {
	t.Helper()
	for text := range strings.Lines(log) {
		var l line
		decode(t, text, &l)
		if l["msg"] == nil || l["injected"] != nil {
			t.Errorf("the log has %q", text)
		}
		if at := strings.IndexFunc(strings.TrimSuffix(text, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }); at >= 0 {
			t.Errorf("the log has %q at %d of %q", text[at:min(len(text), at+4)], at, text)
		}
	}
}

// textLine is a line as slog's text handler writes it: a value that has anything
// but plain characters is quoted.
var textLine = regexp.MustCompile(`^time=\S+ level=[A-Z0-9+-]+ msg=("([^"\\]|\\.)*"|[^\s"=]+)( [\w.]+=("([^"\\]|\\.)*"|[^\s"=]*))*\n$`)

var quotedText = regexp.MustCompile(`"([^"\\]|\\.)*"`)

// mustBeCleanText is mustBeCleanLog for a log that is text.
func mustBeCleanText(t *testing.T, log string) {
	t.Helper()
	if log == "" {
		t.Error("nothing is logged")
	}
	for text := range strings.Lines(log) {
		if !textLine.MatchString(text) || strings.Contains(quotedText.ReplaceAllString(text, ""), "injected") {
			t.Errorf("the log has %q", text)
		}
		if strings.ContainsFunc(strings.TrimSuffix(text, "\n"), func(r rune) bool { return !unicode.IsPrint(r) }) {
			t.Errorf("the log has what does not print: %q", text)
		}
	}
}
