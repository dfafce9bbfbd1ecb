package api_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestExtending does to a copy of the project what docs/extending.md tells, and
// runs the tests that it names.
func TestExtending(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the project once more")
	}
	git, missing := exec.LookPath("git")
	require(t, "Git", "apt install git", missing)
	text, err := os.ReadFile("../docs/extending.md")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := parseDocument("docs/extending.md", string(text))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	copyProject(t, folder)
	var commands []string
	for _, b := range doc.blocks {
		switch {
		case b.file != "":
			if err := os.WriteFile(filepath.Join(folder, b.file), []byte(b.text), 0o600); err != nil {
				t.Fatal(err)
			}
		case b.language == "diff":
			apply := exec.Command(git, "apply", "-p0", "-")
			apply.Dir, apply.Stdin = folder, strings.NewReader(b.text)
			if out, err := apply.CombinedOutput(); err != nil {
				t.Fatalf("%s: %v\n%s", b.at, err, out)
			}
		case b.language == "sh":
			commands = append(commands, b.text)
		}
	}
	if len(commands) != 1 {
		t.Fatalf("%d commands, want 1", len(commands))
	}
	run := exec.Command("sh", "-c", commands[0])
	run.Dir = folder
	if out, err := run.CombinedOutput(); err != nil || strings.Contains(string(out), "no tests to run") {
		t.Errorf("%s: %v\n%s", commands[0], err, out)
	}
}

// copyProject copies everything but what tools have put there.
func copyProject(t *testing.T, folder string) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		to := filepath.Join(folder, strings.TrimPrefix(path, ".."))
		switch {
		case entry.IsDir() && (entry.Name() == ".git" || entry.Name() == "node_modules"):
			return filepath.SkipDir
		case entry.IsDir():
			return os.MkdirAll(to, 0o700)
		case !entry.Type().IsRegular():
			return nil
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(to, raw, 0o600)
	})
	if err != nil {
		t.Fatal(err)
	}
}
