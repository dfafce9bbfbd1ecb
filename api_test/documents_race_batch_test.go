package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// mustNameTaken fails unless every conflict is a taken unique whose member is
// named.
func mustNameTaken(t *testing.T, answers []answer, pointer string) {
	t.Helper()
	for _, a := range answers {
		if a.Status != conflict {
			continue
		}
		if a.Problem.Code != "unique_taken" || len(a.Problem.Errors) != 1 || a.Problem.Errors[0].Pointer != pointer {
			t.Errorf("the refusal says %s", a.Body)
		}
	}
}

func raceUnique(t *testing.T, s *server) {
	answers := crowdOf(32, func(i int) answer {
		return s.ask(t, "POST", "/slugs", signIn(s.Issuer, fmt.Sprint("client-", i)), `{"slug":"home"}`)
	})
	if !exactlyOne(answers, created, conflict) {
		t.Errorf("the answers were %v", tally(answers))
	}
	mustNameTaken(t, answers, "/slug")
}

func raceOwnUnique(t *testing.T, s *server) {
	people := []string{signIn(s.Issuer, "one"), signIn(s.Issuer, "other")}
	answers := crowdOf(32, func(i int) answer { return s.ask(t, "POST", "/slugs", people[i%2], `{"mine":"home"}`) })
	mine, yours := []answer{}, []answer{}
	for i, a := range answers {
		if i%2 == 0 {
			mine = append(mine, a)
		} else {
			yours = append(yours, a)
		}
	}
	if !exactlyOne(mine, created, conflict) || !exactlyOne(yours, created, conflict) {
		t.Errorf("the answers were %v and %v", tally(mine), tally(yours))
	}
	mustNameTaken(t, answers, "/mine")
}

// raceUniqueChanges: a value that many want by a change goes to one, and comes
// free with it.
func raceUniqueChanges(t *testing.T, s *server) {
	ada := signIn(s.Issuer, "changer")
	for i := range 16 {
		s.must(t, created, "PUT", fmt.Sprint("/slugs/changed", i), ada, `{}`, "If-None-Match", "*")
	}
	answers := crowdOf(16, func(i int) answer {
		return s.ask(t, "PATCH", fmt.Sprint("/slugs/changed", i), ada, `{"slug":"wanted"}`)
	})
	if !exactlyOne(answers, ok, conflict) {
		t.Errorf("the answers were %v", tally(answers))
	}
	mustNameTaken(t, answers, "/slug")
	for i, a := range answers {
		if a.Status == ok {
			s.must(t, ok, "PATCH", fmt.Sprint("/slugs/changed", i), ada, `{"slug":null}`)
		}
	}
	s.must(t, created, "POST", "/slugs", ada, `{"slug":"wanted"}`)
}

// pair reads two documents at one moment.
func (s *server) pair(t *testing.T, token string) []counter {
	a := s.ask(t, "GET", "/counters?filter[by][startsWith]=pair", token, "")
	return read[struct{ Items []counter }](t, a).Items
}

// raceTransfers moves ones between two counters, by batches that name the
// versions they saw and go through the two in either order. Nobody ever sees
// another sum.
func raceTransfers(t *testing.T, s *server) {
	const clients, each, sum = 6, 5, 1000
	ada := signIn(s.Issuer, "ada")
	for _, name := range []string{"left", "right"} {
		s.must(t, created, "PUT", "/counters/"+name, ada, fmt.Sprintf(`{"n":%d,"by":"pair"}`, sum/2), "If-None-Match", "*")
	}
	together(clients, func(i int) {
		for done := 0; done < each; {
			done += s.transfer(t, ada, i%2 == 0, sum)
		}
	})
	end := s.pair(t, ada)
	if len(end) != 2 || end[0].N+end[1].N != sum || end[0].Version != clients*each+1 || end[1].Version != clients*each+1 {
		t.Errorf("in the end there are %v", end)
	}
	for _, name := range []string{"left", "right"} {
		s.must(t, http.StatusNoContent, "DELETE", "/counters/"+name, ada, "")
	}
}

// transfer tries once, and returns 1 where nobody was faster or where it
// failed for good.
func (s *server) transfer(t *testing.T, token string, turned bool, sum int) int {
	list := s.ask(t, "GET", "/counters?filter[by]=pair&include=can", token, "")
	both := read[struct{ Items []counter }](t, list).Items
	if len(both) != 2 || both[0].N+both[1].N != sum {
		t.Errorf("the sum is torn: %s", list.Body)
		return 1
	}
	requests := []string{step(both[0], both[0].N-1), step(both[1], both[1].N+1)}
	if turned {
		requests = []string{step(both[1], both[1].N-1), step(both[0], both[0].N+1)}
	}
	a := s.ask(t, "POST", "/batch", token, `{"requests":[`+strings.Join(requests, ",")+`]}`)
	switch a.Status {
	case ok:
		return 1
	case conflict, http.StatusPreconditionFailed:
		return 0
	}
	t.Errorf("a transfer answered %d: %s", a.Status, a.Body)
	return 1
}

// step sets a counter if it is still at the version that was seen: a JSON
// patch that tests it first.
func step(c counter, n int) string {
	return fmt.Sprintf(`{"method":"PATCH","path":"/counters/%s","headers":{"Content-Type":"application/json-patch+json"},`+
		`"body":[{"op":"test","path":"/version","value":%d},{"op":"replace","path":"/n","value":%d}]}`, c.ID, c.Version, n)
}

// raceOppositeBatches writes two documents in either order, whatever is there.
// Each of them locks what the other one wants.
func raceOppositeBatches(t *testing.T, s *server) {
	const clients, each = 8, 5
	ada := signIn(s.Issuer, "ada")
	names := []string{"here", "there"}
	for _, name := range names {
		s.must(t, created, "PUT", "/counters/"+name, ada, `{"n":0,"by":"pair"}`, "If-None-Match", "*")
	}
	together(clients, func(i int) {
		for n := range each {
			first, second := names[i%2], names[1-i%2]
			put := `{"method":"PUT","path":"/counters/%s","body":{"n":%d,"by":"pair"}}`
			value := 1 + i*each + n
			a := s.ask(t, "POST", "/batch", ada, fmt.Sprintf(`{"requests":[`+put+`,`+put+`]}`, first, value, second, value))
			if a.Status != ok {
				t.Errorf("a batch answered %d: %s", a.Status, a.Body)
			}
			if seen := s.pair(t, ada); len(seen) != 2 || seen[0].N != seen[1].N || seen[0].Version != seen[1].Version {
				t.Errorf("a batch is torn: %v", seen)
			}
		}
	})
	if end := s.pair(t, ada); len(end) != 2 || end[0].Version != clients*each+1 || end[1].Version != clients*each+1 {
		t.Errorf("in the end there are %v", end)
	}
}
