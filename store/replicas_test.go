package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/postern-dev/postern/collection"
)

func TestServersThatStartTogether(t *testing.T) {
	url := postgreses.url(t)
	c := tasks(index("rank"), index("title"), unique("slug"), readable(anyOf(ownOnly, editors)))
	stores := make([]*Store, 4)
	together(len(stores), func(i int) {
		s, err := Open(context.Background(), url, Options{Log: quiet})
		if err != nil {
			t.Error(err)
			return
		}
		s.fillGrace = 100 * time.Millisecond
		stores[i] = s
		if err := s.Declare(context.Background(), []*collection.Collection{c}); err != nil {
			t.Error(err)
		}
	})
	if t.Failed() {
		t.FailNow()
	}
	together(len(stores), func(i int) {
		defer stores[i].Close()
		if !stores[i].Ready(c, order("rank")) {
			t.Error("not ready")
		}
		err := stores[i].Write(context.Background(), inserting(c, fmt.Sprint(i), `{"slug":"x"}`))
		var taken *collection.UniqueError
		if err != nil && !errors.As(err, &taken) {
			t.Error(err)
		}
	})
}

// TestASecondServerOfAnEmptyDatabase starts while the first one still looks
// for documents that others may have written, and does not wait for that.
func TestASecondServerOfAnEmptyDatabase(t *testing.T) {
	url := postgreses.url(t)
	c := tasks(index("rank"), readable(anyOf(ownOnly, editors)))
	first, err := Open(t.Context(), url, Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = first.Close() })
	declare(t, first, c) // and waits its grace of ten seconds in the background
	time.Sleep(500 * time.Millisecond)
	began := time.Now()
	second := postgreses.at(t, url, c)
	if took := time.Since(began); took > 5*time.Second || !second.Ready(c, order("rank")) {
		t.Errorf("it took %v", took)
	}
}

// TestAStartWaitsForNoVacuum has all tables locked as a vacuum, and a write that
// takes long, lock them. A server that starts meanwhile has nothing to change.
func TestAStartWaitsForNoVacuum(t *testing.T) {
	url := postgreses.url(t)
	c := tasks(index("rank"), unique("slug"), readable(anyOf(ownOnly, editors)))
	first := postgreses.at(t, url, c)
	conn, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), `BEGIN; DO $$ DECLARE t name; BEGIN
		FOR t IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
			EXECUTE format('LOCK TABLE %I IN ROW EXCLUSIVE MODE; LOCK TABLE %I IN SHARE UPDATE EXCLUSIVE MODE', t, t);
		END LOOP; END $$`); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	second := postgreses.at(t, url, c)
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("the start took %v", took)
	}
	for i, s := range []*Store{first, second} {
		if err := s.Write(t.Context(), inserting(c, fmt.Sprint(i), fmt.Sprintf(`{"slug":"%d"}`, i))); err != nil {
			t.Error(err)
		}
	}
}

// TestAChangeBehindABackup waits for pg_dump, which reads all tables for as long as
// it takes. Whoever reads and writes meanwhile waits behind the change for a small
// part of the time.
func TestAChangeBehindABackup(t *testing.T) {
	url := postgreses.url(t)
	older, newer := tasks(), tasks(index("rank"))
	old := postgreses.at(t, url, older)
	insert(t, old, older, many(10)...)
	dump, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = dump.Close(context.Background()) }()
	if _, err := dump.Exec(t.Context(), `BEGIN; LOCK TABLE "c_tasks" IN ACCESS SHARE MODE`); err != nil {
		t.Fatal(err)
	}
	s, err := Open(t.Context(), url, Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	declared := make(chan error, 1)
	go func() { declared <- s.Declare(context.Background(), []*collection.Collection{newer}) }()
	const long = 12 * time.Second
	var waited, slowest time.Duration
	for began, i := time.Now(), 0; time.Since(began) < long; i++ {
		asked := time.Now()
		if err := old.Write(t.Context(), inserting(older, fmt.Sprintf("w%05d", i), `{"rank":1}`)); err != nil {
			t.Fatal(err)
		}
		took := time.Since(asked)
		slowest = max(slowest, took)
		if took > 500*time.Millisecond {
			waited += took
		}
		time.Sleep(10 * time.Millisecond)
	}
	if waited == 0 || waited > long/2 || slowest > 4*alterPatience {
		t.Errorf("of %v, writes waited for %v, and one for %v", long, waited, slowest)
	}
	select {
	case err := <-declared:
		t.Fatalf("it did not wait: %v", err)
	default:
	}
	if _, err := dump.Exec(t.Context(), "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := <-declared; err != nil {
		t.Error(err)
	}
}

