//go:build !nodev

package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

func TestDocumentsStayWhereTheSettingsSayOrInTheCacheFolder(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	t.Setenv("HOME", cache) // where other systems look
	folder, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	in := func(settings config.Settings, d devCommand) string {
		url, err := d.database(settings)
		if err != nil {
			t.Fatal(err)
		}
		return url
	}
	mine := config.Settings{DatabaseURL: "postgres://localhost/mine"}
	for name, got := range map[string][2]string{
		"the samples'":         {in(config.Settings{}, devCommand{}), "sqlite:" + filepath.Join(folder, "postern", "dev.db")},
		"in memory":            {in(mine, devCommand{Memory: true}), inMemory},
		"a db.json's":          {in(config.Settings{}, devCommand{File: "db.json"}), inMemory},
		"where a setting says": {in(mine, devCommand{}), mine.DatabaseURL},
	} {
		if got[0] != got[1] {
			t.Errorf("%s: got %s, want %s", name, got[0], got[1])
		}
	}
	one, other := in(config.Settings{File: "one/postern.yaml"}, devCommand{}), in(config.Settings{File: "other/postern.yaml"}, devCommand{})
	if one == other || !strings.HasPrefix(one, "sqlite:"+filepath.Join(folder, "postern", "dev-")) {
		t.Errorf("two projects have %s and %s", one, other)
	}
}

func TestWhoFindsTheDatabaseInUseIsToldWhatToDo(t *testing.T) {
	err := whoHasIt(fmt.Errorf("open it: %w", store.ErrInUse))
	if !errors.Is(err, store.ErrInUse) || !strings.Contains(err.Error(), "--memory") {
		t.Errorf("got %v", err)
	}
	if other := errors.New("disk full"); whoHasIt(other) != other {
		t.Error("another error is changed")
	}
}

func TestTheSamplesAreThereUntilSomebodyHasCollections(t *testing.T) {
	first, err := devCommand{}.collections(nil)
	if err != nil || !first.samples || strings.Join(first.names(), " ") != "notes tasks secrets announcements" || len(first.seeds["announcements"]) == 0 {
		t.Fatalf("got %v: %v", first.names(), err)
	}
	own, err := devCommand{}.collections(first.collections[:1])
	if err != nil || own.samples || len(own.collections) != 1 {
		t.Errorf("declared: got %v: %v", own.names(), err)
	}
	file := filepath.Join(t.TempDir(), "db.json")
	if err := os.WriteFile(file, []byte(`{"posts":[{"id":1,"title":"a"},{"title":"b"}],"profile":{}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	given, err := devCommand{File: file}.collections(first.collections)
	if err != nil || given.samples || strings.Join(given.names(), " ") != "posts" || len(given.seeds["posts"]) != 2 || given.seeds["posts"][0].ID != "1" {
		t.Fatalf("from a file: got %+v: %v", given, err)
	}
	if text := given.keep(); !strings.Contains(text, "posts:") || !strings.Contains(text, "profile") {
		t.Errorf("it says %s", text)
	}
}

func TestAFileThatIsNoDatabaseIsAMistakeOfTheCommandLine(t *testing.T) {
	list := filepath.Join(t.TempDir(), "db.json")
	if err := os.WriteFile(list, []byte(`[]`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{list, list + ".not"} {
		_, err := devCommand{File: file}.collections(nil)
		if usage := (usageError{}); !errors.As(err, &usage) || !strings.Contains(err.Error(), file) {
			t.Errorf("got %v", err)
		}
	}
}
