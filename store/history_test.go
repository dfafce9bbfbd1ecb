package store

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/postern-dev/postern/collection"
)

// told settles and returns what is told after the position, a line a change.
func told(t *testing.T, s *Store, after int64) (lines []string, last int64) {
	t.Helper()
	b, err := s.Settle(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for last = after; ; {
		page, err := s.Changes(t.Context(), last, 3, 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			if last != max(b.Last, after) {
				t.Errorf("the last position is %d, not %d", last, b.Last)
			}
			return lines, last
		}
		for _, c := range page {
			if c.Position != last+1 {
				t.Errorf("position %d follows %d", c.Position, last)
			}
			last = c.Position
			lines = append(lines, fmt.Sprintf("%s %s %d: %s > %s", c.Collection, c.ID(), c.Version, side(c.Before), side(c.After)))
		}
	}
}

func side(d *collection.Document) string {
	if d == nil {
		return "-"
	}
	return fmt.Sprintf("%d %s %s", d.Version, d.Owner.Subject, d.Body.Append(nil))
}

func testHistory(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	_, start := told(t, s, 0)
	d := doc(ada, "a", `{"n":1}`)
	insert(t, s, c, d, doc(collection.Owner{}, "b", `{}`))
	change := func(work func(tx collection.Tx, before *collection.Document) error) {
		t.Helper()
		if err := s.Write(t.Context(), func(tx collection.Tx) error {
			before, err := tx.Load(c, "a")
			if err != nil {
				return err
			}
			return work(tx, before)
		}); err != nil {
			t.Fatal(err)
		}
	}
	change(func(tx collection.Tx, before *collection.Document) error {
		return tx.Update(c, before, next(before, `{"n":2}`))
	})
	change(func(tx collection.Tx, before *collection.Document) error { return tx.Delete(c, before) })
	again := doc(bob, "a", `{"n":3}`)
	again.Birth = "2nd1"
	insert(t, s, c, again)
	want := []string{
		`tasks a 1: - > 1 ada {"n":1}`,
		`tasks b 1: - > 1  {}`,
		`tasks a 2: 1 ada {"n":1} > 2 ada {"n":2}`,
		`tasks a 3: 2 ada {"n":2} > -`,
		`tasks a 1: - > 1 bob {"n":3}`,
	}
	got, last := told(t, s, start)
	wantIDs(t, got, want...)
	if more, _ := told(t, s, last-1); len(more) != 1 {
		t.Errorf("after the last but one there are %q", more)
	}
	select {
	case <-s.Wrote():
	default:
		t.Error("nobody said that something was written")
	}
}

func testHistoryWriter(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	key := collection.IdempotencyKey{Scope: [32]byte{7}, Key: "k:1", Writer: collection.WriterOf(ada)}
	if err := s.Write(t.Context(), func(tx collection.Tx) error {
		if _, err := tx.Claim(key); err != nil {
			return err
		}
		return tx.Insert(c, doc(ada, "a", `{}`))
	}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	page, err := s.Changes(t.Context(), 0, 10, 1<<20)
	if err != nil || len(page) != 1 || page[0].Key != key.Key || page[0].Writer != key.Writer {
		t.Errorf("%+v %v", page, err)
	}
}

func testPrune(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	for i := range 10 {
		insert(t, s, c, doc(ada, fmt.Sprint(i), `{}`))
	}
	if _, err := s.Settle(t.Context()); err != nil {
		t.Fatal(err)
	}
	left := func(first, last int64) {
		t.Helper()
		if err := s.prune(t.Context()); err != nil {
			t.Fatal(err)
		}
		b, err := s.Settle(t.Context())
		if err != nil || b != (collection.Bounds{Pruned: first - 1, Last: last}) {
			t.Errorf("%+v, want %d to %d: %v", b, first, last, err)
		}
		page, err := s.Changes(t.Context(), 0, 100, 1<<20)
		if err != nil || int64(len(page)) != last-first+1 {
			t.Errorf("%d changes, want %d to %d: %v", len(page), first, last, err)
		}
	}
	left(1, 10)
	s.keepChanges = 4
	left(7, 10)
	time.Sleep(20 * time.Millisecond)
	s.keepFor = 10 * time.Millisecond
	left(11, 10)
	insert(t, s, c, doc(ada, "x", `{}`))
	s.keepFor = time.Hour
	left(11, 11)
}

// A number that was taken earlier and is committed later is not lost.
func TestASmallerNumberBecomesVisibleLater(t *testing.T) {
	c := tasks()
	s := postgreses.open(t, c)
	insert(t, s, c, doc(ada, "first", `{}`)) // from now on her issuer has its number
	_, start := told(t, s, 0)
	inside, proceed, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- s.Write(context.Background(), func(tx collection.Tx) error {
			err := tx.Insert(c, doc(ada, "slow", `{}`))
			close(inside)
			<-proceed
			return err
		})
	}()
	<-inside
	insert(t, s, c, doc(ada, "quick", `{}`))
	first, last := told(t, s, start)
	wantIDs(t, first, `tasks quick 1: - > 1 ada {}`)
	close(proceed)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	second, _ := told(t, s, last)
	wantIDs(t, second, `tasks slow 1: - > 1 ada {}`)
}

// A transaction that began first changes the document last, and a server that
// keeps numbers in store gives the later version a smaller one.
func TestVersionsWhoseTransactionsBeganInTheOtherOrder(t *testing.T) {
	url := postgreses.url(t)
	c := tasks()
	s := postgreses.at(t, url, c)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	// As distributed databases have it: each connection takes many at once.
	if _, err := conn.Exec(t.Context(), `ALTER SEQUENCE changes_seq_seq CACHE 100`); err != nil {
		t.Fatal(err)
	}
	insert(t, s, c, doc(ada, "a", `{"n":1}`))
	update := func(tx collection.Tx, body string) error {
		before, err := tx.Load(c, "a")
		if err != nil {
			return err
		}
		return tx.Update(c, before, next(before, body))
	}
	inside, proceed, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		ended <- s.Write(context.Background(), func(tx collection.Tx) error {
			err := tx.Insert(c, doc(ada, "other", `{}`))
			close(inside)
			<-proceed
			if err == nil {
				err = update(tx, `{"n":3}`)
			}
			return err
		})
	}()
	<-inside
	if err := s.Write(t.Context(), func(tx collection.Tx) error { return update(tx, `{"n":2}`) }); err != nil {
		t.Fatal(err)
	}
	close(proceed)
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	lines, _ := told(t, s, 0)
	var versions []string
	for _, line := range lines {
		if line[:8] == "tasks a " {
			versions = append(versions, line[8:9])
		}
	}
	wantIDs(t, versions, "1", "2", "3")
}

