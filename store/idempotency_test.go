package store

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

func testClaims(t *testing.T, db database) {
	s := db.open(t, tasks())
	key := collection.IdempotencyKey{Scope: [32]byte{1}, Key: "k"}
	claim := func(keep *collection.Kept, end error) (kept *collection.Kept) {
		t.Helper()
		err := s.Write(t.Context(), func(tx collection.Tx) (err error) {
			if kept, err = tx.Claim(key); err != nil {
				return err
			}
			if keep != nil {
				if err := tx.Keep(key, *keep); err != nil {
					return err
				}
			}
			return end
		})
		if !errors.Is(err, end) {
			t.Fatal(err)
		}
		return kept
	}
	refused := errors.New("refused")
	soon := collection.Kept{Answer: []byte("soon"), Until: time.Now().Add(time.Hour)}
	old := collection.Kept{Answer: []byte("old"), Until: time.Now().Add(-time.Hour)}
	for i, tt := range []struct {
		keep *collection.Kept
		end  error
		want string
	}{
		{&soon, refused, ""},
		{nil, nil, ""},
		{&old, nil, ""},
		{&soon, nil, ""},
		{nil, nil, "soon"},
	} {
		kept := claim(tt.keep, tt.end)
		if got := kept; (got != nil) != (tt.want != "") || got != nil && string(got.Answer) != tt.want {
			t.Errorf("%d: got %+v", i, got)
		}
	}
	if err := s.forget(t.Context()); err != nil {
		t.Error(err)
	}
}

// What is kept for a time must not stay because there is much of it.
func testForget(t *testing.T, db database) {
	s := db.open(t, tasks())
	const answers, due = 2*forgetBatch + 5, 2*forgetBatch + 2
	err := s.engine.write(t.Context(), func(on session) error {
		for n := range answers {
			until := time.Now().Add(-time.Hour)
			if n >= due {
				until = time.Now().Add(time.Hour)
			}
			_, err := on.exec(`INSERT INTO idempotency (scope, name, kept_until) VALUES ($1, $2, $3)`, []byte{1}, fmt.Sprint(n), until.UnixMilli())
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.forget(t.Context()); err != nil {
		t.Fatal(err)
	}
	var left int64
	err = s.engine.read(t.Context(), func(on session) error {
		_, err := one(on, `SELECT count(*) FROM idempotency`, nil, &left)
		return err
	})
	if err != nil || left != answers-due {
		t.Errorf("%d answers are left, want %d: %v", left, answers-due, err)
	}
}
