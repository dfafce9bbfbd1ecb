package store

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	sessions "github.com/postern-dev/postern/session"
)

func testSessions(t *testing.T, db database) {
	ctx := context.Background()
	s := db.open(t)
	now := time.Now().UTC().Truncate(time.Millisecond)
	r := sessions.Record{Key: "k1", Issuer: "https://a/", Subject: "auth0|ada", SessionID: "s1", Version: 1,
		Began: now, Ends: now.Add(time.Hour), IdleUntil: now.Add(time.Minute), Sealed: "one"}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.AddSession(ctx, r))
	if got, err := s.Session(ctx, "k1"); err != nil || got != r {
		t.Errorf("kept %+v (%v), want %+v", got, err, r)
	}
	if _, err := s.Session(ctx, "k2"); !errors.Is(err, sessions.ErrEnded) {
		t.Errorf("one that never was: %v", err)
	}
	if err := s.AddSession(ctx, r); err == nil {
		t.Error("a second session has the same key")
	}

	var claims atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			claimed, err := s.ClaimSession(ctx, "k1", 1, time.Minute)
			if err != nil {
				t.Error(err)
			}
			if claimed {
				claims.Add(1)
			}
		})
	}
	all.Wait()
	if claims.Load() != 1 {
		t.Errorf("%d of 20 hold the claim", claims.Load())
	}
	claim := func(want bool, version int64, lease time.Duration) {
		t.Helper()
		if claimed, err := s.ClaimSession(ctx, "k1", version, lease); err != nil || claimed != want {
			t.Errorf("claimed %v (%v), want %v", claimed, err, want)
		}
	}
	must(s.ReleaseSession(ctx, "k1", 1))
	claim(true, 1, 30*time.Millisecond)
	time.Sleep(50 * time.Millisecond)
	claim(true, 1, time.Minute) // the one before ended by itself
	must(s.ReplaceSession(ctx, "k1", 1, "two"))
	if err := s.ReplaceSession(ctx, "k1", 1, "three"); !errors.Is(err, sessions.ErrEnded) {
		t.Errorf("a version that is gone was replaced: %v", err)
	}
	claim(false, 1, time.Minute)
	claim(true, 2, time.Minute)
	must(s.TouchSession(ctx, "k1", r.IdleUntil.Add(time.Minute)))
	must(s.TouchSession(ctx, "k1", r.IdleUntil))
	if got, err := s.Session(ctx, "k1"); err != nil || got.Sealed != "two" || got.Version != 2 || !got.IdleUntil.Equal(r.IdleUntil.Add(time.Minute)) {
		t.Errorf("kept %+v (%v)", got, err)
	}

	idle := r
	idle.Key, idle.IdleUntil = "k3", now.Add(-time.Second)
	must(s.AddSession(ctx, idle))
	must(s.forgetSessions(ctx))
	if _, err := s.Session(ctx, "k3"); !errors.Is(err, sessions.ErrEnded) {
		t.Errorf("one that was idle too long: %v", err)
	}
	must(s.DropSession(ctx, "k1"))
	must(s.DropSession(ctx, "k1"))
	if _, err := s.Session(ctx, "k1"); !errors.Is(err, sessions.ErrEnded) {
		t.Errorf("one that was dropped: %v", err)
	}
}

func testSecretsRenewed(t *testing.T, db database) {
	ctx := context.Background()
	s := db.open(t)
	read := func(want int) [][]byte {
		t.Helper()
		secrets, err := s.Secret(ctx, "sessions")
		if err != nil || len(secrets) != want {
			t.Fatalf("%d secrets (%v), want %d", len(secrets), err, want)
		}
		return secrets
	}
	renew := func(age time.Duration) {
		t.Helper()
		if err := s.RotateSecret(ctx, "sessions", age); err != nil {
			t.Fatal(err)
		}
	}
	first := read(1)
	renew(time.Hour)
	read(1)
	time.Sleep(600 * time.Millisecond)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() { _ = s.RotateSecret(ctx, "sessions", 500*time.Millisecond) })
	}
	all.Wait()
	second := read(2)
	if !bytes.Equal(second[1], first[0]) || bytes.Equal(second[0], first[0]) {
		t.Error("the secret before is not the second one")
	}
	time.Sleep(5 * time.Millisecond)
	renew(time.Millisecond)
	if third := read(2); !bytes.Equal(third[1], second[0]) {
		t.Error("more than one secret before is kept, or another one")
	}
}
