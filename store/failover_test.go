package store

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/store/pgtest"
)

// PostgreSQL stores a commit and says so, with a warning, where it was told to
// stop waiting for the standby. A fail-over would lose it.
func TestACommitThatNoStandbyConfirmed(t *testing.T) {
	pair := pgtest.StartPair(t)
	c := tasks()
	s := postgreses.at(t, pair.URL(), c)
	p := s.engine.(*postgres)
	p.writeTimeout, p.outcomePatience = 500*time.Millisecond, 500*time.Millisecond
	if err := s.Attend(t.Context()); err != nil {
		t.Fatal(err)
	}
	insert(t, s, c, doc(ada, "1", `{}`))
	if !s.Writable() {
		t.Error("it is not writable")
	}
	pair.StopStandby()
	key := collection.IdempotencyKey{Key: "k"}
	attempt := func() (kept *collection.Kept, err error) {
		err = s.Write(context.Background(), func(tx collection.Tx) (err error) {
			if kept, err = tx.Claim(key); kept != nil || err != nil {
				return err
			}
			if err := tx.Insert(c, doc(ada, "2", `{}`)); err != nil {
				return err
			}
			return tx.Keep(key, collection.Kept{Answer: []byte("x"), Until: time.Now().Add(time.Hour)})
		})
		return kept, err
	}
	for n := range 3 { // the second finds the answer of the first, and has to wait for the standby as well
		if _, err := attempt(); !errors.Is(err, collection.ErrUnavailable) {
			t.Errorf("attempt %d: %v", n, err)
		}
	}
	for end := time.Now().Add(20 * time.Second); s.Writable() && time.Now().Before(end); {
		time.Sleep(20 * time.Millisecond)
	}
	if s.Writable() {
		t.Error("it is writable, without its standby")
	}
}

// A standby that was promoted may give a number again that its primary gave to
// a transaction which never got there.
func TestANumberThatSomebodyElseHas(t *testing.T) {
	c := tasks()
	s := postgreses.open(t, c)
	p := s.engine.(*postgres)
	tx, err := p.begin(t.Context(), t.Context())
	if err != nil {
		t.Fatal(err)
	}
	marked := &pgTx{pgSession: pgSession{on: tx, ctx: t.Context()}}
	of := s.begin(marked, s.catalog.Load())
	if err := of.Insert(c, doc(ada, "mine", `{}`)); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := p.pool.Exec(t.Context(), fmt.Sprintf("ALTER SEQUENCE changes_seq_seq RESTART WITH %d", marked.seq)); err != nil {
		t.Fatal(err)
	}
	insert(t, s, c, doc(ada, "another", `{}`))
	if stored, err := p.outcome(marked); stored || err != nil {
		t.Errorf("stored %v, %v", stored, err)
	}
}

// A primary that becomes a standby keeps its connections, and refuses writes.
func TestAPrimaryThatIsNoneAnyMore(t *testing.T) {
	c := tasks()
	s := postgreses.open(t, c)
	p := s.engine.(*postgres)
	var held []interface{ Release() }
	for range p.pool.Config().MaxConns {
		conn, err := p.pool.Acquire(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := conn.Exec(t.Context(), "SET default_transaction_read_only = on"); err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
	}
	for _, conn := range held {
		conn.Release()
	}
	write := func(id string) error { return s.Write(t.Context(), inserting(c, id, `{}`)) }
	if err := write("1"); !errors.Is(err, collection.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	if err := write("2"); err != nil {
		t.Errorf("it went on writing to the old one: %v", err)
	}
}

// A statement that is cancelled in the place of another one is repeated, a few
// times at most.
func TestAStatementThatWasNotMeantIsRepeated(t *testing.T) {
	s := postgreses.open(t, tasks())
	for name, do := range map[string]func(context.Context, func(session) error) error{"read": s.engine.read, "write": s.engine.write} {
		for _, tt := range []struct {
			cancelled, runs int
			lost            bool
		}{{0, 1, false}, {1, 2, false}, {2, 3, false}, {9, 3, true}} {
			runs := 0
			err := do(t.Context(), func(on session) error {
				if runs++; runs > tt.cancelled {
					return nil
				}
				_, err := on.exec("SELECT pg_cancel_backend(pg_backend_pid()), pg_sleep(5)")
				return err
			})
			if runs != tt.runs || errors.Is(err, collection.ErrUnavailable) != tt.lost || err != nil && !tt.lost {
				t.Errorf("a %s that was cancelled %d times ran %d times: %v", name, tt.cancelled, runs, err)
			}
		}
	}
}
