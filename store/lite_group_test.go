package store

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
)

// group has the writer take all works as one group: it keeps the writer busy
// until they wait. Each work has a context of its own; the answers are in the
// order of the works.
func group(t *testing.T, s *Store, works ...func(collection.Tx) error) []error {
	t.Helper()
	w := s.engine.(*lite).writer
	release := hold(t, w)
	answers := make([]error, len(works))
	var all sync.WaitGroup
	for i, work := range works {
		all.Go(func() { answers[i] = s.Write(context.Background(), work) })
		queued(t, w, i+1)
	}
	release()
	all.Wait()
	return answers
}

// hold keeps the writer busy until release.
func hold(t *testing.T, w *writer) (release func()) {
	held, wait := make(chan struct{}), make(chan struct{})
	go func() {
		_ = w.do(context.Background(), &member{alone: func(*liteConn) error {
			close(held)
			<-wait
			return nil
		}})
	}()
	<-held
	return func() { close(wait) }
}

// queued waits until n works wait.
func queued(t *testing.T, w *writer, n int) {
	t.Helper()
	for range 1000 {
		if len(w.queue) == n {
			return
		}
		time.Sleep(time.Millisecond)
	}
	t.Fatalf("%d works wait, and not %d", len(w.queue), n)
}

func inserting(c *collection.Collection, id, body string) func(collection.Tx) error {
	return func(tx collection.Tx) error { return tx.Insert(c, doc(ada, id, body)) }
}

func TestOneMemberFails(t *testing.T) {
	no := errors.New("no")
	var unique0 *collection.UniqueError
	c := tasks(unique("slug"))
	for _, tt := range []struct {
		name string
		bad  func(tx collection.Tx) error
		is   func(error) bool
	}{
		{"by a unique", inserting(c, "bad", `{"slug":"old"}`), func(err error) bool { return errors.As(err, &unique0) }},
		{"by an id", inserting(c, "old", `{}`), func(err error) bool { return err == collection.ErrTaken }},
		{"by its own error", func(tx collection.Tx) error {
			return errors.Join(tx.Insert(c, doc(ada, "bad", `{}`)), no)
		}, func(err error) bool { return errors.Is(err, no) }},
		{"by a panic", func(tx collection.Tx) error {
			_ = tx.Insert(c, doc(ada, "bad", `{}`))
			panic(no)
		}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "panic") }},
		{"by a neighbour's id", inserting(c, "one", `{}`), func(err error) bool { return err == collection.ErrTaken }},
		{"and hides it", func(tx collection.Tx) error {
			_ = tx.Insert(c, doc(ada, "old", `{}`))
			_ = tx.Insert(c, doc(ada, "bad", `{}`))
			return nil
		}, func(err error) bool { return err == collection.ErrTaken }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := sqlites.open(t, c)
			insert(t, s, c, doc(ada, "old", `{"slug":"old"}`))
			answers := group(t, s, inserting(c, "one", `{}`), tt.bad, inserting(c, "two", `{}`))
			if answers[0] != nil || !tt.is(answers[1]) || answers[2] != nil {
				t.Errorf("answers: %v", answers)
			}
			wantIDs(t, ids(t, s, c, collection.Scan{Visible: collection.Always(), Limit: 9}), "old", "one", "two")
			if n := len(changesOf(t, s, "bad")); n != 0 {
				t.Errorf("%d changes of what was refused", n)
			}
		})
	}
}

func TestAFullDiskIsOneMembersAffair(t *testing.T) {
	c := tasks()
	s := sqlites.open(t, c)
	large := fmt.Sprintf(`{"text":%q}`, strings.Repeat("x", 1<<20))
	w := s.engine.(*lite).writer
	err := w.do(t.Context(), &member{alone: func(conn *liteConn) error {
		var pages int64
		if _, err := one(liteSession{conn, context.Background()}, "PRAGMA page_count", nil, &pages); err != nil {
			return err
		}
		return conn.run(fmt.Sprintf("PRAGMA max_page_count = %d", pages+60))
	}})
	if err != nil {
		t.Fatal(err)
	}
	hiding := func(tx collection.Tx) error {
		_ = tx.Insert(c, doc(ada, "hidden", large))
		_ = tx.Insert(c, doc(ada, "after", `{}`))
		return nil
	}
	answers := group(t, s, inserting(c, "one", `{}`), inserting(c, "large", large), inserting(c, "two", `{}`), hiding)
	for i, full := range []bool{false, true, false, true} {
		if full != errors.Is(answers[i], collection.ErrFull) || !full && answers[i] != nil {
			t.Errorf("%d: %v", i, answers[i])
		}
	}
	wantIDs(t, ids(t, s, c, collection.Scan{Visible: collection.Always(), Limit: 9}), "one", "two")
	insert(t, s, c, doc(ada, "later", `{}`))
}

