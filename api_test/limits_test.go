package api_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/config"
)

func TestABodyIsBounded(t *testing.T) {
	t.Parallel()
	const most = 1000
	s := start(t, func(s *config.Settings) { s.MaxBody = most })
	body := func(size int) string { return `"` + strings.Repeat("x", size-2) + `"` }
	for _, tt := range []struct {
		name   string
		call   call
		status int
	}{
		{"as much as is allowed", call{Path: "/trial/echo", Body: body(most)}, 200},
		{"as much as is allowed, chunked", call{Path: "/trial/echo", Body: body(most), Chunked: true}, 200},
		{"a byte more", call{Path: "/trial/echo", Body: body(most + 1)}, 413},
		{"a byte more, chunked", call{Path: "/trial/echo", Body: body(most + 1), Chunked: true}, 413},
		{"ten megabytes", call{Path: "/trial/echo", Body: body(10 << 20)}, 413},
		{"ten megabytes, chunked", call{Path: "/trial/echo", Body: body(10 << 20), Chunked: true}, 413},
		{"a byte more for no route", call{Path: "/nowhere", Body: body(most + 1)}, 413},
		{"a byte more with a method that is not there", call{Path: "/api/v1/me", Body: body(most + 1)}, 413},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.call.Method = "POST"
			a := s.do(t, tt.call.with("Content-Type", "application/json").with("Origin", app))
			if a.Status != tt.status {
				t.Errorf("got %d %.200s, want %d", a.Status, a.Body, tt.status)
			}
			mustBeReadable(t, a)
		})
	}
}

func TestADeclaredBodyIsRefusedBeforeItComes(t *testing.T) {
	t.Parallel()
	s := start(t)
	x := s.raw(t, "POST /trial/echo HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100000000\r\n\r\n")
	if len(x.Answers) != 1 || x.Answers[0].Status != http.StatusRequestEntityTooLarge {
		t.Fatalf("got %v, want one 413", x.Answers)
	}
	if x.Answers[0].Header.Get("Connection") != "close" {
		t.Error("the connection goes on, where the body would be taken for the next request")
	}
}

func TestOnlyJSONInUTF8IsRead(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit)
	for _, tt := range []struct {
		kinds, encodings []string
		status           int
	}{
		{[]string{"application/json"}, nil, 200},
		{[]string{"application/json; charset=utf-8"}, nil, 200},
		{[]string{"application/json;charset=UTF-8"}, nil, 200},
		{[]string{`application/json; charset="utf-8"`}, nil, 200},
		{[]string{"Application/JSON"}, nil, 200},
		{[]string{"application/json; profile=x"}, nil, 200},
		{nil, nil, 415},
		{[]string{""}, nil, 415},
		{[]string{"text/plain"}, nil, 415},
		{[]string{"text/json"}, nil, 415},
		{[]string{"text/html"}, nil, 415},
		{[]string{"application/x-www-form-urlencoded"}, nil, 415},
		{[]string{"multipart/form-data; boundary=x"}, nil, 415},
		{[]string{"application/xml"}, nil, 415},
		{[]string{"application/yaml"}, nil, 415},
		{[]string{"application/octet-stream"}, nil, 415},
		{[]string{"application/problem+json"}, nil, 415},
		{[]string{"application/merge-patch+json"}, nil, 415},
		{[]string{"application/jsonp"}, nil, 415},
		{[]string{"application/json5"}, nil, 415},
		{[]string{"application/*"}, nil, 415},
		{[]string{"*/*"}, nil, 415},
		{[]string{"json"}, nil, 415},
		{[]string{"application/json, text/plain"}, nil, 415},
		{[]string{"application/json", "text/plain"}, nil, 415},
		{[]string{"application/json", "application/json"}, nil, 415},
		{[]string{"application/json; charset=utf-16"}, nil, 415},
		{[]string{"application/json; charset=iso-8859-1"}, nil, 415},
		{[]string{"application/json; charset="}, nil, 415},
		{[]string{"application/json; charset"}, nil, 415},
		{[]string{"application/json; charset=utf-8; charset=utf-16"}, nil, 415},
		{[]string{"application/json"}, []string{"gzip"}, 415},
		{[]string{"application/json"}, []string{"br"}, 415},
		{[]string{"application/json"}, []string{"identity"}, 415},
		{[]string{"application/json"}, []string{""}, 415},
	} {
		t.Run(fmt.Sprintf("%q encoded %q is a %d", tt.kinds, tt.encodings, tt.status), func(t *testing.T) {
			header := http.Header{"Content-Type": tt.kinds, "Content-Encoding": tt.encodings}
			for _, chunked := range []bool{false, true} {
				a := s.do(t, call{Method: "POST", Path: "/trial/echo", Header: header, Body: "{}", Chunked: chunked})
				if a.Status != tt.status {
					t.Errorf("chunked %v: got %d %s", chunked, a.Status, a.Body)
				}
			}
		})
	}
	t.Run("no body needs no type", func(t *testing.T) {
		if a := s.do(t, call{Method: "POST", Path: "/trial/echo"}); a.Status != http.StatusOK {
			t.Errorf("got %d %s", a.Status, a.Body)
		}
	})
}

