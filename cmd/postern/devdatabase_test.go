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

func TestTheSamplesAreThereUntilSomebodyDeclaresCollections(t *testing.T) {
	samples, err := orSamples(nil)
	if err != nil || !samples.samples || strings.Join(samples.names(), " ") != "notes tasks announcements" {
		t.Fatalf("got %v: %v", samples.names(), err)
	}
	own, err := orSamples(samples.collections[:1])
	if err != nil || own.samples || len(own.collections) != 1 {
		t.Errorf("got %v: %v", own.names(), err)
	}
}
