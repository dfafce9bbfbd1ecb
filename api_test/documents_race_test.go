package api_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/postern-dev/postern/collection"
)

// counter is a document that many change.
type counter struct {
	ID      string
	Version int64
	N       int
	By      string
}

// racing are collections in which callers step on each other's feet.
func racing(t testing.TB) []*collection.Collection {
	everybody := collection.Rule{Kind: collection.Authenticated}
	counters := &collection.Collection{
		Name: "counters", ID: collection.AnyID, Owned: true, Read: everybody, Create: everybody, Update: everybody, Delete: everybody,
		Schema: mustSchema(t, `{"type":"object","properties":{"n":{"type":"integer"},"by":{"type":"string"}}}`),
	}
	slugs := &collection.Collection{
		Name: "slugs", ID: collection.AnyID, Owned: true, Read: everybody, Create: everybody, Update: everybody, Delete: everybody,
		Schema: mustSchema(t, `{"type":"object","properties":{"slug":{"type":"string"},"mine":{"type":"string"}}}`),
		Unique: []collection.Unique{
			{Paths: []collection.Path{{"slug"}}},
			{PerOwner: true, Paths: []collection.Path{{"mine"}}},
		},
	}
	return []*collection.Collection{counters, slugs}
}

// races are what clients do at once.
var races = []struct {
	name string
	run  func(*testing.T, *server)
}{
	{"increments with If-Match", raceIncrements},
	{"writes without If-Match", raceBlindWrites},
	{"patches of different members", racePatches},
	{"the same idempotency key", raceTwins},
	{"different requests under one key", raceReusedKey},
	{"unique for all", raceUnique},
	{"unique for the owner", raceOwnUnique},
	{"unique by changes", raceUniqueChanges},
	{"the same id", raceID},
	{"deletes", raceDeletes},
	{"transfers between two documents", raceTransfers},
	{"batches in opposite order", raceOppositeBatches},
}

func TestDocumentsUnderRaces(t *testing.T) {
	t.Parallel()
	for _, db := range databases {
		t.Run(db.name, func(t *testing.T) {
			s := startCollections(t, racing(t), db.at(t), noRateLimit)
			for _, race := range races {
				t.Run(race.name, func(t *testing.T) { race.run(t, s) })
			}
		})
	}
}

func raceIncrements(t *testing.T, s *server) {
	const clients, each = 8, 6
	ada := signIn(s.Issuer, "ada")
	s.must(t, created, "PUT", "/counters/increments", ada, `{"n":0}`, "If-None-Match", "*")
	together(clients, func(i int) {
		for range each {
			s.increment(t, "/counters/increments", signIn(s.Issuer, fmt.Sprint("client-", i)))
		}
	})
	end := read[counter](t, s.must(t, ok, "GET", "/counters/increments", ada, ""))
	if end.N != clients*each || end.Version != clients*each+1 {
		t.Errorf("counted to %d in version %d, want %d in %d", end.N, end.Version, clients*each, clients*each+1)
	}
}

// increment reads, adds one and writes, until nobody was faster. The answer to
// a lost round is the document as it is, so that no further read is needed.
func (s *server) increment(t *testing.T, path, token string) {
	a := s.ask(t, "GET", path, token, "")
	now := read[counter](t, a)
	for range 1000 {
		tag := a.Header.Get("ETag")
		a = s.ask(t, "PUT", path, token, fmt.Sprintf(`{"n":%d}`, now.N+1), "If-Match", tag)
		if a.Status == ok {
			return
		}
		if a.Status != http.StatusPreconditionFailed {
			t.Errorf("increment answered %d: %s", a.Status, a.Body)
			return
		}
		now = read[struct{ Current counter }](t, a).Current
	}
	t.Error("a client never had its turn")
}

func raceBlindWrites(t *testing.T, s *server) {
	const clients, each = 12, 4
	ada := signIn(s.Issuer, "ada")
	s.must(t, created, "PUT", "/counters/blind", ada, `{"by":"nobody"}`, "If-None-Match", "*")
	byVersion := make([]counter, clients*each)
	together(clients, func(i int) {
		for n := range each {
			a := s.ask(t, "PUT", "/counters/blind", ada, fmt.Sprintf(`{"by":"%d of %d"}`, n, i))
			if a.Status != ok {
				t.Errorf("a write answered %d: %s", a.Status, a.Body)
			}
			byVersion[i*each+n] = read[counter](t, a)
		}
	})
	slices.SortFunc(byVersion, func(a, b counter) int { return int(a.Version - b.Version) })
	for i, c := range byVersion {
		if c.Version != int64(i)+2 {
			t.Fatalf("the versions have a gap: %v", byVersion)
		}
	}
	end := read[counter](t, s.must(t, ok, "GET", "/counters/blind", ada, ""))
	if last := byVersion[len(byVersion)-1]; end != last {
		t.Errorf("in the end there is %v, and the last write was %v", end, last)
	}
}

