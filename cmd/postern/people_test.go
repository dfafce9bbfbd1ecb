//go:build !nodev

package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestAMistakeInTheUsersFileIsOneOfUsage(t *testing.T) {
	file := filepath.Join(t.TempDir(), "users.yaml")
	if err := os.WriteFile(file, []byte("users:\n  - nam: ada\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := devCommand{Users: file}.people()
	var usage usageError
	if !errors.As(err, &usage) || !strings.Contains(err.Error(), "--users") {
		t.Errorf("got %v, want a mistake of usage that names the flag", err)
	}
	if code := exitCode(err, io.Discard); code != exitUsage {
		t.Errorf("exit code %d, want %d", code, exitUsage)
	}
}
