package api_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/postern-dev/postern/auth/authtest"
	"github.com/postern-dev/postern/collection"
)

// leaf is a document of the lists that are walked: an order in which many are
// equal, null or missing.
type leaf struct {
	ID, Title string
	Rank      *float64
}

// leaves is their collection; ranks are of the type.
func leaves(t testing.TB, rank string, indexes ...collection.Index) []*collection.Collection {
	return []*collection.Collection{{
		Name: "leaves", ID: collection.AnyID, Owned: true, Read: owner, Create: owner, Update: owner, Delete: owner,
		Schema: mustSchema(t, `{"type":"object","properties":{"rank":{"type":["`+rank+`","null"]},"title":{"type":"string"},
			"note":{"type":"integer"},"done":{"type":"boolean"}}}`),
		Indexes: indexes,
	}}
}

// by declares an index such as -rank,title.
func by(keys string) (index collection.Index) {
	for _, key := range strings.Split(keys, ",") {
		name, desc := strings.CutPrefix(key, "-")
		index.Keys = append(index.Keys, collection.SortKey{Path: collection.ParsePath(name), Desc: desc})
	}
	return index
}

// walkedOrders are those that lists go along; the first ones have an index in one of
// the runs.
var walkedOrders = []string{"rank,-title", "-rank", "title,rank", "rank", "-title,-rank", "id", "-id"}

func TestListsAreStableUnderWrites(t *testing.T) {
	t.Parallel()
	for _, db := range databases[:2] {
		for name, indexes := range map[string][]collection.Index{
			"without an index": nil, "with indexes": {by(walkedOrders[0]), by(walkedOrders[1]), by(walkedOrders[2])},
		} {
			t.Run(db.name+" "+name, func(t *testing.T) {
				s := startCollections(t, leaves(t, "number", indexes...), db.at(t), noRateLimit)
				stableUnderWrites(t, s)
			})
		}
	}
}

func stableUnderWrites(t *testing.T, s *server) {
	ada := signIn(s.Issuer, "ada")
	stable := plantLeaves(t, s, ada, 60)
	end := make(chan struct{})
	var others sync.WaitGroup
	others.Go(func() { s.disturb(t, ada, stable, end) })
	for _, order := range walkedOrders {
		want := inOrder(stable, order)
		pages := s.pages(t, ada, "sort="+order+"&limit=7", "next", "")
		mustHoldOnce(t, order+" forth", pages, want)
		last := pages[len(pages)-1]
		back := s.pages(t, ada, "sort="+order+"&limit=7", "prev", last.cursor)
		slices.Reverse(back)
		mustHoldOnce(t, order+" and back", append(back, last), want)
	}
	close(end)
	others.Wait()
}

// plantLeaves makes documents whose order nobody changes.
func plantLeaves(t *testing.T, s *server, token string, n int) (stable []leaf) {
	random := rand.New(rand.NewPCG(7, 7))
	var requests []string
	for i := range n {
		l := leaf{ID: fmt.Sprintf("s%02d", (i*37)%n), Title: []string{"", "a", "b", "é"}[random.IntN(4)]}
		members := []string{`"done":false`}
		switch pick := random.IntN(6); {
		case pick == 0:
			members = append(members, `"rank":null`)
		case pick > 1:
			rank := float64(random.IntN(4)) - 1.5
			l.Rank = &rank
			members = append(members, fmt.Sprintf(`"rank":%v`, rank))
		}
		if l.Title != "" {
			members = append(members, fmt.Sprintf(`"title":%q`, l.Title))
		}
		stable = append(stable, l)
		requests = append(requests, fmt.Sprintf(`{"method":"PUT","path":"/leaves/%s","headers":{"If-None-Match":"*"},"body":{%s}}`, l.ID, strings.Join(members, ",")))
	}
	s.must(t, ok, "POST", "/batch", token, `{"requests":[`+strings.Join(requests, ",")+`]}`)
	return stable
}