// racePatches: a merge patch is applied to the document as it is, so patches
// of different members lose nothing even without If-Match.
func racePatches(t *testing.T, s *server) {
	ada := signIn(s.Issuer, "ada")
	s.must(t, created, "PUT", "/counters/patched", ada, `{}`, "If-None-Match", "*")
	answers := crowdOf(32, func(i int) answer {
		return s.ask(t, "PATCH", "/counters/patched", ada, fmt.Sprintf(`{"m%d":%d}`, i, i))
	})
	end := read[map[string]any](t, s.must(t, ok, "GET", "/counters/patched", ada, ""))
	for i := range answers {
		if end[fmt.Sprint("m", i)] != float64(i) {
			t.Errorf("the patch %d, answered with %d, is lost: %v", i, answers[i].Status, end)
		}
	}
}

func raceTwins(t *testing.T, s *server) {
	ada := signIn(s.Issuer, "twin")
	answers := crowdOf(64, func(int) answer {
		return s.ask(t, "POST", "/counters", ada, `{"n":1}`, "Idempotency-Key", "the-same")
	})
	first := 0
	for _, a := range answers {
		if a.Header.Get("Idempotency-Replayed") != "true" {
			first++
		}
		if a.Status != created || a.Body != answers[0].Body || a.Header.Get("ETag") != answers[0].Header.Get("ETag") ||
			a.Header.Get("Location") != answers[0].Header.Get("Location") {
			t.Fatalf("answers differ: %d %s and %d %s", a.Status, a.Body, answers[0].Status, answers[0].Body)
		}
	}
	if first != 1 {
		t.Errorf("%d answers are not marked as replays, want 1", first)
	}
	made := read[map[string][]counter](t, s.must(t, ok, "GET", "/me/export", ada, ""))["counters"]
	if len(made) != 1 {
		t.Errorf("%d documents were made", len(made))
	}
}

func raceReusedKey(t *testing.T, s *server) {
	ada := signIn(s.Issuer, "reuser")
	answers := crowdOf(16, func(i int) answer {
		return s.ask(t, "POST", "/counters", ada, fmt.Sprintf(`{"n":%d}`, i), "Idempotency-Key", "for-many")
	})
	if !exactlyOne(answers, created, http.StatusUnprocessableEntity) {
		t.Errorf("the answers were %v", tally(answers))
	}
}

func raceID(t *testing.T, s *server) {
	answers := crowdOf(32, func(i int) answer {
		return s.ask(t, "PUT", "/counters/wanted", signIn(s.Issuer, fmt.Sprint("client-", i)), fmt.Sprintf(`{"n":%d}`, i), "If-None-Match", "*")
	})
	if !exactlyOne(answers, created, conflict) {
		t.Errorf("the answers were %v", tally(answers))
	}
	for _, a := range answers {
		if a.Status == conflict && (a.Problem.Code != "id_unavailable" || len(a.Problem.Errors) > 0 || strings.Contains(a.Body, "current")) {
			t.Errorf("the refusal says %s", a.Body)
		}
	}
}

// raceDeletes: one removes the document, all others find none; the id is free
// again, and a tag of the former document does not fit its successor.
func raceDeletes(t *testing.T, s *server) {
	ada := signIn(s.Issuer, "ada")
	before := s.must(t, created, "PUT", "/counters/gone", ada, `{"n":1}`, "If-None-Match", "*")
	answers := crowdOf(16, func(int) answer { return s.ask(t, "DELETE", "/counters/gone", ada, "") })
	if !exactlyOne(answers, http.StatusNoContent, http.StatusNotFound) {
		t.Errorf("the answers were %v", tally(answers))
	}
	s.must(t, created, "PUT", "/counters/gone", ada, `{"n":1}`, "If-None-Match", "*")
	s.must(t, http.StatusPreconditionFailed, "PUT", "/counters/gone", ada, `{"n":2}`, "If-Match", before.Header.Get("ETag"))
}