func TestAHeaderIsBounded(t *testing.T) {
	t.Parallel()
	s := start(t)
	for _, tt := range []struct {
		name   string
		header http.Header
		query  int
		status int
	}{
		{"30 KiB in one field", http.Header{"X-Large": {strings.Repeat("x", 30<<10)}}, 0, 200},
		{"33 KiB in one field", http.Header{"X-Large": {strings.Repeat("x", 33<<10)}}, 0, 431},
		{"33 KiB in a cookie", http.Header{"Cookie": {"a=" + strings.Repeat("x", 33<<10)}}, 0, 431},
		{"60 KiB in one field", http.Header{"X-Large": {strings.Repeat("x", 60<<10)}}, 0, 431},
		{"4,000 small fields", manyFields(4000), 0, 431},
		{"30 KiB in the address", nil, 30 << 10, 200},
		{"33 KiB in the address", nil, 33 << 10, 431},
		{"16 KiB in each", http.Header{"X-Large": {strings.Repeat("x", 17<<10)}}, 17 << 10, 431},
	} {
		t.Run(tt.name, func(t *testing.T) {
			c := call{Path: "/api/messages/public?q=" + strings.Repeat("x", tt.query), Header: tt.header}
			a := s.do(t, c.with("Origin", app))
			if a.Status != tt.status {
				t.Errorf("got %d %s", a.Status, a.Body)
			}
			mustBeReadable(t, a)
		})
	}
	t.Run("100,000 brackets in a token are refused before they are read", func(t *testing.T) {
		token := nested("[", 100_000)(s.Issuer).Token
		request, err := http.NewRequest(http.MethodGet, s.URL+"/api/v1/me", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+token)
		response, err := client.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		// It is net/http that refuses: of ours the answer would have an id.
		if id := response.Header.Get("X-Request-Id"); response.StatusCode != http.StatusRequestHeaderFieldsTooLarge || id != "" {
			t.Errorf("got %d with the id %q, want 431 without one", response.StatusCode, id)
		}
	})
}

func manyFields(n int) http.Header {
	header := http.Header{}
	for i := range n {
		header["X-"+strconv.Itoa(i)] = []string{"x"}
	}
	return header
}

func TestAnOverloadedServerRefusesAtOnceAndLives(t *testing.T) {
	t.Parallel()
	s := busy(t)
	for _, path := range []string{"/api/messages/public", "/api/v1/me", "/openapi.json", "/trial/error"} {
		a := s.get(t, path, "")
		if a.Status != http.StatusServiceUnavailable || a.Problem.Code != "overloaded" || a.Header.Get("Retry-After") != "1" {
			t.Errorf("%s: got %d %s", path, a.Status, a.Body)
		}
		// The server does not fail, so nothing is written at once for each of thousands.
		if line := s.log.request(t, a.Header.Get("X-Request-Id")); line["level"] != "INFO" || line["code"] != "overloaded" {
			t.Errorf("%s: the log has %v", path, line)
		}
	}
	for _, path := range []string{"/healthz", "/readyz"} {
		if a := s.get(t, path, ""); a.Status != http.StatusOK {
			t.Errorf("%s: got %d, want 200", path, a.Status)
		}
	}
}

func TestAPlaceInHandIsFreeAgain(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit, func(s *config.Settings) { s.MaxInFlight = 1 })
	for _, path := range []string{"/trial/error", "/trial/panic", "/api/v1/me", "/problems/none", "/trial/wait"} {
		for range 3 {
			if a := s.get(t, path, ""); a.Problem.Code == "overloaded" {
				t.Errorf("%s: refused though nothing else is in hand", path)
			}
		}
	}
}

func TestARequestHasOnlySoMuchTime(t *testing.T) {
	t.Parallel()
	s := start(t, func(s *config.Settings) { s.RequestTimeout = 100 * time.Millisecond })
	began := time.Now()
	a := s.get(t, "/trial/slow", "")
	if a.Status != http.StatusServiceUnavailable || a.Problem.Code != "timed_out" || a.Header.Get("Retry-After") != "1" {
		t.Errorf("got %d %s", a.Status, a.Body)
	}
	if took := time.Since(began); took < 100*time.Millisecond || took > 5*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestManyAtOnceAllGetAnAnswer(t *testing.T) {
	t.Parallel()
	s := start(t, noRateLimit, func(s *config.Settings) { s.MaxInFlight = 4 })
	var clients sync.WaitGroup
	counts := make([]map[int]int, 16)
	for i := range counts {
		counts[i] = map[int]int{}
		clients.Go(func() {
			for range 3 {
				counts[i][s.status(t, "/trial/wait", "")]++
			}
		})
	}
	clients.Wait()
	total := map[int]int{}
	for _, count := range counts {
		for status, n := range count {
			total[status] += n
		}
	}
	if total[200]+total[503] != 48 || total[200] < 4 || total[503] == 0 {
		t.Errorf("the answers were %v, want 48, at least 4 of them 200 and some 503", total)
	}
}