// TestCollectionsThatChangeTogether are waited for together: a restart takes as
// long as the wait for other servers, however many collections there are.
func TestCollectionsThatChangeTogether(t *testing.T) {
	url := postgreses.url(t)
	declared := func(change ...func(*collection.Collection)) (list []*collection.Collection) {
		for i := range 20 {
			c := tasks(change...)
			c.Name = fmt.Sprint("tasks", i)
			list = append(list, c)
		}
		return list
	}
	bare, more := declared(), declared(index("rank"), readable(editors))
	old := postgreses.at(t, url, bare...)
	for _, c := range bare {
		insert(t, old, c, doc(ada, "1", `{"rank":1,"editors":"bob"}`))
	}
	s, err := Open(t.Context(), url, Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.fillGrace = 2 * time.Second
	began := time.Now()
	declare(t, s, more...)
	for _, c := range more {
		wantIDs(t, ids(t, s, c, collection.Scan{Visible: collection.Naming(collection.Path{"editors"}, bob), Limit: 2}), "1")
		settle(t, s, c)
	}
	if took := time.Since(began); took < s.fillGrace || took > 10*s.fillGrace {
		t.Errorf("it took %v", took)
	}
}

// TestAnIndexWhoseBuildIsInADeadlock has the build wait for a writer that then
// waits for the build, as a server does that adds a column.
func TestAnIndexWhoseBuildIsInADeadlock(t *testing.T) {
	url := postgreses.url(t)
	c := tasks()
	s := postgreses.at(t, url, c)
	insert(t, s, c, doc(ada, "1", `{}`))
	other, err := pgx.Connect(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close(context.Background()) }()
	run := func(statement string) {
		t.Helper()
		if _, err := other.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	run("SET deadlock_timeout = '20s'") // so that the build is the one that is ended
	run("BEGIN")
	run(`UPDATE "c_tasks" SET version = version`)
	built := make(chan error, 1)
	go func() {
		built <- s.engine.index(context.Background(), "i_test", `CREATE INDEX CONCURRENTLY "i_test" ON "c_tasks" (version)`)
	}()
	for waiting := 0; waiting == 0; time.Sleep(10 * time.Millisecond) {
		err := other.QueryRow(t.Context(), `SELECT count(*) FROM pg_locks WHERE relation = '"c_tasks"'::regclass AND mode = 'ShareUpdateExclusiveLock'`).Scan(&waiting)
		if err != nil {
			t.Fatal(err)
		}
	}
	run(`ALTER TABLE "c_tasks" ADD COLUMN more text`) // returns when the build was ended
	run("COMMIT")
	if err := <-built; err != nil {
		t.Errorf("the index was not built: %v", err)
	}
}

// A server with an older declaration fills the columns of the newer one, and
// answers for uniques that it does not know.
func TestAServerWithAnOlderDeclaration(t *testing.T) {
	url := postgreses.url(t)
	older, newer := tasks(), tasks(index("rank"), unique("slug"), readable(anyOf(ownOnly, editors)))
	old := postgreses.at(t, url, older)
	insert(t, old, older, many(50)...)
	s, err := Open(t.Context(), url, Options{Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	s.fillGrace = 3 * time.Second
	ctx, stop := context.WithCancel(t.Context())
	written := make(chan error)
	var last int
	go func() {
		var err error
		for i := 0; err == nil && ctx.Err() == nil; i++ {
			err, last = old.Write(context.Background(), inserting(older, fmt.Sprintf("w%05d", i), fmt.Sprintf(`{"rank":%d,"editors":"bob"}`, -i))), i
			time.Sleep(time.Millisecond)
		}
		written <- err
	}()
	declare(t, s, newer)
	settle(t, s, newer)
	stop()
	if err := <-written; err != nil {
		t.Fatal(err)
	}
	for _, scan := range []collection.Scan{
		{Visible: collection.OwnedBy(ada), Index: &newer.Indexes[0], Limit: 100_000},
		{Visible: collection.Naming(collection.Path{"editors"}, bob), Limit: 100_000},
	} {
		all, err := s.Scan(t.Context(), newer, collection.Scan{Visible: collection.Always(), Limit: 100_000})
		if err != nil {
			t.Fatal(err)
		}
		if got, want := ids(t, s, newer, scan), model(newer, all, scan); !slices.Equal(got, want) || len(got) != 51+last {
			t.Errorf("%d documents, and not %d", len(got), len(want))
		}
	}
	err = old.Write(t.Context(), inserting(older, "twice", `{"slug":"s1"}`))
	var taken *collection.UniqueError
	if !errors.As(err, &taken) || taken.Unique.String() != "[slug]" {
		t.Errorf("unique: %v", err)
	}
}

// cutting is a transaction whose connection is lost around the commit.
type cutting struct {
	pgx.Tx
	commits bool
}

func (c cutting) Commit(ctx context.Context) error {
	lost := errors.New("unexpected EOF")
	if c.commits {
		return errors.Join(c.Tx.Commit(ctx), lost)
	}
	return errors.Join(c.Tx.Rollback(ctx), lost)
}

func TestTheAnswerToACommitIsLost(t *testing.T) {
	c := tasks()
	s := postgreses.open(t, c)
	p := s.engine.(*postgres)
	for _, commits := range []bool{true, false} {
		tx, err := p.begin(t.Context(), t.Context())
		if err != nil {
			t.Fatal(err)
		}
		marked := &pgTx{pgSession: pgSession{on: tx, ctx: t.Context()}}
		id := fmt.Sprint(commits)
		of := s.begin(marked, s.catalog.Load())
		if err := of.Insert(c, doc(ada, id, `{}`)); err != nil {
			t.Fatal(err)
		}
		again, err := p.commit(t.Context(), cutting{tx, commits}, marked)
		if commits && err != nil || !commits && (err == nil || !again) {
			t.Errorf("commits %v: again %v, %v", commits, again, err)
		}
		if stored := get(t, s, c, id) != nil; stored != commits {
			t.Errorf("commits %v: stored %v", commits, stored)
		}
	}
}

func TestAConnectionThatIsCut(t *testing.T) {
	c := tasks()
	s := postgreses.open(t, c)
	p := s.engine.(*postgres)
	cuts := 0
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		if err := tx.Insert(c, doc(ada, fmt.Sprint(cuts), `{}`)); err != nil {
			return err
		}
		if cuts++; cuts == 1 {
			_, err := p.pool.Exec(t.Context(), `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
				WHERE state = 'idle in transaction' AND datname = current_database()`)
			return err
		}
		return nil
	})
	if err != nil || cuts != 2 {
		t.Errorf("after %d runs: %v", cuts, err)
	}
	wantIDs(t, ids(t, s, c, collection.Scan{Visible: collection.Always(), Limit: 9}), "1")
}
