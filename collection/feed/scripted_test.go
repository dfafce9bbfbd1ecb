package feed_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/feed"
)

// scripted is a history that does what no good database does.
type scripted struct {
	mu      sync.Mutex
	bounds  collection.Bounds
	changes []*collection.Change
	wrote   chan struct{}
	lineage int64
}

func (s *scripted) set(pruned, last int64, changes ...*collection.Change) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.bounds, s.changes = collection.Bounds{Pruned: pruned, Last: last}, changes
	select {
	case s.wrote <- struct{}{}:
	default:
	}
}

func (s *scripted) Settle(context.Context) (collection.Bounds, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.bounds, nil
}

func (s *scripted) Changes(_ context.Context, after int64, limit, _ int) (found []*collection.Change, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.changes {
		if c.Position > after && len(found) < limit {
			found = append(found, c)
		}
	}
	return found, nil
}

func (s *scripted) Lineage(context.Context) (int64, error) { return s.lineage, nil }

func (s *scripted) Wrote() <-chan struct{} { return s.wrote }

func at(position int64) *collection.Change {
	d := &collection.Document{ID: "a", Version: position, Body: parse(`{}`)}
	return &collection.Change{Position: position, Collection: "news", After: d, Version: position}
}

func scriptedHub(t *testing.T, s *scripted) (*feed.Hub, []feed.View) {
	t.Helper()
	news := declared("news", open)
	hub, err := feed.New(t.Context(), s, []*collection.Collection{news}, quiet)
	if err != nil {
		t.Fatal(err)
	}
	w := world{hub: hub}
	w.run(t)
	return hub, viewsOf(ada, news)
}

// A restored backup knows less than its followers do.
func TestTheDatabaseGoesBack(t *testing.T) {
	t.Parallel()
	s := &scripted{wrote: make(chan struct{}, 1)}
	s.set(0, 5)
	hub, views := scriptedHub(t, s)
	f, err := hub.Follow(t.Context(), views, 5)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s.set(0, 6, at(6))
	if events, err := f.Next(t.Context()); err != nil || events[0].Position != 6 {
		t.Fatalf("%v %v", events, err)
	}
	s.set(0, 3)
	if _, err := f.Next(t.Context()); !errors.Is(err, feed.ErrReset) {
		t.Errorf("a follower who knows more than the database got %v", err)
	}
	if hub.Head() != 3 {
		t.Errorf("the head is %d", hub.Head())
	}
}

// What a follower wants is pruned while it is on its way.
func TestPrunedMeanwhile(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		first int64
		want  error
	}{{"before its place", 9, nil}, {"behind its place", 11, feed.ErrReset}} {
		s := &scripted{wrote: make(chan struct{}, 1)}
		var left []*collection.Change
		for i := tt.first; i <= 20; i++ {
			left = append(left, at(i))
		}
		s.set(0, 20, left...)
		hub, views := scriptedHub(t, s)
		f, err := hub.Follow(t.Context(), views, 8+1)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if events, err := f.Next(t.Context()); !errors.Is(err, tt.want) || err == nil && events[0].Position != 10 {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
