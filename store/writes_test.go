package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/jsonvalue"
)

// together runs n goroutines and waits for them.
func together(n int, work func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { work(i) })
	}
	all.Wait()
}

func testIncrements(t *testing.T, db database) {
	c := tasks(index("n"))
	s := db.open(t, c)
	insert(t, s, c, doc(ada, "a", `{"n":0}`))
	const clients, each = 16, 10
	together(clients, func(int) {
		for range each {
			err := s.Write(context.Background(), func(tx collection.Tx) error {
				d, err := tx.Load(c, "a")
				if err != nil {
					return err
				}
				n, _ := d.Body.Get("n")
				var was int
				fmt.Sscan(n.Text(), &was)
				return tx.Update(c, d, next(d, fmt.Sprintf(`{"n":%d}`, was+1)))
			})
			if err != nil {
				t.Error(err)
			}
		}
	})
	d := get(t, s, c, "a")
	if n, _ := d.Body.Get("n"); n.Text() != fmt.Sprint(clients*each) || d.Version != clients*each+1 {
		t.Errorf("%s after %d increments, version %d", n.Text(), clients*each, d.Version)
	}
	versions := changesOf(t, s, "a")
	for i, v := range versions {
		if v != int64(i+1) {
			t.Fatalf("versions %v", versions)
		}
	}
	if len(versions) != clients*each+1 {
		t.Errorf("%d changes", len(versions))
	}
}

// changesOf returns the versions of a document in the feed, in order.
func changesOf(t *testing.T, s *Store, id string) (versions []int64) {
	t.Helper()
	err := s.engine.read(t.Context(), func(on session) (err error) {
		versions, err = all(on, func(r row) (v int64, err error) {
			err = r.scan(&v)
			return v, err
		}, `SELECT version FROM changes WHERE id = $1 ORDER BY version`, id)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return versions
}

func testTwins(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	key := collection.IdempotencyKey{Scope: [32]byte{1}, Key: "k"}
	var mu sync.Mutex
	made, replayed := 0, 0
	together(64, func(i int) {
		var kept *collection.Kept
		err := s.Write(context.Background(), func(tx collection.Tx) (err error) {
			if kept, err = tx.Claim(key); kept != nil || err != nil {
				return err
			}
			if err := tx.Insert(c, doc(ada, fmt.Sprint("made", i), `{}`)); err != nil {
				return err
			}
			return tx.Keep(key, collection.Kept{
				Request: [32]byte{9}, Answer: []byte(fmt.Sprint("made", i)), Until: time.Now().Add(time.Hour),
			})
		})
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err != nil:
			t.Error(err)
		case kept == nil:
			made++
		case kept.Request == [32]byte{9} && len(kept.Answer) > 4:
			replayed++
		}
	})
	if made != 1 || replayed != 63 {
		t.Errorf("made %d, replayed %d", made, replayed)
	}
	list := ids(t, s, c, collection.Scan{Visible: collection.Always(), Limit: 100})
	if len(list) != 1 {
		t.Errorf("documents %v", list)
	}
}

func testUniqueRace(t *testing.T, db database) {
	c := tasks(unique("slug"), unique("owner, title"))
	s := db.open(t, c)
	var mu sync.Mutex
	stored := 0
	together(32, func(i int) {
		err := s.Write(context.Background(), func(tx collection.Tx) error {
			return tx.Insert(c, doc(ada, fmt.Sprint(i), `{"slug":"same"}`))
		})
		var taken *collection.UniqueError
		mu.Lock()
		defer mu.Unlock()
		switch {
		case err == nil:
			stored++
		case !errors.As(err, &taken) || taken.Unique.String() != "[slug]":
			t.Error(err)
		}
	})
	if stored != 1 {
		t.Errorf("%d stored", stored)
	}
	insert(t, s, c, doc(ada, "x", `{"title":"x"}`), doc(bob, "y", `{"title":"x"}`))
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		y, err := tx.Load(c, "y")
		if err != nil {
			return err
		}
		return tx.Update(c, y, next(y, `{"slug":"same"}`))
	})
	var taken *collection.UniqueError
	if !errors.As(err, &taken) {
		t.Errorf("update: %v", err)
	}
	// A refused transaction does nothing more.
	err = s.Write(t.Context(), func(tx collection.Tx) error {
		if err := tx.Insert(c, doc(ada, "x", `{}`)); err != collection.ErrTaken {
			t.Errorf("taken: %v", err)
		}
		if err := tx.Insert(c, doc(ada, "after", `{}`)); err != collection.ErrTaken {
			t.Errorf("after a refusal: %v", err)
		}
		return nil
	})
	if err != collection.ErrTaken || get(t, s, c, "after") != nil {
		t.Errorf("got %v", err)
	}
}

func testTakenRace(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	var mu sync.Mutex
	stored := 0
	together(32, func(int) {
		err := s.Write(context.Background(), func(tx collection.Tx) error { return tx.Insert(c, doc(ada, "a", `{}`)) })
		mu.Lock()
		defer mu.Unlock()
		if err == nil {
			stored++
		} else if err != collection.ErrTaken {
			t.Error(err)
		}
	})
	if stored != 1 {
		t.Errorf("%d stored", stored)
	}
}

func testPanic(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		if err := tx.Insert(c, doc(ada, "a", `{}`)); err != nil {
			return err
		}
		panic("oh")
	})
	if err == nil || get(t, s, c, "a") != nil {
		t.Errorf("a panic: %v", err)
	}
	insert(t, s, c, doc(ada, "a", `{}`))
}

