package feed_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/collection/feed"
	"github.com/postern-dev/postern/jsonvalue"
	"github.com/postern-dev/postern/seal"
	"github.com/postern-dev/postern/store"
)

var (
	quiet = slog.New(slog.NewTextHandler(io.Discard, nil))
	ada   = collection.Owner{Issuer: "https://one.example/", Subject: "ada"}
	bob   = collection.Owner{Issuer: "https://one.example/", Subject: "bob"}
)

// anything is a schema that accepts everything.
type anything struct{}

func (anything) Validate(jsonvalue.Value) []collection.Violation      { return nil }
func (anything) Source() []byte                                       { return nil }
func (anything) Paths() []string                                      { return nil }
func (anything) Type(collection.Path) (t collection.Type, known bool) { return }

func declared(name string, read collection.Rule) *collection.Collection {
	all := collection.Rule{Kind: collection.Public}
	return &collection.Collection{Name: name, Owned: true, ID: collection.AnyID, Schema: anything{}, Read: read, Create: all, Update: all, Delete: all}
}

var (
	own    = collection.Rule{Kind: collection.OwnerOnly}
	member = collection.Rule{Kind: collection.Any, Of: []collection.Rule{own, {Kind: collection.Member, Path: collection.Path{"editors"}}}}
	open   = collection.Rule{Kind: collection.Public}
)

// world is a database with a hub that is not running yet.
type world struct {
	*store.Store
	hub *feed.Hub
	url string
}

func newWorld(t *testing.T, options store.Options, collections ...*collection.Collection) *world {
	t.Helper()
	w := &world{url: "sqlite:" + filepath.Join(t.TempDir(), "test.db")}
	w.open(t, options, collections...)
	return w
}

func (w *world) open(t *testing.T, options store.Options, collections ...*collection.Collection) {
	t.Helper()
	options.Log, options.Durability = quiet, store.Normal
	var err error
	if w.Store, err = store.Open(t.Context(), w.url, options); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.Store.Close() })
	if err := w.Declare(t.Context(), collections); err != nil {
		t.Fatal(err)
	}
	if w.hub, err = feed.New(t.Context(), w.Store, collections, quiet); err != nil {
		t.Fatal(err)
	}
}

func (w *world) run(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() { defer close(ended); w.hub.Run(ctx) }()
	t.Cleanup(func() { stop(); <-ended })
}

// put writes version after version of a document; an empty body deletes it.
func (w *world) put(t *testing.T, c *collection.Collection, owner collection.Owner, id string, bodies ...string) {
	t.Helper()
	for _, body := range bodies {
		if err := w.Write(context.Background(), func(tx collection.Tx) error {
			before, err := tx.Load(c, id)
			switch {
			case err != nil:
				return err
			case body == "":
				return tx.Delete(c, before)
			}
			d := &collection.Document{ID: id, Owner: owner, Version: 1, Birth: "b1b1", CreatedAt: collection.Now(), UpdatedAt: collection.Now(), Body: parse(body)}
			if before == nil {
				return tx.Insert(c, d)
			}
			d.Version, d.CreatedAt = before.Version+1, before.CreatedAt
			return tx.Update(c, before, d)
		}); err != nil {
			t.Fatal(err)
		}
	}
}

func parse(text string) jsonvalue.Value {
	v, err := jsonvalue.Parse([]byte(text), jsonvalue.Limits{})
	if err != nil {
		panic(err)
	}
	return v
}

func viewsOf(who collection.Owner, collections ...*collection.Collection) (views []feed.View) {
	for _, c := range collections {
		views = append(views, feed.View{Collection: c, Visible: c.Read.For(collection.Caller{Owner: who})})
	}
	return views
}

func (w *world) follow(t *testing.T, after int64, views []feed.View) *feed.Follower {
	t.Helper()
	f, err := w.hub.Follow(t.Context(), views, after)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.Close)
	return f
}

