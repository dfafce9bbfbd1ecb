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
