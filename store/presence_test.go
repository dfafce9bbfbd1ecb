package store

import (
	"context"
	"testing"
	"time"
)

func attend(t *testing.T, s *Store) {
	t.Helper()
	s.beatPause = 20 * time.Millisecond
	if err := s.Attend(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func awaitServers(t *testing.T, s *Store, want int) {
	t.Helper()
	for range 500 {
		if s.Servers() == want {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d servers are counted, want %d", s.Servers(), want)
}

func TestServersCountEachOther(t *testing.T) {
	url := postgreses.url(t)
	var stores []*Store
	for range 3 {
		s, err := Open(t.Context(), url, Options{Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		stores = append(stores, s)
		t.Cleanup(func() { _ = s.Close() })
	}
	one, other, onlooker := stores[0], stores[1], stores[2]
	attend(t, one)
	attend(t, other)
	awaitServers(t, one, 2)
	awaitServers(t, other, 2)
	if onlooker.Servers() != 1 {
		t.Error("a program that does not serve counts the servers")
	}

	if err := other.Close(); err != nil {
		t.Fatal(err)
	}
	awaitServers(t, one, 1)

	// What a server leaves that was killed: first it counts no longer, then it
	// is gone.
	for _, row := range []struct {
		name string
		ago  time.Duration
		then int
	}{{"alive", 0, 2}, {"silent", beatLife / 2, 3}, {"dead", beatLife + time.Second, 3}, {"forgotten", 11 * beatLife, 3}} {
		err := one.engine.read(t.Context(), func(on session) error {
			_, err := on.exec(`INSERT INTO servers (name, beat) VALUES ($1, `+dbClock+` - $2)`, row.name, row.ago.Milliseconds())
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		awaitServers(t, one, row.then)
	}
	var names int64
	for range 500 {
		if names = servers(t, one); names == 4 {
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	if names != 4 {
		t.Errorf("%d rows are kept, want 4", names)
	}
}

func servers(t *testing.T, s *Store) (count int64) {
	t.Helper()
	err := s.engine.read(context.Background(), func(on session) error {
		_, err := one(on, `SELECT count(*) FROM servers`, nil, &count)
		return err
	})
	if err != nil {
		t.Error(err)
	}
	return count
}

func TestAServerAlone(t *testing.T) {
	s, err := Open(t.Context(), "sqlite::memory:", Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	attend(t, s)
	if s.Servers() != 1 || servers(t, s) != 0 {
		t.Errorf("%d servers and %d rows", s.Servers(), servers(t, s))
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