// want reads as many events as it is given, and finds nothing behind them.
func want(t *testing.T, f *feed.Follower, events ...string) {
	t.Helper()
	var got []string
	for len(got) < len(events) {
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		next, err := f.Next(ctx)
		stop()
		if err != nil {
			t.Fatalf("after %q: %v", got, err)
		}
		for _, e := range next {
			got = append(got, fmt.Sprintf("%s %s/%s %d", e.Op, e.Collection, e.ID(), e.Version))
		}
	}
	for i := range got {
		if i >= len(events) || got[i] != events[i] {
			t.Fatalf("got  %q\nwant %q", got, events)
		}
	}
	ctx, stop := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer stop()
	if more, err := f.Next(ctx); err == nil {
		t.Fatalf("%d more: %s %s", len(more), more[0].Op, more[0].ID())
	}
}

func TestEachReaderIsToldWhatItMaySee(t *testing.T) {
	t.Parallel()
	notes, tasks, news := declared("notes", own), declared("tasks", member), declared("news", open)
	w := newWorld(t, store.Options{}, notes, tasks, news)
	w.run(t)
	of := func(who collection.Owner) *feed.Follower {
		return w.follow(t, 0, viewsOf(who, notes, tasks, news))
	}
	hers, his, nobodys := of(ada), of(bob), w.follow(t, 0, viewsOf(collection.Owner{}, news))
	w.put(t, notes, ada, "n", `{}`, `{"a":1}`)
	w.put(t, tasks, ada, "t", `{"editors":["bob"]}`, `{"editors":["bob"],"a":1}`, `{"editors":[]}`, `{"editors":[],"a":2}`)
	w.put(t, news, bob, "x", `{}`, "")
	w.put(t, notes, ada, "n", "")
	want(t, hers, "upsert notes/n 1", "upsert notes/n 2", "upsert tasks/t 1", "upsert tasks/t 2", "upsert tasks/t 3", "upsert tasks/t 4",
		"upsert news/x 1", "remove news/x 2", "remove notes/n 3")
	want(t, his, "upsert tasks/t 1", "upsert tasks/t 2", "remove tasks/t 3", "upsert news/x 1", "remove news/x 2")
	want(t, nobodys, "upsert news/x 1", "remove news/x 2")
}

// A follower that comes back gets what it missed: from memory, and after the
// server was started again from the database.
func TestAFollowerComesBack(t *testing.T) {
	t.Parallel()
	news := declared("news", open)
	w := newWorld(t, store.Options{}, news)
	w.run(t)
	stays := w.follow(t, 0, viewsOf(ada, news))
	leaves := w.follow(t, 0, viewsOf(ada, news))
	w.put(t, news, ada, "a", `{}`)
	want(t, stays, "upsert news/a 1")
	want(t, leaves, "upsert news/a 1")
	at := leaves.At()
	w.put(t, news, ada, "b", `{}`, `{}`)
	want(t, stays, "upsert news/b 1", "upsert news/b 2")
	want(t, w.follow(t, at, viewsOf(ada, news)), "upsert news/b 1", "upsert news/b 2")
	// Far more than is kept in memory, and more than one page.
	if err := w.Store.Close(); err != nil {
		t.Fatal(err)
	}
	w.open(t, store.Options{}, news)
	w.run(t)
	events := []string{"upsert news/b 1", "upsert news/b 2"}
	for i := range 700 {
		id := fmt.Sprint("d", i)
		w.put(t, news, ada, id, `{}`)
		events = append(events, "upsert news/"+id+" 1")
	}
	want(t, w.follow(t, at, viewsOf(ada, news)), events...)
}

func TestPositionsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	news := declared("news", open)
	w := newWorld(t, store.Options{}, news)
	w.put(t, news, ada, "a", `{}`, `{}`, `{}`, `{}`)
	if _, err := w.hub.Follow(t.Context(), viewsOf(ada, news), 99); !errors.Is(err, feed.ErrReset) {
		t.Errorf("a position that was never given out: %v", err)
	}
	f := w.follow(t, 4, viewsOf(ada, news))
	f.Close()
	// The writer of another server is ahead of this one's knowledge.
	w.put(t, news, ada, "b", `{}`)
	w.follow(t, 5, viewsOf(ada, news))
}