// disturb inserts, moves and deletes documents, and changes members of the
// stable ones that no list is sorted by.
func (s *server) disturb(t *testing.T, token string, stable []leaf, end chan struct{}) {
	random := rand.New(rand.NewPCG(9, 9))
	for i := 0; ; i++ {
		select {
		case <-end:
			return
		default:
		}
		id := fmt.Sprintf("/leaves/%c%d", "atz"[random.IntN(3)], random.IntN(20))
		body := fmt.Sprintf(`{"rank":%d,"title":"%c"}`, random.IntN(4)-1, "abé"[random.IntN(2)])
		var a answer
		switch random.IntN(4) {
		case 0:
			a = s.ask(t, "PUT", id, token, body, "If-None-Match", "*")
		case 1:
			a = s.ask(t, "PATCH", id, token, body)
		case 2:
			a = s.ask(t, "DELETE", id, token, "")
		case 3:
			a = s.ask(t, "PATCH", "/leaves/"+stable[random.IntN(len(stable))].ID, token, fmt.Sprintf(`{"note":%d}`, i))
		}
		if a.Status >= 500 || a.Status == 0 {
			t.Errorf("a write answered %d: %s", a.Status, a.Body)
		}
	}
}

// leafPage is one page and the cursor that led back from it.
type leafPage struct {
	items  []leaf
	cursor string
}

// pages follows one direction to its end.
func (s *server) pages(t *testing.T, token, query, direction, cursor string) (pages []leafPage) {
	for direction == "next" || cursor != "" {
		path := "/leaves?" + query
		if cursor != "" {
			path += "&cursor=" + cursor
		}
		a := s.must(t, ok, "GET", path, token, "")
		page := read[struct {
			Items []leaf
			Page  struct{ Next, Prev string }
		}](t, a)
		pages = append(pages, leafPage{page.Items, page.Page.Prev})
		if cursor = page.Page.Next; direction == "prev" {
			cursor = page.Page.Prev
		}
		if cursor == "" || len(pages) > 100 {
			break
		}
	}
	return pages
}

// mustHoldOnce fails unless the stable documents are there once each, in their
// order.
func mustHoldOnce(t *testing.T, name string, pages []leafPage, want []string) {
	t.Helper()
	var got []string
	for _, page := range pages {
		for _, l := range page.items {
			if l.ID[0] == 's' {
				got = append(got, l.ID)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s: got %d documents\n%v\nwant %d\n%v", name, len(got), got, len(want), want)
	}
}

// inOrder sorts by hand: null and missing lowest, ids last, in the direction
// of the last key.
func inOrder(list []leaf, order string) (ids []string) {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b leaf) int {
		sign := 1
		for _, key := range strings.Split(order, ",") {
			name, desc := strings.CutPrefix(key, "-")
			if sign = 1; desc {
				sign = -1
			}
			if c := compareLeaves(a, b, name); c != 0 {
				return sign * c
			}
		}
		return sign * cmp.Compare(a.ID, b.ID)
	})
	for _, l := range list {
		ids = append(ids, l.ID)
	}
	return ids
}

func compareLeaves(a, b leaf, name string) int {
	switch name {
	case "title":
		return cmp.Compare(a.Title, b.Title)
	case "rank":
		value := func(l leaf) float64 {
			if l.Rank == nil {
				return -1e9
			}
			return *l.Rank
		}
		return cmp.Compare(value(a), value(b))
	}
	return cmp.Compare(a.ID, b.ID)
}

// TestACursorAfterTheDeclarationChanged: a new index changes nothing for a
// list that is being walked; another type of the member that it is sorted by
// ends the walk with an error that says so.
func TestACursorAfterTheDeclarationChanged(t *testing.T) {
	t.Parallel()
	for _, db := range databases[:2] {
		t.Run(db.name, func(t *testing.T) {
			at, issuer := db.at(t), authtest.NewIssuer(t)
			ada := signIn(issuer, "ada")
			s := startAgain(t, issuer, leaves(t, "number", by("rank")), at)
			want := inOrder(plantLeaves(t, s, ada, 30), "-rank")
			cursor := read[shownPage](t, s.must(t, ok, "GET", "/leaves?sort=-rank&limit=10", ada, "")).Page.Next
			for _, indexes := range [][]collection.Index{{by("-rank,title")}, nil, {by("rank")}} {
				s.mustStop(t)
				s = startAgain(t, issuer, leaves(t, "number", indexes...), at)
				mustHoldOnce(t, "after the change", s.pages(t, ada, "sort=-rank&limit=10", "next", cursor), want[10:])
			}
			s.mustStop(t)
			s = startAgain(t, issuer, leaves(t, "string", by("rank")), at)
			a := s.must(t, 400, "GET", "/leaves?sort=-rank&limit=10&cursor="+cursor, ada, "")
			if a.Problem.Code != "cursor_invalid" || !strings.Contains(a.Problem.Detail, "schema changed") {
				t.Errorf("the refusal says %s", a.Body)
			}
		})
	}
}
