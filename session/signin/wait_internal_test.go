package signin

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/postern-dev/postern/session"
)

// gate lets nobody read a session before it opens.
type gate struct {
	session.Keeper
	open chan struct{}
}

func (g gate) Session(ctx context.Context, key string) (session.Record, error) {
	<-g.open
	return g.Keeper.Session(ctx, key)
}

// TestAStopWaitsForARefreshThatHasJustBegun asks at once, before the refresh can
// have had its turn.
func TestAStopWaitsForARefreshThatHasJustBegun(t *testing.T) {
	sessions := openKeeper(t)
	for round := range 100 {
		keeper := gate{sessions, make(chan struct{})}
		s := newServer(t, keeper, time.Now, "client secret")
		for range 3 { // two of whom join the first
			s.refreshed(t.Context(), strconv.Itoa(round), "")
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if s.Wait(over) == nil {
			t.Fatalf("round %d: nothing is waited for while a refresh is under way", round)
		}
		close(keeper.open)
		if err := s.Wait(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