// A reader that takes nothing is cut off, loses nothing, and keeps no writer
// waiting.
func TestASlowFollowerIsCutOff(t *testing.T) {
	t.Parallel()
	news := declared("news", open)
	w := newWorld(t, store.Options{}, news)
	w.run(t)
	f := w.follow(t, 0, viewsOf(ada, news))
	w.put(t, news, ada, "first", `{}`)
	want(t, f, "upsert news/first 1")
	for i := range 1000 {
		w.put(t, news, ada, fmt.Sprint(i), `{}`)
	}
	other := w.follow(t, f.At(), viewsOf(ada, news))
	for seen := 0; seen < 1000; {
		events, err := other.Next(t.Context())
		if errors.Is(err, feed.ErrSlow) {
			other = w.follow(t, other.At(), viewsOf(ada, news))
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		seen += len(events)
	}
	got, last := 0, ""
	for {
		events, err := f.Next(t.Context())
		if errors.Is(err, feed.ErrSlow) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if last = e.ID(); last != fmt.Sprint(got) {
				t.Fatalf("got %s, want %d", last, got)
			}
			got++
		}
	}
	if got == 0 || got > 300 {
		t.Errorf("%d changes were kept for it", got)
	}
	again := w.follow(t, f.At(), viewsOf(ada, news))
	events, err := again.Next(t.Context())
	if err != nil || events[0].ID() != fmt.Sprint(got) {
		t.Errorf("it goes on with %v: %v", events, err)
	}
}

func TestTheEndOfTheServer(t *testing.T) {
	t.Parallel()
	news := declared("news", open)
	w := newWorld(t, store.Options{}, news)
	f := w.follow(t, 0, viewsOf(ada, news))
	w.hub.Close()
	if _, err := f.Next(t.Context()); !errors.Is(err, feed.ErrClosed) {
		t.Error(err)
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	sealer, err := seal.New(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	notes, tasks := declared("notes", own), declared("tasks", member)
	marker := func(who collection.Owner, of ...*collection.Collection) *feed.Marker {
		return feed.NewMarker(sealer, 0, who, viewsOf(who, of...))
	}
	restored := func(lineage int64) *feed.Marker {
		return feed.NewMarker(sealer, lineage, ada, viewsOf(ada, notes))
	}
	ofNotes, ofTasks := marker(ada, notes).Write(7), marker(ada, tasks).Write(5)
	shared := declared("notes", member)
	for _, tt := range []struct {
		name   string
		reader *feed.Marker
		texts  []string
		want   int64
		err    error
	}{
		{"of a list", marker(ada, notes), []string{ofNotes}, 7, nil},
		{"of two lists", marker(ada, notes, tasks), []string{ofNotes, ofTasks}, 5, nil},
		{"of one of two", marker(ada, notes, tasks), []string{ofNotes}, 0, feed.ErrReset},
		{"of more than is asked for", marker(ada, tasks), []string{marker(ada, notes, tasks).Write(3)}, 3, nil},
		{"of another reader", marker(bob, notes), []string{ofNotes}, 0, feed.ErrReset},
		{"of other rights", marker(ada, shared), []string{ofNotes}, 0, feed.ErrReset},
		{"of the database before it was restored", restored(1), []string{ofNotes}, 0, feed.ErrReset},
		{"of a copy that was restored", marker(ada, notes), []string{restored(1).Write(7)}, 0, feed.ErrReset},
		{"of another copy", restored(2), []string{restored(1).Write(7)}, 0, feed.ErrReset},
		{"of this copy", restored(2), []string{restored(2).Write(7)}, 7, nil},
		{"not sealed", marker(ada, notes), []string{"7"}, 0, seal.ErrForeign},
		{"sealed for something else", marker(ada, notes), []string{sealer.Seal("other", []byte{1, 7})}, 0, seal.ErrForeign},
		{"cut off", marker(ada, notes), []string{ofNotes[:len(ofNotes)-1]}, 0, seal.ErrForeign},
		{"one good, one bad", marker(ada, notes), []string{ofNotes, "x"}, 0, seal.ErrForeign},
	} {
		if got, err := tt.reader.Read(tt.texts...); !errors.Is(err, tt.err) || err == nil && got != tt.want {
			t.Errorf("%s: %d, %v", tt.name, got, err)
		}
	}
}
