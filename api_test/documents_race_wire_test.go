package api_test

import (
	"encoding/json"
	"io"
	"net/http"
	"sync"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store/pgtest"
)

// databases are those on which documents have to behave alike.
var databases = []struct {
	name string
	at   func(testing.TB) change
}{
	{"SQLite", onSQLite},
	{"PostgreSQL", onPostgreSQL()},
	{"PostgreSQL serializable", onPostgreSQL("default_transaction_isolation=serializable")},
}

// onPostgreSQL keeps the documents of one test in a database of their own.
func onPostgreSQL(settings ...string) func(testing.TB) change {
	return func(t testing.TB) change {
		url := pgtest.URL(t, settings...)
		return func(s *config.Settings) { s.DatabaseURL = url }
	}
}

// startAgain runs a server that trusts this issuer, with these collections, on
// the database that a change names. Stopped and started again, it finds what
// it wrote.
func startAgain(t testing.TB, issuer *authtest.Issuer, collections []*collection.Collection, changes ...change) *server {
	t.Helper()
	s := launchOptions(t, issuer, serve.Options{Collections: collections}, append(changes, noRateLimit)...)
	s.waitReady(t)
	return s
}

// mustStop stops the server before the test ends.
func (s *server) mustStop(t testing.TB) {
	t.Helper()
	if err := s.stop(); err != nil {
		t.Fatal(err)
	}
}

// signIn returns a token of the subject.
func signIn(issuer *authtest.Issuer, subject string) string {
	return issuer.Token(map[string]any{"sub": subject, "scope": "openid"})
}

// ask makes a call whose answer any goroutine may wait for: what goes wrong on
// the way is an error of the test, and the answer then has the status 0. The
// fields are names and values of the header.
func (s *server) ask(t testing.TB, method, path, token, body string, fields ...string) answer {
	request := s.request(t, call{Method: method, Path: "/api/v1" + path, Token: token, Body: body})
	if body != "" {
		request.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(fields); i += 2 {
		request.Header.Set(fields[i], fields[i+1])
	}
	response, err := client.Do(request)
	if err != nil {
		t.Error(err)
		return answer{}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		t.Error(err)
		return answer{}
	}
	a := answer{Status: response.StatusCode, Header: response.Header, Body: string(text)}
	if response.Header.Get("Content-Type") == "application/problem+json" && len(text) > 0 {
		if err := json.Unmarshal(text, &a.Problem); err != nil {
			t.Errorf("%s %s: the problem is not JSON: %v", method, path, err)
		}
	}
	s.mustKeepPromise(t, request, a)
	return a
}

// must makes a call that has to be answered with the status.
func (s *server) must(t testing.TB, status int, method, path, token, body string, fields ...string) answer {
	t.Helper()
	a := s.ask(t, method, path, token, body, fields...)
	if a.Status != status {
		t.Fatalf("%s %s %s answered %d, want %d: %s", method, path, body, a.Status, status, a.Body)
	}
	return a
}

// read decodes a body; what is no JSON is an error of the test.
func read[T any](t testing.TB, a answer) (value T) {
	if err := json.Unmarshal([]byte(a.Body), &value); err != nil {
		t.Errorf("%d %q: %v", a.Status, a.Body, err)
	}
	return value
}

// together runs work n times at once and waits for all.
func together(n int, work func(i int)) {
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { <-begin; work(i) })
	}
	close(begin)
	all.Wait()
}

// crowdOf collects the answers of n calls at once.
func crowdOf(n int, work func(i int) answer) []answer {
	answers := make([]answer, n)
	together(n, func(i int) { answers[i] = work(i) })
	return answers
}

// tally counts the statuses of answers.
func tally(answers []answer) map[int]int {
	counts := map[int]int{}
	for _, a := range answers {
		counts[a.Status]++
	}
	return counts
}

// exactlyOne tells whether one answer has the one status, and all others the
// other.
func exactlyOne(answers []answer, one, other int) bool {
	counts := tally(answers)
	return counts[one] == 1 && counts[other] == len(answers)-1
}

const created, ok, conflict = http.StatusCreated, http.StatusOK, http.StatusConflict