// What one server committed and never numbered, the next one numbers.
func TestAServerIsGoneBetweenCommitAndNumbering(t *testing.T) {
	url := postgreses.url(t)
	c := tasks()
	s := postgreses.at(t, url, c)
	insert(t, s, c, doc(ada, "a", `{}`))
	if page, err := s.Changes(t.Context(), 0, 10, 1<<20); err != nil || len(page) != 0 {
		t.Fatalf("%d changes were told before they had a position: %v", len(page), err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	lines, _ := told(t, postgreses.at(t, url, c), 0)
	wantIDs(t, lines, `tasks a 1: - > 1 ada {}`)
}

func TestChangesOfOneDocumentAreInOrder(t *testing.T) {
	t.Parallel()
	of := func(seq int64, id, birth, op string, version int64) unsettled {
		return unsettled{seq: seq, collection: "tasks", id: id, birth: birth, op: op, version: version}
	}
	// The life x began before, y began and ended, z goes on.
	changes := []unsettled{
		of(1, "a", "z", opInsert, 1), of(2, "a", "x", opDelete, 4), of(3, "b", "b", opUpdate, 8), of(4, "a", "y", opDelete, 2),
		of(5, "a", "x", opUpdate, 3), of(6, "a", "y", opInsert, 1), of(7, "b", "b", opUpdate, 7), of(8, "a", "z", opUpdate, 2),
	}
	inOrder(changes)
	var got []string
	for _, c := range changes {
		got = append(got, fmt.Sprint(c.id, c.birth, c.version))
	}
	wantIDs(t, got, "ax3", "ax4", "bb7", "ay1", "ay2", "az1", "bb8", "az2")
}

// More than one batch, numbered by several servers at once.
func TestManyServersGivePositions(t *testing.T) {
	url := postgreses.url(t)
	c := tasks()
	s := postgreses.at(t, url, c)
	const n = 2*settleBatch + 500
	var docs []*collection.Document
	for i := range n {
		docs = append(docs, doc(ada, fmt.Sprint(i), `{}`))
	}
	if err := s.Write(t.Context(), func(tx collection.Tx) error { return tx.InsertAll(c, docs) }); err != nil {
		t.Fatal(err)
	}
	servers := []*Store{s, postgreses.at(t, url, c), postgreses.at(t, url, c)}
	together(len(servers), func(i int) {
		if _, err := servers[i].Settle(context.Background()); err != nil {
			t.Error(err)
		}
	})
	page, err := s.Changes(t.Context(), 0, 2*n, 1<<30)
	if err != nil || len(page) != n {
		t.Fatalf("%d changes, want %d: %v", len(page), n, err)
	}
	for i, c := range page {
		if c.Position != int64(i)+1 {
			t.Fatalf("change %d has position %d", i, c.Position)
		}
	}
}
