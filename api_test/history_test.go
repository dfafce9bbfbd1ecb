package api_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/postern-dev/postern/store/pgtest"
)

// sharedItems is a collection that everybody reads, so that each follower is owed
// every change.
const sharedItems = `
collections:
  items:
    schema:
      type: object
      required: [n]
      properties: {n: {type: integer}}
    owner: true
    read: authenticated
    write: owner
`

// TestFollowersEndWithTheWritersHistory kills servers while writers write and
// followers drop and come back. POSTERN_TEST_CHANGES asks for more changes than
// the short form makes.
func TestFollowersEndWithTheWritersHistory(t *testing.T) {
	changes := 5000
	if text := os.Getenv("POSTERN_TEST_CHANGES"); text != "" {
		var err error
		if changes, err = strconv.Atoi(text); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("SQLite, one server", func(t *testing.T) {
		checkHistory(t, startFleet(t, 1, "sqlite:"+t.TempDir()+"/postern.db", sharedItems), changes, killServers)
	})
	t.Run("PostgreSQL, two servers", func(t *testing.T) {
		checkHistory(t, startFleet(t, 2, pgtest.DurableURL(t), sharedItems), changes, killServers)
	})
}

const writers, followers = 8, 6

// checkHistory has writers make so many changes while something disturbs them,
// and followers follow.
func checkHistory(t *testing.T, f *fleet, changes int, disturb func(*testing.T, *history, *fleet, <-chan struct{})) {
	begin := f.servers[0].beginning(t, "items", signIn(f.issuer, "reader"))
	h := &history{wanted: changes, due: max(changes/8, 600)}
	h.next.Store(int64(h.due))
	var writing, following sync.WaitGroup
	list := make([]*follower, followers)
	for i := range list {
		list[i] = &follower{fleet: f, token: signIn(f.issuer, "reader"), position: begin, seen: map[string][]string{}, last: map[string]int64{}}
		following.Go(func() { list[i].run(t) })
	}
	logs := make([]map[string][]string, writers)
	for i := range logs {
		w := &writer{fleet: f, history: h, name: strconv.Itoa(i), token: signIn(f.issuer, "writer"+strconv.Itoa(i)), wrote: map[string][]string{}}
		logs[i] = w.wrote
		writing.Go(func() { w.run(t) })
	}
	written := make(chan struct{})
	var disturbing sync.WaitGroup
	disturbing.Go(func() { disturb(t, h, f, written) })
	writing.Wait()
	close(written)
	disturbing.Wait()
	last := &writer{fleet: f, history: h, name: "last", token: signIn(f.issuer, "writer"), wrote: map[string][]string{}}
	last.write(t, "POST", "", `{"n":-1}`)
	following.Wait()
	missed, repeated, returned := 0, 0, 0
	for _, f := range list {
		repeated += f.repeated
		returned += f.returned
		for _, log := range logs {
			for id, wrote := range log {
				if got := f.seen[id]; !slices.Equal(got, wrote) {
					missed++
					t.Errorf("%s was\n%v, and a follower saw\n%v", id, wrote, got)
				}
			}
		}
	}
	if repeated > 0 {
		t.Errorf("%d changes came again", repeated)
	}
	t.Logf("%d changes, %d followers: %d documents with a wrong history, %d repeated; %d times a follower came back, %d writes sent again",
		h.made.Load(), followers, missed, repeated, returned, h.again.Load())
	for i, log := range logs {
		mustBeStored(t, f.servers[i%len(f.servers)], signIn(f.issuer, "reader"), log)
	}
}

// mustBeStored looks whether each document is what its last write made of it.
func mustBeStored(t *testing.T, s *server, token string, log map[string][]string) {
	t.Helper()
	for id, wrote := range log {
		var op string
		var version, n int64
		if _, err := fmt.Sscan(wrote[len(wrote)-1], &op, &version, &n); err != nil {
			t.Fatal(err)
		}
		a := s.get(t, "/api/v1/items/"+id, token)
		if op == "remove" {
			if a.Status != http.StatusNotFound {
				t.Errorf("%s was deleted, and got %d", id, a.Status)
			}
			continue
		}
		if got := read[struct{ Version, N int64 }](t, a); got.Version != version || got.N != n {
			t.Errorf("%s is %s, and was written as version %d with %d", id, a.Body, version, n)
		}
	}
}

// beginning is the position of a list.
func (s *server) beginning(t testing.TB, collection, token string) string {
	t.Helper()
	return read[struct{ Page struct{ Changes string } }](t, s.must(t, ok, "GET", "/"+collection, token, "")).Page.Changes
}

// history counts what was acknowledged.
type history struct {
	wanted, due       int
	made, next, again atomic.Int64
}

// killServers kills one of them each time that so many changes were made.
func killServers(t *testing.T, h *history, f *fleet, written <-chan struct{}) {
	for killed := 0; ; {
		select {
		case <-written:
			if killed < 3 {
				t.Errorf("servers were killed %d times only", killed)
			}
			t.Logf("%d kills", killed)
			return
		case <-time.After(5 * time.Millisecond):
		}
		if h.made.Load() < h.next.Load() {
			continue
		}
		h.next.Add(int64(h.due))
		m := f.members[rand.IntN(len(f.members))]
		m.kill()
		m.start(t)
		killed++
	}
}

// writer makes, changes and deletes documents of its own, and knows what each
// change made of them.
type writer struct {
	fleet   *fleet
	history *history
	name    string
	token   string
	count   int
	wrote   map[string][]string
}

func (w *writer) run(t *testing.T) {
	for int(w.history.made.Load()) < w.history.wanted && !t.Failed() {
		made := w.write(t, "POST", "", `{"n":0}`)
		if made.Status == 0 {
			return
		}
		id, version := read[struct{ ID string }](t, made).ID, 1
		w.wrote[id] = append(w.wrote[id], "upsert 1 0")
		for range rand.IntN(12) {
			version++
			w.write(t, "PATCH", "/"+id, fmt.Sprintf(`{"n":%d}`, version*10))
			w.wrote[id] = append(w.wrote[id], fmt.Sprintf("upsert %d %d", version, version*10))
		}
		if rand.IntN(2) == 0 {
			w.write(t, "DELETE", "/"+id, "")
			w.wrote[id] = append(w.wrote[id], fmt.Sprintf("remove %d 0", version+1))
		}
	}
}

// write sends until it is acknowledged, with one key, to one server or another.
func (w *writer) write(t *testing.T, method, path, body string) answer {
	w.count++
	fields := []string{"Idempotency-Key", w.name + "-" + strconv.Itoa(w.count)}
	if body != "" {
		fields = append(fields, "Content-Type", map[string]string{"POST": "application/json", "PATCH": "application/merge-patch+json"}[method])
	}
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline) && !t.Failed(); time.Sleep(20 * time.Millisecond) {
		s := w.fleet.servers[rand.IntN(len(w.fleet.servers))]
		a, err := s.attempt(t, method, "/api/v1/items"+path, w.token, body, fields...)
		switch {
		case err != nil, a.Status == 503, a.Status == 409:
			if a.Status == 503 && a.Header.Get("Retry-After") == "" {
				t.Errorf("%s %s got 503 without Retry-After: %s", method, path, a.Body)
			}
			w.history.again.Add(1)
		case a.Status/100 == 2:
			w.history.made.Add(1)
			return a
		default:
			t.Errorf("%s %s got %d %s", method, path, a.Status, a.Body)
		}
	}
	t.Errorf("%s %s was not acknowledged", method, path)
	return answer{}
}
