package api_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/postern-dev/postern/store/pgtest"
)

// Whichever server a client is sent to, it goes on there with what another one
// gave it.
func TestServersStandInForEachOther(t *testing.T) {
	f := startFleet(t, 2, pgtest.URL(t), sharedItems)
	one, other := f.servers[0], f.servers[1]
	ada := signIn(f.issuer, "ada")

	for n := range 20 {
		body, key := fmt.Sprintf(`{"n":%d}`, n), fmt.Sprintf("key-%d", n)
		answers := make([]answer, 8)
		var senders sync.WaitGroup
		for i := range answers {
			senders.Go(func() {
				for answers[i].Status == 0 || answers[i].Status == 409 { // its twin is being written
					answers[i] = f.servers[i%2].ask(t, "POST", "/items", ada, body, "Idempotency-Key", key)
				}
			})
		}
		senders.Wait()
		for _, a := range answers {
			if a.Status != 201 || a.Body != answers[0].Body {
				t.Errorf("twins got %d %s and %d %s", answers[0].Status, answers[0].Body, a.Status, a.Body)
			}
		}
	}

	type page struct {
		Items []struct{ N int }
		Page  struct{ Next, Changes string }
	}
	first := read[page](t, one.must(t, 200, "GET", "/items?limit=5", ada, ""))
	seen := map[int]bool{}
	for at, n := first, 0; ; n++ {
		for _, item := range at.Items {
			if seen[item.N] {
				t.Errorf("%d came twice", item.N)
			}
			seen[item.N] = true
		}
		if at.Page.Next == "" {
			break
		}
		at = read[page](t, f.servers[(n+1)%2].must(t, 200, "GET", "/items?limit=5&cursor="+url.QueryEscape(at.Page.Next), ada, ""))
	}
	if len(seen) != 20 {
		t.Errorf("%d documents, want 20", len(seen))
	}

	one.must(t, 201, "POST", "/items", ada, `{"n":100}`)
	told := other.must(t, 200, "GET", "/items/changes?wait=10&since="+url.QueryEscape(first.Page.Changes), ada, "")
	if !strings.Contains(told.Body, `"n":100`) {
		t.Errorf("the other server told %s", told.Body)
	}

	made := read[struct{ ID string }](t, one.must(t, 201, "POST", "/items", ada, `{"n":1000}`))
	for n := range 20 { // a write of one is there for who asks the other, at once
		f.servers[n%2].must(t, 200, "PATCH", "/items/"+made.ID, ada, fmt.Sprintf(`{"n":%d}`, n), "Content-Type", "application/merge-patch+json")
		a := f.servers[(n+1)%2].must(t, 200, "GET", "/items/"+made.ID, ada, "")
		if got := read[struct{ N int }](t, a).N; got != n {
			t.Errorf("the other server has %d, want %d", got, n)
		}
	}
}