func testUsage(t *testing.T, db database) {
	for _, quota := range []int64{0, 10} {
		c := tasks(func(c *collection.Collection) { c.MaxDocuments = quota })
		s := db.open(t, tasks())
		insert(t, s, c, doc(ada, "before", `{"a":1}`), doc(bob, "b", `{}`))
		declare(t, s, c)
		want := func(owner collection.Owner, documents, bytes int64) {
			t.Helper()
			err := s.Write(t.Context(), func(tx collection.Tx) error {
				n, size, err := tx.Usage(c, owner)
				if n != documents || size != bytes {
					t.Errorf("usage of %s is %d documents, %d bytes, and not %d, %d", owner.Subject, n, size, documents, bytes)
				}
				return err
			})
			if err != nil {
				t.Error(err)
			}
		}
		insert(t, s, c, doc(ada, "early", `{}`))
		want(ada, 2, 9)
		insert(t, s, c, doc(ada, "late", `{"é":1}`))
		want(ada, 3, 17)
		err := s.Write(t.Context(), func(tx collection.Tx) error {
			d, err := tx.Load(c, "late")
			if err != nil {
				return err
			}
			if err := tx.Update(c, d, next(d, `{}`)); err != nil {
				return err
			}
			d, err = tx.Load(c, "early")
			if err != nil {
				return err
			}
			return tx.Delete(c, d)
		})
		if err != nil {
			t.Fatal(err)
		}
		want(ada, 2, 9)
		want(eve, 0, 0)
		declare(t, s, tasks())
		insert(t, s, c, doc(ada, "uncounted", `{}`))
		declare(t, s, c)
		want(ada, 3, 11)
	}
}

func testUsageTogether(t *testing.T, db database) {
	c := tasks(func(c *collection.Collection) { c.MaxDocuments = 10 })
	s := db.open(t, c)
	refused := errors.New("quota")
	together(32, func(i int) {
		err := s.Write(context.Background(), func(tx collection.Tx) error {
			n, _, err := tx.Usage(c, ada)
			if err != nil {
				return err
			}
			if n >= c.MaxDocuments {
				return refused
			}
			return tx.Insert(c, doc(ada, fmt.Sprint(i), `{}`))
		})
		if err != nil && err != refused {
			t.Error(err)
		}
	})
	if n := len(ids(t, s, c, collection.Scan{Visible: collection.Always(), Limit: 100})); n != 10 {
		t.Errorf("%d documents, and 10 are allowed", n)
	}
}

func testOwned(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	insert(t, s, c, doc(ada, "b", `{}`), doc(ada, "a", `{}`), doc(bob, "c", `{}`), doc(ada, "d", `{}`), doc(collection.Owner{}, "e", `{}`))
	err := s.Write(t.Context(), func(tx collection.Tx) error {
		for _, tt := range []struct {
			owner collection.Owner
			after string
			limit int
			want  string
		}{
			{ada, "", 2, "[a b]"}, {ada, "b", 2, "[d]"}, {eve, "", 2, "[]"}, {collection.Owner{}, "", 9, "[e]"},
		} {
			docs, err := tx.Owned(c, tt.owner, tt.after, tt.limit)
			if err != nil {
				return err
			}
			list := []string{}
			for _, d := range docs {
				list = append(list, d.ID)
			}
			if fmt.Sprint(list) != tt.want {
				t.Errorf("%v after %q: %v", tt.owner, tt.after, list)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

func testSecrets(t *testing.T, db database) {
	s := db.open(t)
	made := make([]string, 16)
	together(len(made), func(i int) {
		secrets, err := s.Secret(context.Background(), "cursor")
		if err != nil || len(secrets) != 1 || len(secrets[0]) != 32 {
			t.Error(secrets, err)
			return
		}
		made[i] = string(secrets[0])
	})
	for _, m := range made {
		if m != made[0] {
			t.Error("two servers made two secrets")
		}
	}
	at := time.Now().UTC().Truncate(time.Millisecond)
	if err := s.Save(t.Context(), "i", []byte("new"), at); err != nil {
		t.Fatal(err)
	}
	if err := s.Save(t.Context(), "i", []byte("old"), at.Add(-time.Hour)); err != nil {
		t.Fatal(err)
	}
	raw, fetched, err := s.Load(t.Context(), "i")
	if string(raw) != "new" || !fetched.Equal(at) || err != nil {
		t.Error(string(raw), fetched, err)
	}
	if raw, _, err := s.Load(t.Context(), "other"); raw != nil || err != nil {
		t.Error(raw, err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Error(err)
	}
}

func testValues(t *testing.T, db database) {
	c := tasks()
	s := db.open(t, c)
	for i, body := range []string{
		`{}`, `{"":""}`, `{"a":{"":[[],{}]}}`, `{"n":12345678901234567890123456789.0000}`, `{"n":1e2,"m":1E+2,"o":-0.0}`,
		`{"s":"\u0001\u007f\u2028 é 𝄞 \" \\ / ' $1 ; --"}`, `{"b":[true,false,null]}`, `{"z":1,"a":2}`,
	} {
		d := doc(ada, fmt.Sprint(i), body)
		insert(t, s, c, d)
		got := get(t, s, c, d.ID)
		if string(got.Body.Append(nil)) != string(d.Body.Append(nil)) || !jsonvalue.Equal(got.Body, d.Body) {
			t.Errorf("%s became %s", body, got.Body.Append(nil))
		}
	}
}
