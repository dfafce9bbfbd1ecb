//go:build !nodev

package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/postern-dev/postern/config"
	"github.com/postern-dev/postern/store"
)

const inMemory = "sqlite::memory:"

// database is where development keeps its documents: where the settings say,
// or else in the user's cache folder. Each settings file with collections has
// a file of its own there, since two may mean different things by one name.
func (d devCommand) database(settings config.Settings) (string, error) {
	if d.Memory {
		return inMemory, nil
	}
	if settings.DatabaseURL != "" {
		return settings.DatabaseURL, nil
	}
	if d.File != "" {
		return inMemory, nil // what the file says is what there is
	}
	folder, err := os.UserCacheDir()
	if err == nil {
		folder = filepath.Join(folder, "postern")
		err = os.MkdirAll(folder, 0o700)
	}
	if err != nil {
		return "", fmt.Errorf("make a folder for documents (--memory needs none, DATABASE_URL names another place): %w", err)
	}
	name := "dev.db"
	if settings.File != "" {
		path, err := filepath.Abs(settings.File)
		if err != nil {
			return "", err
		}
		sum := sha256.Sum256([]byte(path))
		name = "dev-" + hex.EncodeToString(sum[:4]) + ".db"
	}
	return "sqlite:" + filepath.Join(folder, name), nil
}

// whoHasIt says what to do about a database that another process has open.
func whoHasIt(err error) error {
	if !errors.Is(err, store.ErrInUse) {
		return err
	}
	return fmt.Errorf("%w\nMost likely another postern dev runs: stop it, or start this one with --memory or with a DATABASE_URL of its own", err)
}
