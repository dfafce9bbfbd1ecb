package api_test

import (
	"bytes"
	"fmt"
	"runtime"
	"runtime/pprof"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

// TestAServerLeavesNoGoroutineBehind is not parallel: it counts what runs. The
// first life warms up what the process keeps, the next ones must add nothing.
func TestAServerLeavesNoGoroutineBehind(t *testing.T) {
	life := func(t *testing.T, n int, db func(testing.TB) change) {
		t.Run(fmt.Sprint("life ", n), func(t *testing.T) {
			s := startCollections(t, []*collection.Collection{notes(t)}, db(t))
			ada := signIn(s.Issuer, "ada")
			for range 20 {
				s.must(t, created, "POST", "/notes", ada, `{"title":"x"}`)
				s.ask(t, "GET", "/notes", "none.of.yours", "")
			}
			for n := range 10 { // half of them are there when the server stops
				f := s.follow(t, "/notes/changes", ada)
				f.begun(t)
				if n%2 == 0 {
					f.stop()
				}
			}
			s.mustStop(t)
		})
		client.CloseIdleConnections()
	}
	for _, db := range databases[:2] {
		t.Run(db.name, func(t *testing.T) {
			life(t, 0, db.at)
			before := runtime.NumGoroutine()
			for n := range 3 {
				life(t, n+1, db.at)
			}
			for end := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
				time.Sleep(20 * time.Millisecond)
			}
			if after := runtime.NumGoroutine(); after > before {
				var stacks bytes.Buffer
				_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1)
				t.Errorf("%d goroutines before, %d after three more lives:\n%s", before, after, &stacks)
			}
		})
	}
}
