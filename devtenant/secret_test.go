package devtenant_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/postern-dev/postern/devtenant"
)

const tenantURL = "http://localhost:6061/"

func writeSecret(t *testing.T, cache string) (secret string, remove func() error) {
	t.Helper()
	secret, remove, err := devtenant.WriteSecret(cache, "6061")
	if err != nil {
		t.Fatal(err)
	}
	return secret, remove
}

func fileOf(cache string) string { return filepath.Join(cache, "postern", "tenant-6061.secret") }

func TestTheSecretTravelsByAPrivateFile(t *testing.T) {
	cache := filepath.Join(t.TempDir(), "not", "there", "yet")
	secret, remove := writeSecret(t, cache)
	if len(secret) != 43 {
		t.Errorf("got %d characters, want 32 bytes in base64url", len(secret))
	}
	for _, url := range []string{tenantURL, "http://localhost:6061", "http://127.0.0.1:6061/", "http://[::1]:6061/"} {
		if got, err := devtenant.ReadSecret(cache, url); err != nil || got != secret {
			t.Errorf("%s: got %q, %v; want %q", url, got, err, secret)
		}
	}
	if runtime.GOOS != "windows" {
		for path, want := range map[string]fs.FileMode{fileOf(cache): 0o600, filepath.Join(cache, "postern"): 0o700} {
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
				t.Errorf("%s: got %v, %v; want %v", path, info.Mode(), err, want)
			}
		}
	}
	if err := remove(); err != nil {
		t.Error(err)
	}
	left, _ := os.ReadDir(filepath.Join(cache, "postern"))
	if len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestALaterRunReplacesTheSecretAndKeepsItsOwn(t *testing.T) {
	cache := t.TempDir()
	first, removeFirst := writeSecret(t, cache)
	second, _ := writeSecret(t, cache)
	if first == second {
		t.Fatal("the same secret twice")
	}
	if err := removeFirst(); err != nil {
		t.Error(err)
	}
	if got, err := devtenant.ReadSecret(cache, tenantURL); err != nil || got != second {
		t.Errorf("got %q, %v; want the later run's", got, err)
	}
}

func TestWithoutATenantTheErrorSaysWhatToDo(t *testing.T) {
	cache := t.TempDir()
	writeSecret(t, cache)
	_, err := devtenant.ReadSecret(cache, "http://localhost:6062/")
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), "is `postern dev` running?") {
		t.Errorf("got %v", err)
	}
}

func TestSecretsOfOtherMachinesAndOddPortsAreRefused(t *testing.T) {
	cache := t.TempDir()
	for _, url := range []string{"", "localhost:6061", "https://localhost:6061/", "http://example.com:6061/", "http://localhost:6061/x", "http://localhost@example.com:6061/"} {
		if _, err := devtenant.ReadSecret(cache, url); err == nil || errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: got %v, want a refusal of the URL", url, err)
		}
	}
	for _, port := range []string{"", "0", "65536", "-1", "06061", "../../x", "http"} {
		if _, _, err := devtenant.WriteSecret(cache, port); err == nil {
			t.Errorf("port %q was taken", port)
		}
	}
	if left, _ := os.ReadDir(cache); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestFilesOthersCouldTouchAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no mode bits, and links need a privilege")
	}
	good := strings.Repeat("A", 43)
	for _, tt := range []struct {
		name string
		make func(path string) error
		want string
	}{
		{"readable by the group", func(p string) error { return errors.Join(os.WriteFile(p, []byte(good), 0o600), os.Chmod(p, 0o640)) }, "0600"},
		{"writable by all", func(p string) error { return errors.Join(os.WriteFile(p, []byte(good), 0o600), os.Chmod(p, 0o602)) }, "0600"},
		{"a link", func(p string) error {
			return errors.Join(os.WriteFile(p+".real", []byte(good), 0o600), os.Symlink(p+".real", p))
		}, "plain file"},
		{"a folder", func(p string) error { return os.Mkdir(p, 0o700) }, "plain file"},
		{"empty", func(p string) error { return os.WriteFile(p, nil, 0o600) }, "does not hold a secret"},
		{"too long", func(p string) error { return os.WriteFile(p, []byte(good+"A"), 0o600) }, "does not hold a secret"},
		{"no base64url", func(p string) error { return os.WriteFile(p, []byte(good[1:]+"!"), 0o600) }, "does not hold a secret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			cache := t.TempDir()
			if err := errors.Join(os.Mkdir(filepath.Join(cache, "postern"), 0o700), tt.make(fileOf(cache))); err != nil {
				t.Fatal(err)
			}
			if _, err := devtenant.ReadSecret(cache, tenantURL); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want an error with %q", err, tt.want)
			}
		})
	}
}

func TestWritingReplacesALinkAndClosesTheFolder(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no mode bits, and links need a privilege")
	}
	cache, victim := t.TempDir(), filepath.Join(t.TempDir(), "victim")
	folder := filepath.Join(cache, "postern")
	if err := errors.Join(os.Mkdir(folder, 0o700), os.Chmod(folder, 0o777), os.WriteFile(victim, []byte("mine"), 0o644), os.Symlink(victim, fileOf(cache))); err != nil {
		t.Fatal(err)
	}
	secret, _ := writeSecret(t, cache)
	if kept, _ := os.ReadFile(victim); string(kept) != "mine" {
		t.Errorf("the link was followed: %q", kept)
	}
	if got, err := devtenant.ReadSecret(cache, tenantURL); err != nil || got != secret {
		t.Errorf("got %q, %v", got, err)
	}
	if info, _ := os.Stat(folder); info.Mode().Perm() != 0o700 {
		t.Errorf("the folder stays open: %v", info.Mode())
	}
}

func TestAFolderThatIsALinkIsRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("links need a privilege")
	}
	cache, elsewhere := t.TempDir(), t.TempDir()
	if err := os.Symlink(elsewhere, filepath.Join(cache, "postern")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := devtenant.WriteSecret(cache, "6061"); err == nil {
		t.Error("the secret went through a link")
	}
	if left, _ := os.ReadDir(elsewhere); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestAnEmptyCacheMeansTheUsers(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("XDG_CACHE_HOME is how Linux names the cache folder")
	}
	cache := t.TempDir()
	t.Setenv("XDG_CACHE_HOME", cache)
	secret, _ := writeSecret(t, "")
	if got, err := devtenant.ReadSecret(cache, tenantURL); err != nil || got != secret {
		t.Errorf("got %q, %v; want %q", got, err, secret)
	}
}
