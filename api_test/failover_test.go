package api_test

import (
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/postern-dev/postern/store/pgtest"
)

// TestFailOver kills the primary of a database under load and promotes its
// standby: what was acknowledged is there, once, followers miss nothing, and
// the servers recover by themselves. POSTERN_TEST_ROUNDS says how often.
func TestFailOver(t *testing.T) {
	rounds, _ := strconv.Atoi(os.Getenv("POSTERN_TEST_ROUNDS"))
	for round := range max(1, rounds) {
		t.Run(strconv.Itoa(round+1), func(t *testing.T) {
			pair := pgtest.StartPair(t)
			f := startFleet(t, 2, pair.URL(), sharedItems)
			checkHistory(t, f, 2000, func(t *testing.T, h *history, f *fleet, _ <-chan struct{}) { failOver(t, h, f, pair) })
		})
	}
}

func failOver(t *testing.T, h *history, f *fleet, pair *pgtest.Pair) {
	for h.made.Load() < int64(h.wanted/3) && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	if err := pair.KillPrimary(); err != nil {
		t.Error(err)
	}
	at := h.made.Load()
	for _, s := range f.servers {
		s.awaitHealth(t, "degraded")
	}
	// Answers that were on their way when the primary died have come by now.
	if lost := h.made.Load() - at; lost > 100 {
		t.Errorf("%d writes were acknowledged while nobody could store them", lost)
	}
	promoted := time.Now()
	if err := pair.Promote(); err != nil {
		t.Fatal(err)
	}
	before := h.made.Load()
	for h.made.Load() < before+10 && !t.Failed() {
		time.Sleep(time.Millisecond)
	}
	t.Logf("the standby was promoted and wrote again %.1f s after that was begun", time.Since(promoted).Seconds())
	for _, s := range f.servers {
		s.awaitHealth(t, "ok")
	}
}

// awaitHealth waits until readiness says so; meanwhile, the process is alive.
func (s *server) awaitHealth(t *testing.T, status string) {
	t.Helper()
	var ready answer
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if alive := s.get(t, "/healthz", ""); alive.Status != 200 {
			t.Errorf("/healthz got %d", alive.Status)
		}
		if ready = s.get(t, "/readyz", ""); strings.Contains(ready.Body, `"`+status+`"`) && ready.Status == 200 {
			return
		}
	}
	t.Errorf("/readyz got %d %s, want %s", ready.Status, ready.Body, status)
}