func TestACallerWhoLeaves(t *testing.T) {
	c := tasks()
	s := sqlites.open(t, c)
	w := s.engine.(*lite).writer
	release := hold(t, w)
	early, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() { left <- s.Write(early, inserting(c, "early", `{}`)) }()
	queued(t, w, 1)
	stayed := make(chan error)
	go func() { stayed <- s.Write(context.Background(), inserting(c, "stays", `{}`)) }()
	queued(t, w, 2)
	leave()
	if err := <-left; !errors.Is(err, context.Canceled) {
		t.Errorf("left: %v", err)
	}
	release()
	if err := <-stayed; err != nil {
		t.Errorf("stayed: %v", err)
	}
	// Once work has begun, the answer is the truth.
	late, leave := context.WithCancel(t.Context())
	err := s.Write(late, func(tx collection.Tx) error {
		leave()
		return tx.Insert(c, doc(ada, "late", `{}`))
	})
	if err != nil {
		t.Errorf("late: %v", err)
	}
	wantIDs(t, ids(t, s, c, collection.Scan{Visible: collection.Always(), Limit: 9}), "late", "stays")
}

func TestNoRefusalBeforeTheCommit(t *testing.T) {
	c := tasks()
	s := sqlites.open(t, c)
	refused := make(chan error, 1)
	answers := group(t, s,
		inserting(c, "a", `{}`),
		func(tx collection.Tx) error {
			err := tx.Insert(c, doc(bob, "a", `{}`))
			refused <- err
			return err
		},
		func(collection.Tx) error {
			// The neighbour was refused because of what is not committed yet.
			if err := <-refused; err != collection.ErrTaken {
				t.Errorf("refused by %v", err)
			}
			if get(t, s, c, "a") != nil {
				t.Error("committed before the group ended")
			}
			return nil
		})
	if answers[0] != nil || answers[1] != collection.ErrTaken || get(t, s, c, "a") == nil {
		t.Errorf("answers: %v", answers)
	}
}

// A commit that fails as a whole is done again, member by member, and a
// refusal that was judged on a neighbour who then fails is judged again.
func TestAFailedCommitIsDoneAgain(t *testing.T) {
	c := tasks()
	s := sqlites.open(t, c)
	runs := 0
	answers := group(t, s,
		func(tx collection.Tx) error {
			runs++
			if runs > 1 {
				return errors.New("not again")
			}
			return tx.Insert(c, doc(ada, "a", `{}`))
		},
		inserting(c, "a", `{"second":true}`),
		func(of collection.Tx) error {
			if runs == 1 { // ends the transaction under everybody's feet
				_, err := of.(*tx).on.exec("ROLLBACK")
				return err
			}
			return nil
		})
	if answers[0] == nil || answers[1] != nil || answers[2] != nil {
		t.Errorf("answers: %v", answers)
	}
	if d := get(t, s, c, "a"); d == nil || d.Body.Size() < 5 {
		t.Errorf("got %+v", d)
	}
}

func TestCloseAnswersEverybody(t *testing.T) {
	c := tasks()
	s, err := Open(t.Context(), sqliteURL(t), Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	declare(t, s, c)
	together(100, func(i int) {
		if i == 50 {
			_ = s.Close()
		}
		err := s.Write(context.Background(), inserting(c, fmt.Sprint(i), `{}`))
		if err != nil && !errors.Is(err, collection.ErrUnavailable) {
			t.Error(err)
		}
	})
}
