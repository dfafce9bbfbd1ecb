package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/admin"
)

// askAdmin asks the operator's listener.
func (s *server) askAdmin(path, host string, header http.Header) (status int, body string, err error) {
	request, err := http.NewRequest(http.MethodGet, s.Admin+path, nil)
	if err != nil {
		return 0, "", err
	}
	request.Host, request.Header = host, header
	response, err := client.Do(request)
	if err != nil {
		return 0, "", err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), err
}

// tellsOperator is all that the listener tells, or nothing from a server that
// has stopped.
func (s *server) tellsOperator() string {
	_, metrics, _ := s.askAdmin("/metrics", "", http.Header{})
	_, status, _ := s.askAdmin("/status", "", http.Header{})
	_, _ = io.WriteString(written.Writer("the operator's listener"), metrics+status)
	return metrics + status
}

func (s *server) state(t testing.TB) (told admin.Status) {
	t.Helper()
	code, body, err := s.askAdmin("/status", "", http.Header{})
	if err != nil || code != http.StatusOK {
		t.Fatalf("/status answered %d (%v)", code, err)
	}
	if err := json.Unmarshal([]byte(body), &told); err != nil {
		t.Fatal(err)
	}
	return told
}

// metrics are the samples by their name and labels, as they are written.
func (s *server) metrics(t testing.TB) map[string]float64 {
	t.Helper()
	code, body, err := s.askAdmin("/metrics", "", http.Header{})
	if err != nil || code != http.StatusOK {
		t.Fatalf("/metrics answered %d (%v): %.300s", code, err, body)
	}
	samples := map[string]float64{}
	for line := range strings.Lines(body) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		at := strings.LastIndexByte(line, ' ')
		value, err := strconv.ParseFloat(strings.TrimSpace(line[at+1:]), 64)
		if err != nil {
			t.Fatalf("a sample is no number: %s", line)
		}
		samples[line[:at]] = value
	}
	return samples
}

// mustCome waits until the samples are as wanted: a request is counted when it
// has ended, which is after its answer.
func (s *server) mustCome(t testing.TB, want map[string]float64) {
	t.Helper()
	var wrong []string
	for deadline := time.Now().Add(10 * time.Second); time.Now().Before(deadline); time.Sleep(20 * time.Millisecond) {
		got := s.metrics(t)
		wrong = nil
		for name, value := range want {
			if is, there := got[name]; !there || is != value {
				wrong = append(wrong, name+" is "+strconv.FormatFloat(is, 'g', -1, 64)+", not "+strconv.FormatFloat(value, 'g', -1, 64))
			}
		}
		if wrong == nil {
			return
		}
	}
	t.Errorf("%s", strings.Join(wrong, "\n"))
}
