package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// client gives up on an answer that does not come and follows no redirect, of
// which there are to be none.
var client = &http.Client{
	Timeout:       30 * time.Second,
	Transport:     &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// call is a request.
type call struct {
	Method  string // GET if empty
	Path    string
	Token   string // empty: no Authorization header
	Header  http.Header
	Body    string
	Chunked bool   // the length of the body is not declared
	Host    string // empty: that of the listener
}

// answer is a response, read whole.
type answer struct {
	Status  int
	Header  http.Header
	Body    string
	Problem wireProblem // where the body is one
}

// wireProblem is a problem document as clients see it.
type wireProblem struct {
	Type      string `json:"type"`
	Title     string `json:"title"`
	Status    int    `json:"status"`
	Detail    string `json:"detail"`
	Instance  string `json:"instance"`
	Code      string `json:"code"`
	RequestID string `json:"requestId"`
	Hint      string `json:"hint"`
	Message   string `json:"message"`
	Errors    []struct {
		Pointer string `json:"pointer"`
		Detail  string `json:"detail"`
	} `json:"errors"`
}

// do makes the call and holds the answer against openapi.yaml.
func (s *server) do(t testing.TB, c call) answer {
	t.Helper()
	return s.send(t, s.request(t, c))
}

func (s *server) request(t testing.TB, c call) *http.Request {
	t.Helper()
	method := c.Method
	if method == "" {
		method = http.MethodGet
	}
	request, err := http.NewRequest(method, s.URL+c.Path, strings.NewReader(c.Body))
	if err != nil {
		t.Fatal(err)
	}
	request.Host = c.Host
	if c.Chunked {
		request.ContentLength = -1
	}
	for name, values := range c.Header {
		request.Header[name] = values
	}
	if enter := s.enter[c.Token]; enter != nil {
		enter(request)
	} else if c.Token != "" {
		request.Header.Set("Authorization", "Bearer "+c.Token)
	}
	return request
}

// send makes any request and holds the answer against openapi.yaml.
func (s *server) send(t testing.TB, request *http.Request) answer {
	t.Helper()
	a := s.receive(t, request)
	s.mustKeepPromise(t, request, a)
	return a
}

// receive makes the request and reads the answer.
func (s *server) receive(t testing.TB, request *http.Request) answer {
	t.Helper()
	written.Header(request.Header)
	response, err := client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}
	if response.Header.Get("Content-Type") == "application/problem+json" && len(body) > 0 {
		if err := json.Unmarshal(body, &a.Problem); err != nil {
			t.Errorf("%s %s: the problem is not JSON: %v", request.Method, request.URL.Path, err)
		}
	}
	if a.Status >= http.StatusBadRequest {
		_, _ = s.refusals(t).Write(body)
	}
	return a
}

// get calls a path with a token; empty for none.
func (s *server) get(t testing.TB, path, token string) answer {
	t.Helper()
	return s.do(t, call{Path: path, Token: token})
}

// status calls a path with a token, empty for none, and returns the status
// alone, 0 where no answer came. Unlike get it may be called by any goroutine.
func (s *server) status(t testing.TB, path, token string) int {
	request, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
	if err != nil {
		t.Error(err)
		return 0
	}
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return 0
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.Copy(io.Discard, response.Body); err != nil {
		t.Error(err)
		return 0
	}
	return response.StatusCode
}
