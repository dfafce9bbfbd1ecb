package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// next is what follows a request on the same connection. Where a proxy sees
// the end of a request elsewhere, somebody else's request follows.
const next = "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"

func TestNothingFollowsARequestWhoseEndIsInDoubt(t *testing.T) {
	t.Parallel()
	s := start(t)
	const echo, plain = "POST /trial/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n", "GET /api/messages/public HTTP/1.1\r\nHost: x\r\n"
	const body = "2\r\n{}\r\n0\r\n\r\n"
	for _, tt := range []struct {
		name, text string
		status     int
	}{
		{"a chunked request", echo + "Transfer-Encoding: chunked\r\n\r\n" + body, 200},
		{"a chunked request without a body", plain + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 415},
		{"a chunked request to no route", "POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 404},
		{"a chunked preflight", "OPTIONS /api/v1/me HTTP/1.1\r\nHost: x\r\nOrigin: " + app + "\r\nAccess-Control-Request-Method: GET\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 204},
		{"a chunked preflight of a stranger", "OPTIONS /api/v1/me HTTP/1.1\r\nHost: x\r\nOrigin: null\r\nAccess-Control-Request-Method: GET\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 204},
		{"a chunked request with a length", echo + "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 200},
		{"a chunked request with a length that hides another", echo + "Content-Length: 60\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 200},
		{"a request of HTTP/1.0", "GET /api/messages/public HTTP/1.0\r\n\r\n", 200},
		{"a request of HTTP/1.0 that asks to go on", "GET /api/messages/public HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200},
		{"a preflight of HTTP/1.0 that asks to go on", "OPTIONS /api/v1/me HTTP/1.0\r\nOrigin: " + app + "\r\nAccess-Control-Request-Method: GET\r\nConnection: keep-alive\r\n\r\n", 204},
		{"two lengths", echo + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400},
		{"a length with a sign", echo + "Content-Length: +2\r\n\r\n{}", 400},
		{"a negative length", echo + "Content-Length: -1\r\n\r\n{}", 400},
		{"a length in hexadecimal", echo + "Content-Length: 0x2\r\n\r\n{}", 400},
		{"two encodings", echo + "Transfer-Encoding: chunked, identity\r\n\r\n" + body, 501},
		{"two fields of encodings", echo + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n" + body, 501},
		{"an encoding that nobody knows", echo + "Transfer-Encoding: xchunked\r\n\r\n" + body, 501},
		{"an encoding with HTTP/1.0", strings.Replace(echo, "HTTP/1.1", "HTTP/1.0", 1) + "Transfer-Encoding: chunked\r\n\r\n" + body, 200},
		{"a blank before a colon", echo + "Transfer-Encoding : chunked\r\n\r\n" + body, 400},
		{"no host", "GET /healthz HTTP/1.1\r\n\r\n", 400},
		{"two hosts", "GET /healthz HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n", 400},
		{"a NUL in a field", plain + "X-A: a\x00b\r\n\r\n", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := s.raw(t, tt.text+next)
			if len(x.Answers) != 1 || x.Answers[0].Status != tt.status {
				t.Fatalf("got %d answers, %+v, want one %d", len(x.Answers), x.Answers, tt.status)
			}
			if !x.Closed || x.Answers[0].Header.Get("Connection") != "close" {
				t.Errorf("the connection goes on: %+v", x)
			}
		})
	}
}

func TestAConnectionGoesOnAfterARequestThatIsClear(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name, text string
		status     int
	}{
		{"a GET", "GET /api/messages/public HTTP/1.1\r\nHost: x\r\n\r\n", 200},
		{"a refused GET", "GET /api/v1/me HTTP/1.1\r\nHost: x\r\n\r\n", 401},
		{"a HEAD of nothing", "HEAD /nowhere HTTP/1.1\r\nHost: x\r\n\r\n", 404},
		{"a POST", "POST /trial/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}", 200},
		{"a POST whose body nobody reads", "POST /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}", 404},
		{"a preflight", "OPTIONS /api/v1/me HTTP/1.1\r\nHost: x\r\nOrigin: " + app + "\r\nAccess-Control-Request-Method: GET\r\n\r\n", 204},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := s.raw(t, tt.text+next)
			if len(x.Answers) != 2 || x.Answers[0].Status != tt.status || x.Answers[1].Status != http.StatusOK {
				t.Errorf("got %+v, want %d and then 200", x.Answers, tt.status)
			}
			if x.Closed {
				t.Error("the connection was closed")
			}
		})
	}
}

func TestOddRequestLinesAreAnswered(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name, line string
		status     int
	}{
		{"a path in percent signs", "GET /api/messages/%70ublic HTTP/1.1", 200},
		{"an absolute address", "GET http://elsewhere.example/api/messages/public HTTP/1.1", 200},
		{"an absolute address without a path", "GET http://elsewhere.example HTTP/1.1", 404},
		{"OPTIONS of everything", "OPTIONS * HTTP/1.1", 404},
		{"GET of everything", "GET * HTTP/1.1", 404},
		{"CONNECT to a host", "CONNECT elsewhere.example:443 HTTP/1.1", 404},
		{"TRACE", "TRACE /api/v1/me HTTP/1.1", 405},
		{"a method in small letters", "get /api/messages/public HTTP/1.1", 405},
		{"a path without a slash", "GET api/messages/public HTTP/1.1", 400},
		{"a path with a NUL in percent signs", "GET /api/messages/public%00 HTTP/1.1", 404},
		{"a percent sign alone", "GET /api/% HTTP/1.1", 400},
		{"a path upwards", "GET /api/../../etc/passwd HTTP/1.1", 404},
		{"a backslash", `GET /api\v1\me HTTP/1.1`, 404},
		{"bytes that are not UTF-8", "GET /\xff\xfe HTTP/1.1", 404},
		{"a code in percent signs", "GET /problems/%22%3e%3cscript%3e HTTP/1.1", 404},
		{"a version that nobody knows", "GET /healthz HTTP/3.1", 505},
		{"no version", "GET /healthz", 400},
	} {
		t.Run(tt.name, func(t *testing.T) {
			x := s.raw(t, tt.line+"\r\nHost: x\r\nConnection: close\r\n\r\n")
			if len(x.Answers) != 1 || x.Answers[0].Status != tt.status {
				t.Fatalf("got %+v, want one %d", x.Answers, tt.status)
			}
			if strings.Contains(x.Answers[0].Body, "<script") {
				t.Errorf("the answer has markup of the request: %s", x.Answers[0].Body)
			}
		})
	}
}
