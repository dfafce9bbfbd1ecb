package api_test

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"
)

// exchange is what came back for bytes that no HTTP library would send.
type exchange struct {
	Answers []answer
	Closed  bool // by the server
}

// raw sends the text as it is and reads all answers that come.
func (s *server) raw(t testing.TB, text string) exchange {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(s.URL, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
	var x exchange
	method, _, _ := strings.Cut(text, " ")
	reader := bufio.NewReader(conn)
	for patience := time.Minute; ; patience = 300 * time.Millisecond {
		_ = conn.SetReadDeadline(time.Now().Add(patience))
		a, err := readAnswer(reader, method)
		if err != nil {
			x.Closed = !errors.Is(err, os.ErrDeadlineExceeded)
			return x
		}
		x.Answers = append(x.Answers, a)
		method = http.MethodGet // what follows in these tests
	}
}

func readAnswer(from *bufio.Reader, method string) (answer, error) {
	response, err := http.ReadResponse(from, &http.Request{Method: method})
	if err != nil {
		return answer{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if response.Close {
		response.Header.Set("Connection", "close") // ReadResponse moves it out
	}
	return answer{Status: response.StatusCode, Header: response.Header, Body: string(body)}, err
}
