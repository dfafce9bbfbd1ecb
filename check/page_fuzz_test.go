package check_test

import (
	"bufio"
	"bytes"
	"net/http"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/postern-dev/postern/check"
)

// said answers preflights with one status and header, and all else with others.
type said struct {
	status            int
	preflight, answer http.Header
}

func (s said) RoundTrip(r *http.Request) (*http.Response, error) {
	response := &http.Response{StatusCode: http.StatusOK, Header: s.answer.Clone(), Body: http.NoBody, Request: r}
	if r.Method == http.MethodOptions {
		response.StatusCode, response.Header = s.status, s.preflight.Clone()
	}
	return response, nil
}

// FuzzPage judges the header of any answers as a browser does, read anew from the
// Fetch standard. Nothing of them may move a terminal's cursor.
func FuzzPage(f *testing.F) {
	const app = "https://app.example.com"
	lists := "access-control-allow-methods: GET, PUT,DELETE,PATCH\naccess-control-allow-headers: authorization,content-type,if-match,if-none-match,idempotency-key,last-event-id,x-request-id\n"
	own := "access-control-allow-origin: " + app + "\naccess-control-expose-headers: ETag,Link, location,retry-after,WWW-Authenticate,X-Request-Id\nVary: accept, Origin\n"
	f.Add(204, own+lists, own, false)
	f.Add(204, own+lists+"access-control-allow-credentials: true\n", own+"access-control-allow-credentials: true\n", true)
	f.Add(200, "access-control-allow-origin: *\naccess-control-allow-methods: *\naccess-control-allow-headers: *, authorization\n", "access-control-allow-origin: *\naccess-control-expose-headers: *\nvary: *\n", false)
	f.Add(200, own+strings.ToLower(lists), own, false)
	f.Add(204, own+strings.ReplaceAll(lists, ",", "\u00a0,"), own, false)
	f.Add(301, own+lists+"access-control-allow-origin: https://app.example.com\n", "access-control-allow-origin: \x1b[2J\n", true)
	f.Add(204, own+strings.ReplaceAll(lists, "GET", "G T"), own, false)
	f.Fuzz(func(t *testing.T, status int, preflight, answer string, cookies bool) {
		s := said{status, header(preflight), header(answer)}
		page := check.Page{Origin: app, Cookies: cookies, Allowed: []string{app}, API: s}
		findings, err := page.Play(t.Context(), check.Calls("http://api.invalid/notes", nil))
		if err != nil || len(findings) == 0 {
			t.Fatalf("%v, %v", findings, err)
		}
		passes := findings[0].Level == check.OK
		if want := lets(s, app, cookies); passes != want {
			t.Errorf("a browser lets the page: %t; told is %+v", want, findings)
		}
		for _, finding := range findings {
			if strings.ContainsFunc(finding.Says+finding.Mend, unicode.IsControl) {
				t.Errorf("it moves the cursor: %q", finding)
			}
		}
	})
}

// header reads fields as they come off the wire; none where they are not that.
func header(lines string) http.Header {
	fields, err := textproto.NewReader(bufio.NewReader(bytes.NewReader([]byte(lines + "\r\n\r\n")))).ReadMIMEHeader()
	if err != nil {
		return http.Header{}
	}
	return http.Header(fields)
}

// lets tells whether a browser makes all calls, and the page may read what an app
// needs of the answers.
func lets(s said, app string, cookies bool) bool {
	shares := func(h http.Header) bool { // CORS check
		from := h["Access-Control-Allow-Origin"]
		return len(from) == 1 && (from[0] == app || from[0] == "*" && !cookies) &&
			(!cookies || slices.Equal(h["Access-Control-Allow-Credentials"], []string{"true"}))
	}
	if s.status < 200 || s.status > 299 || !shares(s.preflight) || !shares(s.answer) {
		return false
	}
	methods, readable := values(s.preflight["Access-Control-Allow-Methods"])
	fields, legible := values(s.preflight["Access-Control-Allow-Headers"])
	if !readable || !legible {
		return false
	}
	for _, method := range []string{"PUT", "PATCH", "DELETE"} {
		if !slices.Contains(methods, method) && (cookies || !slices.Contains(methods, "*")) {
			return false
		}
	}
	for _, name := range []string{"authorization", "content-type", "if-match", "if-none-match", "idempotency-key", "last-event-id", "x-request-id"} {
		if !among(fields, name) && (cookies || name == "authorization" || !slices.Contains(fields, "*")) {
			return false
		}
	}
	open, understood := values(s.answer["Access-Control-Expose-Headers"])
	for _, name := range []string{"etag", "link", "location", "retry-after", "www-authenticate", "x-request-id"} {
		if !understood || !among(open, name) && (cookies || !slices.Contains(open, "*")) {
			return false
		}
	}
	vary, sane := values(s.answer["Vary"])
	return sane && (among(vary, "origin") || slices.Contains(vary, "*"))
}

// values are those of a list of tokens (RFC 9110, section 5.6.1), empty ones left
// out; false where it is no such list.
func values(lines []string) (list []string, ok bool) {
	for _, line := range lines {
		for _, item := range strings.Split(line, ",") {
			item = strings.Trim(item, " \t")
			if item == "" {
				continue
			}
			if strings.ContainsFunc(item, func(r rune) bool {
				return !strings.ContainsRune("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", r)
			}) {
				return nil, false
			}
			list = append(list, item)
		}
	}
	return list, true
}

func among(list []string, name string) bool {
	return slices.ContainsFunc(list, func(item string) bool { return strings.ToLower(item) == name })
}
