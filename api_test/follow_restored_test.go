package api_test

import (
	"path/filepath"
	"testing"

	"github.com/postern-dev/postern/cmd/postern/serve"
	"github.com/postern-dev/postern/collection"
	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

// TestFollowersOfARestoredDatabase come back with positions of changes that the
// backup has not. By then others have their numbers, of which the followers never
// heard: they have to read everything again.
func TestFollowersOfARestoredDatabase(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := startCollections(t, []*collection.Collection{notes(t)}, fileIn(folder, "postern.db"))
	next := func(file string) *server {
		s := launchOptions(t, first.Issuer, serve.Options{Collections: []*collection.Collection{notes(t)}}, fileIn(folder, file))
		s.waitReady(t)
		s.promise(t)
		return s
	}
	ada := signIn(first.Issuer, "ada")
	write := func(s *server, titles ...string) {
		for _, title := range titles {
			s.must(t, created, "POST", "/notes", ada, `{"title":"`+title+`"}`)
		}
	}
	write(first, "one")
	_, early, _ := first.poll(t, "/notes/changes", ada)
	backUp(t, folder, "copy.db")
	write(first, "two", "three")
	_, late, _ := first.poll(t, "/notes/changes", ada)
	first.mustStop(t)

	again := next("postern.db")
	write(again, "four")
	if got, _, reset := again.poll(t, "/notes/changes?since="+late, ada); len(got) != 1 || reset {
		t.Errorf("after a restart: %q, reset %t", got, reset)
	}
	again.mustStop(t)

	restored := next("copy.db")
	write(restored, "five", "six", "seven")
	for _, at := range []string{early, late} {
		if got, _, reset := restored.poll(t, "/notes/changes?since="+at, ada); len(got) != 0 || !reset {
			t.Errorf("after a restore: %q, reset %t", got, reset)
		}
		if e, _ := restored.follow(t, "/notes/changes", ada, "Last-Event-ID", at).next(t); e.Name != "reset" {
			t.Errorf("the stream begins with %+v", e)
		}
	}
	_, now, _ := restored.poll(t, "/notes/changes", ada)
	write(restored, "eight")
	if got, _, reset := restored.poll(t, "/notes/changes?since="+now, ada); len(got) != 1 || reset {
		t.Errorf("from a position of the copy: %q, reset %t", got, reset)
	}
}

// fileIn has documents in that file.
func fileIn(folder, file string) change {
	return func(s *config.Settings) { s.DatabaseURL = "sqlite:" + filepath.Join(folder, file) }
}

// backUp copies the database beside the server, as the command does.
func backUp(t *testing.T, folder, file string) {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(folder, "postern.db"), store.Options{ReadOnly: true})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if err := s.Backup(t.Context(), filepath.Join(folder, file)); err != nil {
		t.Fatal(err)
	}
}
