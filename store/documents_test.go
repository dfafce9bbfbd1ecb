package store

import (
	"errors"
	"testing"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

func testDocuments(t *testing.T, db database) {
	c := tasks(unique("owner, slug"))
	s := db.open(t, c)
	first := doc(ada, "a", `{"slug":"x","n":12345678901234567890.10,"e":1e2,"":"","nested":{"a":[1,null,true,"é"]}}`)
	insert(t, s, c, first)
	got := get(t, s, c, "a")
	if got == nil || got.Owner != ada || got.Version != 1 || got.Birth != "k3f9" || !got.CreatedAt.Equal(first.CreatedAt) {
		t.Fatalf("got %+v", got)
	}
	if !jsonvalue.Equal(got.Body, first.Body) || string(got.Body.Append(nil)) != string(first.Body.Append(nil)) {
		t.Errorf("body became %s", got.Body.Append(nil))
	}
	for _, tt := range []struct {
		name string
		cond collection.Condition
		seen bool
	}{
		{"owner", collection.OwnedBy(ada), true},
		{"another", collection.OwnedBy(bob), false},
		{"an unknown issuer", collection.OwnedBy(collection.Owner{Issuer: "x", Subject: "ada"}), false},
		{"either", collection.AnyOf(collection.OwnedBy(bob), collection.OwnedBy(ada)), true},
		{"both", collection.AllOf(collection.OwnedBy(bob), collection.OwnedBy(ada)), false},
		{"never", collection.Never(), false},
	} {
		d, err := s.Get(t.Context(), c, "a", tt.cond)
		if err != nil || (d != nil) != tt.seen {
			t.Errorf("%s: %v %v", tt.name, d, err)
		}
	}
	write := func(work func(collection.Tx) error) error { return s.Write(t.Context(), work) }
	if err := write(func(tx collection.Tx) error { return tx.Insert(c, doc(bob, "a", `{}`)) }); err != collection.ErrTaken {
		t.Errorf("taken: %v", err)
	}
	var unique *collection.UniqueError
	if err := write(func(tx collection.Tx) error { return tx.Insert(c, doc(ada, "b", `{"slug":"x"}`)) }); !errors.As(err, &unique) || unique.Unique.String() != "[owner, slug]" {
		t.Errorf("unique: %v", err)
	}
	insert(t, s, c, doc(bob, "c", `{"slug":"x"}`), doc(ada, "d", `{"slug":null}`), doc(ada, "e", `{}`))
	err := write(func(tx collection.Tx) error {
		d, err := tx.Load(c, "a")
		if err != nil {
			return err
		}
		return tx.Update(c, d, next(d, `{"slug":"y"}`))
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := get(t, s, c, "a"); got.Version != 2 || string(got.Body.Append(nil)) != `{"slug":"y"}` {
		t.Errorf("got %+v", got)
	}
	err = write(func(tx collection.Tx) error {
		d, err := tx.Load(c, "a")
		if err != nil {
			return err
		}
		return tx.Delete(c, d)
	})
	if err != nil || get(t, s, c, "a") != nil {
		t.Errorf("delete: %v", err)
	}
}
