package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/collection"
)

// kept is what has to be the same before and after a restart.
type kept struct {
	path, tag, body string
}

func TestARestartLosesNothing(t *testing.T) {
	t.Parallel()
	for _, db := range databases[:2] {
		t.Run(db.name, func(t *testing.T) { restart(t, db.at(t)) })
	}
}

func restart(t *testing.T, at change) {
	declared := func() []*collection.Collection { return []*collection.Collection{notes(t), tasks(t)} }
	issuer := authtest.NewIssuer(t)
	ada := signIn(issuer, "ada")
	s := startAgain(t, issuer, declared(), at)
	before := s.fill(t, ada)
	cursor := read[shownPage](t, s.must(t, ok, "GET", "/notes?sort=title&limit=5", ada, "")).Page.Next
	rest := read[shownPage](t, s.must(t, ok, "GET", "/notes?sort=title&limit=5&cursor="+cursor, ada, "")).Items
	once := []string{"Idempotency-Key", "before-the-restart"}
	first := s.must(t, created, "POST", "/notes", ada, `{"title":"zz once"}`, once...)
	batch := s.must(t, ok, "POST", "/batch", ada, `{"requests":[{"method":"POST","path":"/notes","body":{"title":"zz batch"}}]}`, once...)

	s.mustStop(t)
	s = startAgain(t, issuer, declared(), at)

	for _, k := range before {
		a := s.ask(t, "GET", k.path, ada, "")
		if a.Status != ok && k.body != "" || a.Body != k.body && k.body != "" || a.Header.Get("ETag") != k.tag {
			t.Errorf("%s was %s %s and is %d %s %s", k.path, k.tag, k.body, a.Status, a.Header.Get("ETag"), a.Body)
		}
		if k.body == "" && a.Status != http.StatusNotFound {
			t.Errorf("%s was deleted and answers %d", k.path, a.Status)
		}
	}
	after := read[shownPage](t, s.must(t, ok, "GET", "/notes?sort=title&limit=5&cursor="+cursor, ada, "")).Items
	if !slices.Equal(after, rest) || len(after) != 5 {
		t.Errorf("the cursor led to %v and leads to %v", rest, after)
	}
	again := s.must(t, created, "POST", "/notes", ada, `{"title":"zz once"}`, once...)
	if again.Body != first.Body || again.Header.Get("Idempotency-Replayed") != "true" || again.Header.Get("ETag") != first.Header.Get("ETag") {
		t.Errorf("the replay is %s, and the first answer was %s", again.Body, first.Body)
	}
	if a := s.must(t, ok, "POST", "/batch", ada, `{"requests":[{"method":"POST","path":"/notes","body":{"title":"zz batch"}}]}`, once...); a.Body != batch.Body {
		t.Errorf("the replay of the batch is %s, and the first answer was %s", a.Body, batch.Body)
	}
	s.must(t, http.StatusUnprocessableEntity, "POST", "/notes", ada, `{"title":"other"}`, once...)
	s.must(t, conflict, "POST", "/notes", ada, `{"title":"x","slug":"s3"}`)
	s.must(t, http.StatusNotFound, "GET", before[0].path, signIn(issuer, "bob"), "")
}

// fill writes in every way, and says what has to be there.
func (s *server) fill(t *testing.T, token string) (list []kept) {
	keep := func(a answer) { list = append(list, kept{placeOf(t, a), a.Header.Get("ETag"), a.Body}) }
	for i := range 12 {
		keep(s.must(t, created, "POST", "/notes", token, fmt.Sprintf(`{"title":"t%02d","slug":"s%d","priority":%d.50}`, i, i, i)))
	}
	put := func(i int, a answer) { list[i].tag, list[i].body = a.Header.Get("ETag"), a.Body }
	put(0, s.must(t, ok, "PUT", list[0].path, token, `{"title":"t00","priority":12345678901234567890.10}`))
	put(1, s.must(t, ok, "PATCH", list[1].path, token, `{"slug":null,"tags":["é","\u2028"]}`))
	put(2, s.must(t, ok, "PATCH", list[2].path, token, `{"due":"2026-01-01T00:00:00+02:00"}`, "If-Match", list[2].tag))
	s.must(t, http.StatusNoContent, "DELETE", list[11].path, token, "")
	list[11].tag, list[11].body = "", ""
	keep(s.must(t, created, "PUT", "/tasks/mine", token, `{"title":"x","editors":["bob"]}`, "If-None-Match", "*"))
	return list
}

// placeOf is where a document is, without the prefix that all have.
func placeOf(t *testing.T, a answer) string {
	t.Helper()
	location := a.Header.Get("Location")
	if len(location) < len("/api/v1") {
		t.Fatalf("no Location: %d %s", a.Status, a.Body)
	}
	return location[len("/api/v1"):]
}
