package store

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/postern-dev/postern/collection"
)

// TestTablesOfAnotherApp have names of ours, in a schema that is looked into after
// the one where ours are made. The other app may be Postern itself.
func TestTablesOfAnotherApp(t *testing.T) {
	c := tasks(index("rank"), unique("slug"))
	theirs := postgreses.url(t)
	other := postgreses.at(t, theirs, c)
	insert(t, other, c, doc(ada, "1", `{"slug":"theirs"}`))
	run := func(statement string) {
		t.Helper()
		conn, err := pgx.Connect(t.Context(), theirs)
		if err == nil {
			_, err = conn.Exec(t.Context(), statement)
			err = errors.Join(err, conn.Close(t.Context()))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	run("CREATE SCHEMA mine")
	s := postgreses.at(t, theirs+"&search_path=mine,public", c)
	insert(t, s, c, doc(ada, "1", `{"slug":"a"}`))
	var taken *collection.UniqueError
	if err := s.Write(t.Context(), inserting(c, "2", `{"slug":"a"}`)); !errors.As(err, &taken) {
		t.Errorf("a unique that the other app has, too: %v", err)
	}
}

// TestTablesOfAStranger have names of ours and other columns.
func TestTablesOfAStranger(t *testing.T) {
	address := postgreses.url(t)
	conn, err := pgx.Connect(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if _, err := conn.Exec(t.Context(), `CREATE TABLE sessions (a text); CREATE TABLE "c_tasks" (b text); CREATE INDEX changes_pos ON sessions (a); CREATE SCHEMA mine`); err != nil {
		t.Fatal(err)
	}
	c := tasks(index("rank"), unique("slug"))
	for _, when := range []string{"first", "second"} {
		s := postgreses.at(t, address+"&search_path=mine,public", c)
		insert(t, s, c, doc(ada, when, `{"slug":"`+when+`"}`))
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	var indexes int
	if err := conn.QueryRow(t.Context(), `SELECT count(*) FROM pg_indexes WHERE schemaname = 'mine' AND indexname = 'changes_pos'`).Scan(&indexes); err != nil || indexes != 1 {
		t.Errorf("%d indexes of ours, %v", indexes, err)
	}
}

// TestARoleThatMayCreateNothing serves what the owner of the database declared, and
// is told how to mend it where more is declared.
func TestARoleThatMayCreateNothing(t *testing.T) {
	owners := postgreses.url(t)
	there, err := url.Parse(owners)
	if err != nil {
		t.Fatal(err)
	}
	const password = "worker"
	role := "worker_" + there.Path[1:]
	conn, err := pgx.Connect(t.Context(), owners)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	run := func(statement string) {
		t.Helper()
		if _, err := conn.Exec(t.Context(), statement); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
	run(fmt.Sprintf(`REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE %s LOGIN PASSWORD '%s'`, quote(role), password))
	defer run(fmt.Sprintf("DROP OWNED BY %s; DROP ROLE %[1]s", quote(role)))
	there.User = url.UserPassword(role, password)
	begin := func(c *collection.Collection) (*Store, error) {
		s, err := Open(t.Context(), there.String(), Options{Log: quiet})
		if err != nil {
			return nil, err
		}
		t.Cleanup(func() { _ = s.Close() })
		return s, s.Declare(t.Context(), []*collection.Collection{c})
	}
	mustRefuse := func(when string, c *collection.Collection) {
		t.Helper()
		if _, err := begin(c); !errors.Is(err, errMayNotCreate) || Passes(err) {
			t.Errorf("%s: got %v", when, err)
		}
	}
	c := tasks(index("rank"), unique("slug"), readable(anyOf(ownOnly, editors)))
	mustRefuse("in an empty database", c)
	postgreses.at(t, owners, c)
	run(fmt.Sprintf("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO %s", quote(role)))
	s, err := begin(c)
	if err != nil {
		t.Fatal(err)
	}
	insert(t, s, c, doc(ada, "1", `{"slug":"a","rank":1}`))
	if !s.Ready(c, order("rank")) {
		t.Error("the index is not ready")
	}
	mustRefuse("with a new index", tasks(index("rank"), index("due"), unique("slug"), readable(anyOf(ownOnly, editors))))
}
